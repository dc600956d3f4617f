"""The plan as one page, read by a parser and by a real browser."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import re
import time
from itertools import pairwise

import pytest
from selenium.webdriver.common.keys import Keys

from dfsync.model.text import visible
from dfsync.plan.values import Refusal
from dfsync.report.changes.options import Options
from dfsync.report.plan import html as report
from tests.report.plan.plans import REFUSAL, everything, field, hostile, many, plan, update
from tests.support.ci_runner import commands
from tests.support.hostile import texts

VOID = {"meta", "link", "br", "input", "img", "hr", "use", "rect", "path"}


class Page(html.parser.HTMLParser):
    """Keeps the elements of a page with their attributes, in order, and the texts of its style and script."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.code: dict[str, str] = {}
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("style", "script"):
            self.code[self.open[-1]] = data

    @property
    def tags(self) -> list[str]:
        return [tag for tag, _ in self.elements]


def test_the_page_needs_nothing_but_itself():
    """No address in it leads anywhere but into the page, and its policy allows its own style and script alone."""
    page = Page(report.render(everything(), [REFUSAL], Options(full_report="https://ci.example")))
    named = {name for _, attributes in page.elements for name in attributes}
    links = [value for _, attributes in page.elements for name, value in attributes.items() if name in ("href", "src")]
    policy = next(attributes["content"] for _, attributes in page.elements if "http-equiv" in attributes)
    hashes = {
        f"{tag}-src 'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
        for tag, code in page.code.items()
    }
    assert all(link.startswith("#") for link in links)
    assert not {name for name in named if name == "style" or name.startswith("on")}
    assert set(policy.split("; ")) == {"default-src 'none'", *hashes, "base-uri 'none'", "form-action 'none'"}
    assert not re.search(r"@import|url\((?!#)", page.code["style"])


@pytest.mark.parametrize("text", texts)
def test_hostile_text_adds_no_element_and_no_command(text):
    """The elements are those of a harmless plan, and a log that prints the page obeys nothing in it."""
    options = Options(show_contacts=True, digest="sha256:ab", regions={text: "A"})
    source = report.render(hostile(text), [Refusal("create", text, text)], options)
    harmless = "x y" if text.strip() else text
    expected = report.render(
        hostile(harmless), [Refusal("create", harmless, harmless)], Options(True, digest="x", regions={harmless: "A"})
    )
    assert Page(source).tags == Page(expected).tags
    assert commands(source) == []
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", source)


def test_contacts_are_masked_unless_asked_for():
    """No address, name or phone number of a contact is on the page by default."""
    assert not re.search("ada@|Ada|Grace|555 01", report.render(everything()))
    assert "+1 415 555 0199" in report.render(everything(), (), Options(show_contacts=True))


def test_five_thousand_changes_are_quickly_made_and_small():
    """A page that a browser opens at once, made about as fast as it is asked for."""
    big = many(5000, alike=400)
    began = time.process_time()
    source = report.render(big)
    assert time.process_time() - began < 10
    assert len(source) < 6_000_000


def test_every_different_week_is_drawn_once():
    """A hundred sites with the same new hours share one picture."""
    hours = [{"days": ["Mon"], "start": "09:00", "end": "18:59"}]
    changes = [
        update(f"s{n}", field("operational_hours", None, hours), field("name", "a", f"b{n}")) for n in range(100)
    ]
    source = report.render(plan(*changes))
    assert source.count('<g id="w') == 1
    assert source.count('<use href="#w0"/>') == 100


@pytest.fixture
def show(browser, tmp_path):
    """Open a page in Chromium and return the browser."""

    def open_page(source, *, width=1200, dark=False, script=True):
        path = tmp_path / "plan.html"
        path.write_text(source, encoding="utf-8")
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        media = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": media})
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not script})
        browser.get(path.as_uri())
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        return browser

    return open_page


def shown(browser) -> list[str]:
    """Return the ids of the sites and contacts that can be seen."""
    script = """return [...document.querySelectorAll("#changes [data-tags]")]
        .filter((item) => !item.closest("[hidden]")).map((item) => item.querySelector("code").textContent)"""
    return browser.execute_script(script)


def settled(browser) -> str:
    """Wait for the next frame and return how many the page says that it shows."""
    browser.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")
    return browser.find_element("id", "found").text


def test_a_browser_finds_nothing_to_complain_about(show):
    """Every hostile text at once: no error, no refused resource, nothing loaded, and each text is on the page."""
    changes = [
        update(f"{n} {text}", field("name", "a", text[:100]), field("groups", [text[:100]], None), name=text, file=text)
        for n, text in enumerate(texts)
    ]
    browser = show(report.render(plan(*changes), [Refusal("create", text, text) for text in texts]))
    page = browser.execute_script("return document.body.textContent")
    assert browser.get_log("browser") == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.find_elements("css selector", "img, iframe, a[href^='http'], h1 + h1, article article") == []
    assert [text for text in texts if visible(text[:60]) not in page] == []


def test_everything_can_be_read_without_a_script(show):
    """With scripts off all changes are there and what needs a script is not."""
    browser = show(report.render(everything(), [REFUSAL]), script=False)
    assert not browser.find_element("id", "find").is_displayed()
    assert len(shown(browser)) == 6
    assert all(card.is_displayed() for card in browser.find_elements("css selector", "article"))


def test_words_and_kinds_narrow_what_is_shown(show):
    """Search takes every word, a kind is chosen by the arrow keys, and Escape brings all back."""
    browser = show(report.render(everything()))
    words = browser.find_element("id", "words")
    browser.find_element("tag name", "body").send_keys("/")
    assert browser.switch_to.active_element == words
    words.send_keys("mission DENVER")
    assert settled(browser) == "1 of 4 sites and 2 contacts shown"
    assert shown(browser) == ["site-125"]
    words.send_keys(Keys.ESCAPE)
    assert settled(browser) == "4 sites and 2 contacts shown"
    words.send_keys(Keys.TAB)
    browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert settled(browser) == "2 of 4 sites and 2 contacts shown"
    assert shown(browser) == ["site-126", "site-125"]


def test_a_tile_and_a_region_narrow_what_is_shown(show):
    """A tile shows its kind alone, and once more brings all back; a region is searched for."""
    browser = show(report.render(everything()))
    tile = browser.find_element("css selector", "[data-show=new]")
    tile.click()
    assert settled(browser) == "1 of 4 sites and 2 contacts shown"
    assert shown(browser) == ["site-124"]
    assert tile.get_attribute("aria-pressed") == "true"
    press = "arguments[0].click()"  # the page may still be scrolling to the changes
    browser.execute_script(press, tile)
    assert settled(browser) == "4 sites and 2 contacts shown"
    browser.execute_script(press, browser.find_element("css selector", "[data-region='USA · CA']"))
    assert shown(browser) == ["site-124"]


def test_twenty_five_thousand_changes_can_be_used(show):
    """The page is there within seconds, and a word finds its site among them."""
    browser = show(report.render(many(25_000, alike=4000)))
    paint = "return performance.getEntriesByType('paint').find((entry) => entry.name === 'first-contentful-paint')"
    assert browser.execute_script(paint)["startTime"] < 5000
    browser.find_element("id", "words").send_keys("site-24999")
    assert settled(browser) == "1 of 25,000 sites shown"
    assert shown(browser) == ["site-24999"]


def test_a_site_among_many_is_found(show):
    """A group shows the sites that fit, by their own name or by what they become."""
    browser = show(report.render(many(5000, alike=400)))
    words = browser.find_element("id", "words")
    words.send_keys("00123")
    assert settled(browser) == "1 of 5,000 sites shown"
    assert shown(browser) == ["site-00123"]
    assert browser.find_element("css selector", ".many [role=listitem]:not([hidden])").is_displayed()
    words.send_keys(Keys.ESCAPE, "denver")
    assert settled(browser) == "400 of 5,000 sites shown"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_has_enough_contrast(show, dark):
    """At least 4.5 to 1 against what is behind it (WCAG 2.2, 1.4.3), in light and dark."""
    measure = """
        const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
        const rgb = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
            return [...canvas.getImageData(0, 0, 1, 1).data]; };
        const light = (color) => { const [r, g, b] = rgb(color).slice(0, 3).map((c) => c / 255)
            .map((c) => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b; };
        const ground = (element) => { for (let e = element; e; e = e.parentElement) {
            const color = getComputedStyle(e).backgroundColor; if (rgb(color)[3] === 255) return color; } };
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walk.nextNode()) {
            const element = walk.currentNode.parentElement;
            if (!walk.currentNode.data.trim() || element.closest("script, .said, .defs")) continue;
            const [a, b] = [light(getComputedStyle(element).color), light(ground(element))].sort((x, y) => y - x);
            found.push([walk.currentNode.data.trim(), (a + .05) / (b + .05)]);
        }
        return found;"""
    browser = show(report.render(everything(), [REFUSAL]), dark=dark)
    contrasts = browser.execute_script(measure)
    assert len(contrasts) > 100
    assert [text for text, contrast in contrasts if contrast < 4.5] == []


def test_the_page_has_an_outline_that_can_be_walked(show):
    """One first heading, no level left out, every picture with a text, every link with a place to go."""
    browser = show(report.render(everything(), [REFUSAL]))
    levels = browser.execute_script(
        "return [...document.querySelectorAll('h1, h2, h3, h4')].map((heading) => +heading.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    pictures = browser.execute_script(
        """return [...document.querySelectorAll("svg")].filter((svg) => !svg.closest("[aria-hidden]"))
            .map((svg) => [svg.getAttribute("role"), svg.getAttribute("aria-label")])"""
    )
    assert ["img", "Opening hours: Mon–Fri 09:00–18:59 becomes 09:00–20:59"] in pictures
    assert all(role == "img" and label.startswith("Opening hours: ") for role, label in pictures)
    targets = browser.execute_script(
        "return [...document.querySelectorAll('a')].filter((a) => !document.getElementById(a.hash.slice(1))).length"
    )
    assert targets == 0


@pytest.mark.parametrize("width", [320, 390, 768, 1200])
def test_nothing_is_wider_than_the_screen(show, width):
    """From the smallest phone up the page does not scroll sideways, also with long texts in it."""
    long = update("x" * 200, field("name", "y" * 200, "z" * 200), name="n" * 200, file="f" * 200)
    browser = show(report.render(plan(*everything().changes, long), [REFUSAL]), width=width)
    assert browser.execute_script("return document.documentElement.scrollWidth") == width


def test_paper_shows_what_is_folded_and_leaves_out_what_can_not_be_pressed(show):
    """In print the sites of a group are listed and the search is gone."""
    browser = show(report.render(many(400, alike=400)))
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    height = "return document.querySelector('.many [role=listitem]:last-child').getBoundingClientRect().height"
    assert browser.execute_script(height) > 5
    assert not browser.find_element("id", "find").is_displayed()
