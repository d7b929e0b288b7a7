"""Makes report.png, the first screen of the quick report: python docs/assets/make_screenshot.py."""

import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
REPORT = HERE.parent.parent / "reports/quick/index.html"
PICTURE = HERE / "report.png"

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page.goto(REPORT.as_uri())
    page.screenshot(path=PICTURE)
    browser.close()
# A screen has few colours, and a small file loads fast.
Image.open(PICTURE).convert("RGB").quantize(128).save(PICTURE, optimize=True)
