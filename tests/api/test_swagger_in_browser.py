"""A person without internet opens Swagger UI in a real browser and executes a request."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from litestar import Litestar
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support import expected_conditions as expect
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 60
# Schemes that a page may use without asking anybody.
INSIDE = {"data", "blob", "about", "chrome", "devtools"}


def requested(browser: Chrome) -> list[str]:
    """Return the address of every request that the page has made."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]


def test_swagger_ui_works_without_internet_and_executes_a_request(
    browser: Chrome, scripted_app: Litestar, serve: Callable[[Litestar], AbstractContextManager[str]]
) -> None:
    wait = WebDriverWait(browser, PATIENCE)

    def visible(selector: str) -> WebElement:
        return wait.until(expect.visibility_of_element_located((By.CSS_SELECTOR, selector)))

    with serve(scripted_app) as address:
        browser.get(f"{address}/")
        assert visible(".info .title").text.startswith("Quotetrace")
        # Swagger UI calls a description that it cannot render an error.
        assert not browser.find_elements(
            By.CSS_SELECTOR, ".errors-wrapper, .loading-container .failed-config"
        )

        operation = visible("#operations-Attribute-attribute")
        operation.find_element(By.CSS_SELECTOR, ".opblock-summary-control").click()
        visible("#operations-Attribute-attribute .try-out__btn").click()
        visible("#operations-Attribute-attribute .btn.execute").click()
        live = visible("#operations-Attribute-attribute .live-responses-table .response")
        status = live.find_element(By.CSS_SELECTOR, ".response-col_status").text
        body = live.find_element(By.CSS_SELECTOR, ".response-col_description .highlight-code").text
        if target := os.environ.get("QUOTETRACE_SCREENSHOTS"):
            browser.save_screenshot(str(Path(target) / "swagger.png"))
        addresses = requested(browser)
        errors = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]

    assert status.split()[0] == "200"
    # The example that the form was filled with, read by the engine behind the API.
    assert "“The bridge opens in May,”" in body
    assert "Mara Quint" in body
    host = urlsplit(address).netloc
    outside = [
        one for one in addresses if urlsplit(one).scheme not in INSIDE and urlsplit(one).netloc != host
    ]
    assert outside == []
    assert any(urlsplit(one).path == "/api/v1/attribute" for one in addresses)
    assert errors == []


def test_the_page_of_swagger_ui_names_no_outside_address(
    scripted_app: Litestar, serve: Callable[[Litestar], AbstractContextManager[str]]
) -> None:
    with serve(scripted_app) as address:
        page = httpx.get(f"{address}/docs").text
        linked = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert len(linked) == 4
        assert all(link.startswith("/docs/assets/") for link in linked)
        assert {httpx.get(address + link).status_code for link in linked} == {200}
