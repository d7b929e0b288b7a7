"""What the site has beside the pages of docs/: MkDocs calls `on_files` whenever it builds."""

from pathlib import Path

from components_pages import components_page
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from reference_pages import API, commands_page, params_page, results_page

PROJECT = Path(__file__).resolve().parent.parent.parent
REPORT = "reports/quick/index.html"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds the reference, made from the code, and a published report."""
    for name, page in pages().items():
        files.append(File.generated(config, f"reference/{name}.md", content=page))
    files.append(File.generated(config, REPORT, abs_src_path=str(PROJECT / REPORT)))
    return files


def pages() -> dict[str, str]:
    """The Markdown of each page of the reference, by its name."""
    kinds = ("methods", "datasets", "attributions", "metrics")
    return {
        "params": params_page(),
        "commands": commands_page(),
        "results": results_page(),
        "api": API,
        **{kind: components_page(kind) for kind in kinds},
    }
