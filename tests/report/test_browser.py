"""The page in a real browser: what a reader does with it."""

import json
import re
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from made_up_page import HOSTILE, METHODS, RESULTS, gallery, made_up, scores, sections
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from smoot.report.page import Cell, Column, Row, Section, Table
from smoot.report.render import gallery as maps
from smoot.report.words import signed, with_interval

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FIRST = "#table-scores-fashion_mnist-sgt_cnn"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(made_up())
    return f"file://{path}"


@pytest.fixture
def opened(browser, address) -> Iterator:
    """`opened(hash, width, height, …)`: the page. Afterwards: nothing was asked of the network, and no error came."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []
    errors: list[str] = []

    def open_page(place: str = "", width: int = 1440, height: int = 900, of: str = address, **options) -> Page:
        options = {"reduced_motion": "reduce", "permissions": ["clipboard-read", "clipboard-write"]} | options
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **options))
        page = contexts[-1].new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(of + place)
        return page

    yield open_page
    for context in contexts:
        context.close()
    folder = address.rpartition("/")[0]
    assert not [
        url for url in asked if not url.startswith(("data:", "blob:", "file://")) or "/page" not in url + folder
    ]
    assert not errors


def settle(page: Page) -> None:
    """Waits until the page has heard of its new address, a moment after a click. Not without JavaScript."""
    page.evaluate("new Promise(done => setTimeout(done, 50))")


def rows(page: Page, table: str = FIRST) -> list[str]:
    """The first cells of the rows that are seen."""
    shown = page.locator(f"{table} tr[data-row]:visible")
    return shown.evaluate_all(
        "rows => rows.map(row => row.children[0].textContent + ' ' + row.children[1].textContent)"
    )


def heads(page: Page, table: str = FIRST) -> list[str]:
    return page.locator(f"{table} thead th:visible").evaluate_all("heads => heads.map(head => head.textContent)")


def tick(page: Page, name: str, value: str) -> None:
    box = page.locator(f"#choices input[name={name}]").and_(page.locator(f"[value={json.dumps(value)}]"))
    box.evaluate("box => { (box.closest('.facet') ?? box).open = true; }")
    box.click()
    settle(page)


# What is seen


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (360, 740)])
def test_the_first_screen_shows_title_question_and_the_first_finding(opened, width, height):
    page = opened(width=width, height=height)
    for selector in ("h1", ".question", ".answer .points li:first-child"):
        box = page.locator(selector).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= height


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_is_wider_than_the_screen(opened, width):
    page = opened(width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wide = page.evaluate(
        """width => [...document.querySelectorAll("main *")].filter(element => {
            const box = element.getBoundingClientRect();
            return box.right > width + 1 && !element.closest(".scroll, pre, .group, .unseen, [popover]");
        }).map(element => element.outerHTML.slice(0, 80))""",
        width,
    )
    assert wide == []


def test_a_table_of_four_methods_needs_no_sideways_scrolling(opened):
    sizes = opened().locator(f"{FIRST} .scroll").evaluate("box => [box.scrollWidth, box.clientWidth]")
    assert sizes[0] <= sizes[1] <= 1140


@pytest.mark.parametrize("width", [360, 1200, 1440])
def test_a_long_table_is_seen_on_every_screen(opened, tmp_path, width):
    lines = tuple(Row((Cell(f"row {number}"),)) for number in range(50))
    long = Section("long", "Long", "", (Table("many", (Column("name"),), lines, "Many rows"),))
    file = tmp_path / "page.html"
    file.write_text(made_up(shown=[*sections()[:1], long]))
    page = opened("#long", width, of=f"file://{file}")
    assert page.locator("#table-many tr[data-row]").first.is_visible()
    assert page.locator("#table-many").bounding_box()["height"] > 300


def test_headings_and_first_column_stay_where_they_are(opened):
    page = opened(width=768, height=700)
    box = page.locator(f"{FIRST} .scroll")
    box.evaluate("box => box.scrollIntoView({ block: 'center' })")
    box.evaluate("box => box.scrollTo(200, 300)")
    edge, head = box.bounding_box(), page.locator(f"{FIRST} thead th").nth(3).bounding_box()
    name = page.locator(f"{FIRST} tr[data-row]").nth(8).locator("th").bounding_box()
    assert box.evaluate("box => [box.scrollLeft, box.scrollTop]") == [200, 300]
    assert abs(head["y"] - edge["y"]) <= 2 and abs(name["x"] - edge["x"]) <= 2
    assert box.evaluate("box => box.clientHeight <= innerHeight * 0.86")
    corner = page.locator(f"{FIRST} thead th").first
    on_top = """th => {
        const { left, top } = th.getBoundingClientRect();
        return th.contains(document.elementFromPoint(left + 5, top + 5));
    }"""
    assert corner.evaluate(on_top), "the first heading lies above those that scroll below it"


@pytest.mark.parametrize(
    "options",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"width": 360, "height": 740}],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_nothing(opened, options):
    page = opened(**options)
    assert not violations(page)
    page.locator(".metric").first.click()
    assert not violations(page, "#about-test_accuracy")


def violations(page: Page, part: str | None = None) -> list[str]:
    found = Axe().run(page, part).response["violations"]
    return [f"{one['id']}: {[node['html'][:200] for node in one['nodes']][:3]}" for one in found]


def test_without_scripts_all_is_there_to_read(opened):
    page = opened(java_script_enabled=False)
    assert len(rows(page)) == len(scores("fashion_mnist", "sgt_cnn").rows)
    assert page.locator(f"{FIRST} .difference:visible").count() == 4 * len(rows(page))
    assert page.locator(".controls :visible, .copy:visible").count() == 0
    seen = page.locator(".group:visible")
    assert seen.count() == 8 and {seen.nth(n).get_attribute("data-seed") for n in range(8)} == {"0"}
    page.locator(".metric").first.click()
    assert page.locator("#about-test_accuracy").is_visible()


def test_colours_follow_the_system_and_a_switch_that_is_remembered(opened):
    page = opened(color_scheme="light")
    paper = lambda: page.evaluate("getComputedStyle(document.body).backgroundColor")  # noqa: E731
    light = paper()
    page.emulate_media(color_scheme="dark")
    dark = paper()
    assert dark != light
    page.locator(".theme").click()
    assert paper() == light and page.locator(".theme").get_attribute("aria-label") == "Colours: light"
    page.reload()
    assert paper() == light
    page.locator(".theme").click()
    page.emulate_media(color_scheme="light")
    assert paper() == dark
    page.emulate_media(media="print")
    assert paper() == light


def test_print_opens_folds(opened):
    page = opened()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("main details:not([open])").count() == 0
    page.emulate_media(media="print")
    assert page.locator(".rail").is_hidden() and page.locator("#table-folded").is_visible()


# What a reader chooses


def test_filters(opened):
    page = opened()
    everything = rows(page)
    tick(page, "attribution", "gradient")
    expect(page).to_have_url(re.compile("attribution=gradient"))
    assert rows(page) == [row for row in everything if not row.endswith((" integrated_gradients", " random"))]
    tick(page, "dataset", "shapes")
    assert rows(page) == [] and rows(page, "#table-scores-shapes-sgt_cnn")
    assert page.locator(f"{FIRST} .empty").is_visible()
    assert page.locator("#table-costs tr[data-row]:visible").count() == 7
    tick(page, "method", HOSTILE)
    assert heads(page, "#table-scores-shapes-sgt_cnn") == ["metric", "attribution", HOSTILE]
    assert page.locator(".strip[data-method]:visible").count() == 1
    page.locator(".everything").click()
    settle(page)
    assert rows(page) == everything and "=" not in page.evaluate("location.hash")


def test_a_fold_that_holds_what_is_found_is_open_until_it_is_not_looked_for(opened):
    page = opened()
    folded = page.locator("#table-folded")
    assert folded.is_hidden()
    tick(page, "dataset", "fashion_mnist")
    assert folded.is_hidden()
    tick(page, "dataset", "shapes")
    expect(folded).to_be_visible()
    page.locator(".everything").click()
    settle(page)
    expect(folded).to_be_hidden()


def test_nulls_seeds_and_what_is_not_told_apart_can_be_hidden(opened):
    page = opened("#scores")
    count = len(rows(page))
    tick(page, "hide", "nulls")
    assert not any(head.startswith("untrained") for head in heads(page)) and not any(
        "random" in row for row in rows(page)
    )
    tick(page, "hide", "seeds")
    assert page.locator(".seeds:visible").count() == 0
    tick(page, "hide", "alike")
    left = page.locator(f"{FIRST} tr[data-row]:visible")
    assert 0 < left.count() < count
    assert left.count() == page.locator(f"{FIRST} tr[data-row]:visible", has=page.locator("td.apart:visible")).count()
    assert page.locator("#table-costs tr[data-row]:visible").count() > 0


def test_sorting_goes_one_way_the_other_way_and_back(opened):
    page = opened()
    before = rows(page)
    button = page.locator(f"{FIRST} thead th").nth(2).locator("button")
    values = lambda: page.locator(f"{FIRST} td:nth-child(3) .value").all_text_contents()  # noqa: E731
    numbers = lambda: [float(value.replace("−", "-")) for value in values()]  # noqa: E731
    button.click()
    settle(page)
    assert numbers() == sorted(numbers(), reverse=True)
    assert page.locator(f"{FIRST} [aria-sort=descending]").count() == 1
    assert page.locator(f"{FIRST} .category:visible").count() == 0
    button.click()
    settle(page)
    assert numbers() == sorted(numbers()) and page.locator(f"{FIRST} [aria-sort=ascending]").count() == 1
    button.click()
    settle(page)
    assert rows(page) == before and page.locator(f"{FIRST} [aria-sort]").count() == 0


def test_what_has_no_value_is_sorted_last(opened):
    page = opened("#cost?sort-costs=2-up")
    seconds = page.locator("#table-costs td:nth-child(3) .value").all_text_contents()
    assert seconds[-2:] == ["–", "–"] and seconds[0] == "10.5"


@pytest.mark.parametrize("other", ["smoot", "baseline", HOSTILE])
def test_the_method_compared_with_can_be_chosen(opened, other):
    page = opened()
    if other != "baseline":
        page.locator("select[name=with]").select_option(other)
    assert page.locator(f"{FIRST} .against b").text_content() == other
    table, methods = scores("fashion_mnist", "sgt_cnn"), [*METHODS, "untrained"]
    for number, row in enumerate(table.rows):
        cells = page.locator(f"{FIRST} tr[data-row='{number}'] td")
        shown = cells.evaluate_all(
            """cells => cells.slice(1).map(cell =>
                [cell.querySelector(".difference")?.textContent, cell.classList.contains("apart")])"""
        )
        for method, (difference, apart) in zip(methods, shown, strict=True):
            if method == other:
                assert difference is None and not apart
                continue
            pair = (method, other) if (method, other) in row.differences else (other, method)
            known = row.differences[pair]
            if pair[0] == method:
                expected, better = with_interval(known), known.improvement
            else:
                low, high = known.interval
                expected = f"{signed(-known.mean)} [{signed(-high)}, {signed(-low)}]"
                better = 1 - known.improvement
            assert difference == f"{expected} P(better) {better:.2f}"
            assert apart == known.apart


def test_a_link_shows_what_its_sender_saw(opened):
    page = opened("#scores")
    tick(page, "attribution", "gradient")
    tick(page, "hide", "seeds")
    page.locator("select[name=with]").select_option("smoot")
    page.locator(f"{FIRST} thead th").nth(2).locator("button").click()
    settle(page)
    page.locator("select[name=maps-seed]").select_option("2")
    expect(page).to_have_url(re.compile("maps-seed"))
    shown = page.evaluate("location.hash")
    assert shown.startswith("#scores?")
    seen = (rows(page), page.locator(FIRST).inner_text(), page.locator(".group:visible").get_attribute("data-seed"))
    other = opened(shown)
    assert (
        rows(other),
        other.locator(FIRST).inner_text(),
        other.locator(".group:visible").get_attribute("data-seed"),
    ) == seen
    assert other.locator("select[name=with]").input_value() == "smoot"


def test_back_and_forward(opened):
    page = opened()
    everything = rows(page)
    tick(page, "attribution", "gradient")
    fewer = rows(page)
    page.locator("nav a", has_text="Cost").click()
    settle(page)
    assert page.evaluate("location.hash") == "#cost?attribution=gradient"
    page.go_back()
    page.go_back()
    seen = page.locator(f"{FIRST} tr[data-row]:visible")  # the page hears of the address a moment after it has changed
    expect(seen).to_have_count(len(everything))
    assert rows(page) == everything
    page.go_forward()
    expect(seen).to_have_count(len(fewer))
    assert rows(page) == fewer


def test_an_address_that_makes_no_sense_does_no_harm(opened):
    page = opened("#%E0%A4%A?sort-costs=length-up&with=nobody&method=nobody&maps-seed=x&hide=%")
    assert page.locator("#table-costs tr[data-row]:visible").count() == 14
    assert page.locator(f"{FIRST} .against b").text_content() == "baseline"


def test_a_link_into_a_fold_opens_it(opened):
    page = opened("#table-folded")
    assert page.locator("#table-folded").is_visible()
    assert page.locator("#table-folded").bounding_box()["y"] < 900


def test_navigation_marks_the_section_that_is_read(opened):
    page = opened("#maps")
    page.wait_for_selector("nav a[aria-current][href='#maps']")
    assert page.locator("nav a[aria-current]").count() == 1


def test_on_a_phone_the_filters_open_over_the_page(opened):
    page = opened(width=360, height=740)
    assert page.locator("#choices").is_hidden()
    page.locator("details.panel > summary").click()
    box = page.locator("#choices").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["y"] + box["height"] <= 740
    page.keyboard.press("Escape")
    assert page.locator("#choices").is_hidden()


# What a reader takes away


@pytest.mark.parametrize("scripts", [True, False])
def test_a_file_inside_the_page_is_downloaded(opened, scripts):
    page = opened("#files", java_script_enabled=scripts)
    with page.expect_download() as download:
        page.locator("a[download='results.csv']").click()
    assert download.value.suggested_filename == "results.csv"
    assert download.value.path().read_text() == RESULTS


def test_a_table_is_copied_as_it_is_shown(opened):
    page = opened(
        "#scores?attribution=gradient&hide=nulls&hide=seeds&with=smoot&category=robustness&method=sgt_absolute"
    )
    page.locator(f"{FIRST} [data-as=markdown]").click()
    page.wait_for_selector(f"{FIRST} :text('Copied')")
    difference = page.locator(f"{FIRST} tr[data-row]:visible td:visible .difference").text_content()
    mean = page.locator(f"{FIRST} tr[data-row]:visible td:visible .value").nth(1).text_content()
    copied = page.evaluate("navigator.clipboard.readText()")
    escaped = difference.replace("[", "\\[").replace("]", "\\]")
    assert copied == (
        "| metric | attribution | sgt\\_absolute |\n| --- | --- | ---: |\n"
        f"| Local Lipschitz estimate ↓ | gradient | {mean} {escaped} |\n"
    )
    page.locator(f"{FIRST} [data-as=latex]").click()
    expect(page.locator("#told")).to_have_text("The table was copied as LaTeX")
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[:3] == ["\\begin{tabular}{llr}", "\\toprule", "metric & attribution & sgt\\_absolute \\\\"]
    plain = difference.replace("−", "$-$")
    assert copied[4] == f"Local Lipschitz estimate $\\downarrow$ & gradient & {mean} {plain} \\\\"


def test_a_name_tells_what_is_known_of_its_metric(opened):
    page = opened("#scores")
    page.locator(f"{FIRST} .metric", has_text="Accuracy drop").first.click()
    about = page.locator("#about-drop")
    assert about.is_visible()
    for told in ("higher ↑", "50 F", "Somebody & others, 2020", "It is a product.", "some random map scores as well"):
        assert told in about.inner_text()
    page.keyboard.press("Escape")
    assert about.is_hidden()


def test_a_mark_leads_to_sanity(opened):
    page = opened("#scores?hide=seeds")
    page.locator(f"{FIRST} a.mark").first.click()
    assert page.evaluate("location.hash") == "#sanity?hide=seeds"
    assert 0 <= page.locator("#sanity").bounding_box()["y"] < 900


# Maps


def test_maps_are_chosen_and_told_value_by_value(opened):
    page = opened("#maps")
    page.locator("select[name=maps-data-set]").select_option("shapes/main")
    page.locator("select[name=maps-attribution]").select_option("integrated_gradients")
    page.locator("select[name=maps-image]").select_option("3")
    strips = page.locator(".strip[data-method]:visible")
    assert [strips.nth(n).get_attribute("data-method") for n in range(5)] == [*METHODS, "untrained"]
    given = gallery()
    own = [one for one in given.maps if one.dataset == "shapes" and one.model == "sgt_cnn" and one.seed == 0]
    own = [one for one in own if one.attribution == "integrated_gradients"]
    box = strips.nth(1).locator(".window").bounding_box()
    assert abs(box["height"] - box["width"]) < 1
    page.mouse.move(box["x"] + box["width"] * (5.5 / 16), box["y"] + box["height"] * (9.5 / 16))
    for place, one in enumerate(own):
        told = float(strips.nth(place).locator("output").text_content().replace("−", "-"))
        assert abs(told - one.values[2, 9, 5]) < 0.06
    strips.nth(0).locator(".window").focus()
    page.keyboard.press("ArrowRight")
    told = float(strips.nth(0).locator("output").text_content().replace("−", "-"))
    assert abs(told - own[0].values[2, 9, 6]) < 0.06


def test_maps_beside_the_page_are_drawn(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(maps, "INLINE", 0)
    (tmp_path / "page").mkdir()
    for path, content in maps.files(gallery()).items():
        (tmp_path / "page" / path).parent.mkdir(exist_ok=True)
        (tmp_path / "page" / path).write_bytes(content)
    of_maps = [sections()[0], Section("maps", "Maps", "", (gallery(),))]
    (tmp_path / "page" / "index.html").write_text(made_up(shown=of_maps))
    page = opened("#maps", of=f"file://{tmp_path}/page/index.html")
    drawn = page.locator(".group:visible img")
    assert drawn.count() == 5
    drawn.evaluate_all("images => Promise.all(images.map(image => image.decode()))")
    page.locator(".strip[data-method] .window:visible").first.hover()
    assert page.locator(".group:visible").count() == 1
