# The stages for Snakemake: the same jobs, commands and files as in dvc.yaml, which a test compares.
from snakemake.utils import min_version

min_version("9.0")


include: "workflow/rules/machine.smk"
include: "workflow/rules/common.smk"
include: "workflow/rules/code.smk"
include: "workflow/rules/fetch.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/score.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        rules.code.output,
        # The results too: a report that is under version control stands on them, but does not make Snakemake want them.
        rules.report.input.runs,
        rules.report.input.scores,
        rules.report.output,


onstart:
    be_alone()


onsuccess:
    tell_status()


onerror:
    tell_status()
