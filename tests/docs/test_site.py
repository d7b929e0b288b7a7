"""The site of docs/: it builds without a broken link, has every component, and is read from files without a network."""

import re
import shutil
import subprocess
import sys

import pytest
from builders import PROJECT
from playwright.sync_api import sync_playwright

from smoot.artifacts.results import RESULT_COLUMNS
from smoot.core import components
from smoot.settings.params import Params

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.mark.parametrize("kind", ["methods", "datasets", "attributions", "metrics"])
def test_every_component_has_its_place_in_the_reference(site, kind):
    page = (site / f"reference/{kind}.html").read_text()
    assert {name for name in components.names(kind) if f'<h2 id="{name}">' not in page} == set()


def test_every_block_and_column_is_in_the_reference(site):
    params = (site / "reference/params.html").read_text()
    assert all(f'href="{name}.html"' in params or f'id="{name}"' in params for name in Params.model_fields)
    results = (site / "reference/results.html").read_text()
    assert all(f"<code>{name}</code>" in results for name in RESULT_COLUMNS)
    assert "<td></td>" not in results


def test_no_page_loads_anything_from_a_network(site):
    pages = [path for path in site.rglob("*.html") if "reports" not in path.parts]
    assert len(pages) > 30
    loaded = [
        found for page in pages for found in re.findall(r"<(?:script|img|link)[^>]*https?://[^>]*>", page.read_text())
    ]
    assert loaded == []


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_pages_fit_a_telephone_and_the_search_works_from_files(site):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 360, "height": 740})
        for path in [*site.glob("*.html"), *site.glob("reference/*.html")]:
            page.goto(path.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path.name
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto((site / "index.html").as_uri())
        page.click("[data-md-component=search-query]")
        page.keyboard.type("reconstruction", delay=20)
        page.locator(".md-search-result__item").first.wait_for()
        browser.close()
