"""A phone without scripts, and somebody who has only a keyboard."""

import pytest
from playwright.sync_api import Page

PHONE = {"width": 390, "height": 844}
_MOST_PRESSES = 90


def reach(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    wanted = page.locator(selector).first
    for _press in range(_MOST_PRESSES):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {selector}")


def write(page: Page, selector: str, text: str) -> None:
    """Reach a field and write over what it holds."""
    reach(page, selector)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def press(page: Page, selector: str) -> None:
    """Reach a link or a button that leads to another page, press Enter, and wait for that page."""
    reach(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tick(page: Page, selector: str) -> None:
    """Reach a box or a choice and press Space."""
    reach(page, selector)
    page.keyboard.press("Space")
