"""A report's folder: written whole, or left as it was."""

import gzip
import shutil
from pathlib import Path

from smoot.artifacts.paths import ReportFolder
from smoot.core.files import plainly, write_text
from smoot.core.folders import atomic_folder, locked, recover
from smoot.report import metrics_json, summary
from smoot.report.evidence import published
from smoot.report.evidence.csv_files import write_table
from smoot.report.explained import metric_texts
from smoot.report.figures import svg
from smoot.report.page import Gallery, Picture
from smoot.report.render import gallery
from smoot.report.render.html import html_page
from smoot.report.render.markdown import markdown
from smoot.report.render.tex import tex
from smoot.report.sections import sections
from smoot.report.sections.answer import findings, question
from smoot.report.study import Study
from smoot.report.summary import Summary, plain

FIGURES = {"svg": "figures", "pdf": "figures_pdf"}
"""Where figures of a format are: those that DVC and Snakemake show stand alone."""
PACKED = 1_000_000
"""Bytes beyond which a file inside the page is packed."""
REPORT_PARTS = "parts.csv"
BESIDE = ("report.md", "tables.tex", published.RESULTS, REPORT_PARTS, published.PARAMS)
OWN_FILES = {
    "index.html", *BESIDE, metrics_json.METRICS, summary.SUMMARY, *FIGURES.values(), gallery.MAPS_FOLDER,
    published.RECORDS,
}  # fmt: skip


def write_folder(study: Study, folder: ReportFolder) -> None:
    """Everything that the folder holds. What others have put there stays."""
    with locked(folder.lock, f"{folder.path} is being written by another process; waiting"):
        recover(folder.path)
        with atomic_folder(folder.path) as temporary, plainly(folder.path):
            _fill(temporary, study)
            _keep(folder.path, temporary)


def _fill(folder: Path, study: Study) -> None:
    built = list(sections(study))
    published.write_published(folder, study.evidence, study.params)
    write_table(folder / REPORT_PARTS, study.parts)
    embedded = dict(_embedded(folder / name) for name in (published.RESULTS, published.PARAMS))
    (folder / "figures").mkdir()

    def draw(picture: Picture) -> str:
        for name in study.report.formats:
            svg.save(picture.figure, folder / FIGURES[name] / picture.name, [name])
        return svg.inline(picture.figure, picture.name)

    html = html_page(study.report.title, built, metric_texts(study), embedded, BESIDE, svg.css(), draw)
    write_text(folder / "index.html", html)
    for shown in (block for section in built for block in section.blocks if isinstance(block, Gallery)):
        for path, content in gallery.files(shown).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_bytes(content)
    write_text(folder / "report.md", markdown(built))
    write_text(folder / "tables.tex", tex(built))
    metrics_json.write_metrics_json(folder, metrics_json.headline(study.headline, study.rows))
    found = tuple(plain(finding) for finding in findings(study))
    name, title, asked = study.report.name, study.report.title, plain(question(study))
    summary.write_summary(folder, Summary(name=name, title=title, question=asked, findings=found, grid=study.grid))


def _embedded(path: Path) -> tuple[str, bytes]:
    """The name and content that the page holds: a large file is packed."""
    content = path.read_bytes()
    return (path.name, content) if len(content) <= PACKED else (f"{path.name}.gz", gzip.compress(content, mtime=0))


def _keep(old: Path, new: Path) -> None:
    """Takes over what is no part of a report."""
    for path in old.iterdir() if old.is_dir() else ():
        if path.name not in OWN_FILES:
            (shutil.copytree if path.is_dir() else shutil.copy2)(path, new / path.name)
