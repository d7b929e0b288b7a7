"""Tables as LaTeX."""

import shutil
import subprocess

import pytest

from smoot.report.analysis.comparison import Difference
from smoot.report.page import Cell, Column, Part, Row, Section, Table
from smoot.report.render.tex import escaped, tex

HOSTILE = [
    r"a<b> & c_d 50% #1 {x} $y$ ~ ^ \ |z| [w] `v'" + ' "u"',
    "שלום עולם",
    "long " * 40,
    "↑ ↓ − – × ≠ ·",
]


def document(names):
    difference = Difference(0.1, (0.05, 0.15), 1.0)
    columns = (Column("metric"), Column(names[0], number=True, null=True))
    rows = tuple(Row((Cell(name, mark="!~"), Cell("0.5", difference=difference, apart=True))) for name in names)
    return tex([Section("s", "T", "", (Part("p", (Table("t", columns, rows, f"Of {names[0]}", "baseline"),)),))])


def test_every_table_is_there_with_its_differences():
    text = document(["one", "two"])
    assert text.count(r"\begin{longtable}{lr}") == 1
    assert r"one !\textasciitilde{} & \textbf{0.5} \\" in text
    assert r"{\scriptsize +0.100 {[}+0.050, +0.150{]}, P(better) 1.00}" in text
    assert "paired difference to baseline" in text


def test_what_tells_of_machines_is_left_out():
    table = Table("t", (Column("metric"),), (Row((Cell("seconds"),)),), "c")
    sections = [Section("s", "T", "", (table,)), Section("cost", "C", "", (table,), of_machine=True)]
    assert tex(sections).count("seconds") == 1


def test_what_latex_would_take_for_its_own_is_escaped():
    assert escaped(r"a_b 5% ~ \^{$") == r"a\_b 5\% \textasciitilde{} \textbackslash{}\textasciicircum{}\{\$"


def test_long_names_break_their_lines():
    assert r"\begin{longtable}{p{0.28\linewidth}r}" in document(["long " * 40])


@pytest.mark.skipif(not shutil.which("lualatex"), reason="no LuaLaTeX on this machine")
def test_hostile_names_compile(tmp_path):
    head = "\\documentclass{article}\n\\usepackage{booktabs,longtable}\n\\begin{document}\n"
    (tmp_path / "tables.tex").write_text(head + document(HOSTILE) + "\n\\end{document}\n")
    command = ["lualatex", "-interaction=nonstopmode", "-halt-on-error", "tables.tex"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stdout[-2000:]
    assert (tmp_path / "tables.pdf").stat().st_size > 1000
