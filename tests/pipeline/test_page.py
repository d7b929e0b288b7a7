"""The report in a real browser: drawn from one file, with nothing asked of the network and no error."""

import shutil
import subprocess

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1250,1600",
)  # fmt: skip

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")

# Replaces the page's text by what the browser made of it.
PROBE = """<script>addEventListener("load", () => {
  const images = [...document.images];
  const broken = images.filter(image => !image.complete || image.naturalWidth === 0).length;
  const remote = performance.getEntriesByType("resource").filter(entry => !entry.name.startsWith("data:")).length;
  const wide = document.documentElement.scrollWidth > innerWidth;
  document.title = `images=${images.length} broken=${broken} remote=${remote} wide=${wide}`;
})</script>"""


def test_the_page_draws_every_figure_and_asks_for_nothing(dvc_built, tmp_path):
    page = dvc_built.report("index.html")
    probed = tmp_path / "index.html"
    probed.write_text(page.replace("</body>", f"{PROBE}</body>"))
    dumped = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", f"file://{probed}"],
        capture_output=True, text=True, timeout=120,
    ).stdout  # fmt: skip
    title = dumped.split("<title>")[1].split("</title>")[0]
    assert title == f"images={page.count('<img ')} broken=0 remote=0 wide=false"
    assert page.count("<img ") >= 6
