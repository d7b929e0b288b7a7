# Where and in what software the jobs run: what this workflow cannot do is refused before anything runs.
import os
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.settings.types import DeploymentMethod, ExecMode, SharedFSUsage

import smoot

IMAGE = "smoot.sif"

if missing := {SharedFSUsage.INPUT_OUTPUT, SharedFSUsage.SOURCES} - set(workflow.storage_settings.shared_fs_usage):
    raise WorkflowError(
        f"--shared-fs-usage lacks {', '.join(usage.item_to_choice() for usage in missing)}: smoot's commands read and "
        "write results/ in the project's folder, so all machines must share it; see docs/machines.md"
    )
if workflow.storage_settings.default_storage_provider:
    raise WorkflowError(
        f"--default-storage-provider {workflow.storage_settings.default_storage_provider}: smoot's commands read and "
        "write results/ in the project's folder, so all machines must share it; see docs/machines.md"
    )
methods = set(workflow.deployment_settings.deployment_method)
if others := methods - {DeploymentMethod.APPTAINER}:
    raise WorkflowError(
        f"--sdm {' '.join(method.item_to_choice() for method in others)}: the rules have none; allowed: apptainer, or "
        "leave it out, and they run in the environment that runs Snakemake"
    )
if methods and not Path(IMAGE).exists():
    raise WorkflowError(f"--sdm apptainer: {IMAGE}: not found; build it: apptainer build {IMAGE} Apptainer.def")
if methods and Path(smoot.__file__).resolve().parents[1] != Path.cwd().resolve():
    raise WorkflowError("--sdm apptainer: the image takes smoot's code from the folder it runs in: run in a clone")
paths = workflow.modifier.path_modifier
if workflow.modifier.skip_configfile or paths.prefix or paths.modifies_prefixes:
    raise WorkflowError(
        "module: config, prefix and replace_prefix have no effect on smoot's commands; leave them out, and put "
        "params.yaml into the folder where Snakemake runs"
    )

gpus = workflow.global_resources.get("gpu")
if gpus and gpus.value and workflow.local_exec and workflow.exec_mode == ExecMode.DEFAULT:
    # Each job takes one of them for itself: Snakemake counts GPUs, but does not hand them out.
    visible = os.environ.get("CUDA_VISIBLE_DEVICES") or ",".join(map(str, range(gpus.value)))
    os.environ.setdefault("SMOOT_GPUS", ",".join(visible.split(",")[: gpus.value]))
