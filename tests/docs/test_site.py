"""The site in a browser, from a folder and without a network: its search answers, and it fits a phone."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from tests.support.waiting import PATIENCE_S


@pytest.mark.parametrize(
    ("question", "page", "answer"),
    [
        ("stop one region from being checked", "how-to/silence-a-rule.html", "match: sites/france/**"),
        ("exit code 3", "troubleshooting.html", "dfsync plan"),
        ("let 400 updates through", "how-to/allow-a-large-change.html", "--accept updates=400"),
        ("where does the token go", "how-to/give-dfsync-a-token.html", "DFSYNC_REFRESH_TOKEN"),
        ("max_updates", "reference/configuration.html", "limits.max_updates"),
        ("DF403", "reference/rules/DF403.html", "DF403"),
    ],
)
def test_a_stranger_finds_the_answer_by_search(
    browser: Chrome, site: Path, question: str, page: str, answer: str
) -> None:
    """One of the first three results is the page that has it."""
    browser.get(f"{site.as_uri()}/search.html?q={quote(question)}")
    WebDriverWait(browser, PATIENCE_S).until(
        lambda at: "Search finished" in at.find_element(By.ID, "search-results").text
    )
    results = browser.find_elements(By.CSS_SELECTOR, "ul.search li a")
    links = [str(result.get_attribute("href")).partition("#")[0].partition("?")[0] for result in results[:3]]
    assert f"{site.as_uri()}/{page}" in links
    browser.get(f"{site.as_uri()}/{page}")
    assert answer in browser.find_element(By.TAG_NAME, "article").text


@pytest.mark.parametrize("page", ["index", "reference/configuration", "reference/commands", "troubleshooting"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_fits_the_window(browser: Chrome, site: Path, page: str, width: int) -> None:
    """Nothing but tables and code is wider than a phone, and those scroll by themselves."""
    browser.set_window_size(width, 900)
    browser.get(f"{site.as_uri()}/{page}.html")
    root = "document.documentElement"
    assert browser.execute_script(f"return {root}.scrollWidth - {root}.clientWidth") <= 1
