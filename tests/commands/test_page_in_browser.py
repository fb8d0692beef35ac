"""A person opens the page of `quotetrace attribute --format html` in a real browser."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from api.cli import main

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

TEXT = """The bridge will open in June, the city said on Monday.

“It will carry <script>document.title = 'no'</script> ten thousand cars a day,” said Laura Mendes, the mayor.

Mendes had watched the film “The Last Ferry.” “Nobody will miss it,” she added.

“No,” “Yes,” “Perhaps”: the walls were full of words.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "bridge.txt"
    file.write_text(TEXT * 3, encoding="utf-8")
    again = tmp_path / "again & again.txt"
    again.write_text(TEXT, encoding="utf-8")
    done = CliRunner().invoke(main, ["attribute", "--format", "html", "--rejected", str(file), str(again)])
    assert done.exit_code == 0, done.stderr
    page = tmp_path / "quotes.html"
    page.write_text(done.stdout, encoding="utf-8")
    return page


def look_like(browser: Chrome, *, width: int = 1200, scheme: str = "light") -> None:
    browser.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500},
    )


def test_a_quote_leads_to_its_note_and_back_with_the_keyboard_alone(browser: Chrome, page: Path) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    browser.get(page.as_uri())
    if target := os.environ.get("QUOTETRACE_SCREENSHOTS"):
        browser.save_screenshot(str(Path(target) / "quotes.png"))
    quote = next(
        q for q in browser.find_elements(By.CSS_SELECTOR, "a.quote") if "ten thousand cars" in q.text
    )
    for _ in range(40):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        if browser.switch_to.active_element == quote:
            break
    assert browser.switch_to.active_element == quote
    quote.send_keys(Keys.ENTER)
    note = browser.find_element(By.CSS_SELECTOR, ":target")
    assert "Laura Mendes" in note.text
    assert "% sure" in note.text
    note.find_element(By.CSS_SELECTOR, "a.number").send_keys(Keys.ENTER)
    assert browser.find_element(By.CSS_SELECTOR, ":target") == quote
    assert quote.accessible_name.startswith("“It will carry <script>")


def test_the_page_asks_for_nothing_and_runs_nothing(browser: Chrome, page: Path) -> None:
    browser.get(page.as_uri())
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requested = {
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    }
    # The start page of the browser asks itself for its parts; data: asks nobody.
    inside = ("chrome:", "devtools:", "data:")
    assert {url for url in requested if not url.startswith(inside)} == {page.as_uri()}
    assert browser.title == "Who said it: 2 articles"
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_nothing_runs_out_of_the_page_at_any_width(browser: Chrome, page: Path, width: int) -> None:
    look_like(browser, width=width)
    browser.get(page.as_uri())
    content, room = browser.execute_script("return [document.documentElement.scrollWidth, innerWidth]")
    assert content <= room


def test_the_page_is_dark_where_the_reader_wants_it_dark(browser: Chrome, page: Path) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        look_like(browser, scheme=scheme)
        browser.get(page.as_uri())
        grounds.append(browser.execute_script("return getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(21, 23, 26)"]


def test_the_page_prints_light_with_all_its_notes(browser: Chrome, page: Path) -> None:
    look_like(browser, scheme="dark")
    browser.get(page.as_uri())
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    ground, hidden = browser.execute_script(
        "return [getComputedStyle(document.documentElement).getPropertyValue('--page').trim(),"
        " [...document.querySelectorAll('.notes li')].filter(note => !note.offsetHeight).length]"
    )
    assert (ground, hidden) == ("#ffffff", 0)
