"""Take pictures of every page, in both languages, wide and narrow, light and dark, into a folder outside the repository.

    python tools/pictures.py --base http://127.0.0.1:8000 --password ... --out /tmp/pictures

With `--readme` it takes only the few that the README shows, in both languages, into docs/pictures.  Every page is also given to
axe, and must not scroll sideways; what is wrong is printed and makes the exit code 1, and so does a route of which there is no
picture, unless `shots.py` says why.  Some pages show something only after `scenery.py` has written into the demonstration bank.
Which picture shows which route is written to index.tsv beside the pictures.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import django
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, sync_playwright
from shots import SHOTS, UNPICTURED, Shot

CHROMIUM = os.environ.get("XINDAI_CHROMIUM", "/usr/bin/chromium")
CHECKOUT = Path(__file__).resolve().parents[1]
WIDTHS = {"wide": (1440, 900), "narrow": (390, 844), "small": (320, 640)}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
"""What the browser itself speaks, in its fields for dates."""
SCHEMES = ("light", "dark")
AXE_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
README_PICTURES = {"portfolio", "results", "application-by-people", "loan-schedule"}


def main() -> int:
    """Take the pictures; returns the exit code."""
    options = _options()
    os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1:9/none")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xindai.config.settings")
    django.setup()
    options.out.mkdir(parents=True, exist_ok=True)
    found: list[str] = []
    taken: dict[str, tuple[str, Shot]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for look in _looks(options):
            found += _take_all(browser, options, *look, taken=taken)
        browser.close()
    _write_index(options.out, taken)
    if not options.only and not options.readme:
        found += _without_picture({route for route, _shot in taken.values()})
    for line in found:
        print(line, file=sys.stderr)
    print(json.dumps({"faults": len(found), "out": str(options.out)}))
    return 1 if found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="where the product is served")
    parser.add_argument("--password", required=True, help="the password of the demonstration's people")
    parser.add_argument("--out", type=Path, default=Path("/tmp/xindai-pictures"), help="folder for the pictures")  # noqa: S108
    parser.add_argument("--only", default="", help="names of pages, separated by commas")
    parser.add_argument("--looks", default="", help="looks, for example zh-wide-light,en-narrow-dark")
    parser.add_argument("--readme", action="store_true", help="take the README's pictures into docs/pictures")
    options = parser.parse_args()
    if options.readme:
        options.out = CHECKOUT / "docs" / "pictures"
    return options


def _looks(options: argparse.Namespace) -> Iterator[tuple[str, str, str]]:
    wanted = set(options.looks.split(",")) if options.looks else None
    for language in LANGUAGES:
        for width in WIDTHS:
            for scheme in SCHEMES:
                is_wanted = wanted is None or f"{language}-{width}-{scheme}" in wanted
                if options.readme:
                    is_wanted = (width, scheme) == ("wide", "light")
                if is_wanted:
                    yield language, width, scheme


def _write_index(out: Path, taken: dict[str, tuple[str, Shot]]) -> None:
    """Say of every picture in the folder what it shows; what an earlier run wrote of other pictures stays."""
    index = out / "index.tsv"
    lines = {f"{name}.png": (route, shot.who or "everybody") for name, (route, shot) in taken.items()}
    if index.exists():
        for line in index.read_text("utf-8").splitlines()[1:]:
            route, who, picture = line.split("\t")[:3]
            lines.setdefault(picture, (route, who))
    told = sorted(f"{route}\t{who}\t{picture}\n" for picture, (route, who) in lines.items())
    index.write_text("".join(["route\twho\tpicture\n", *told]), "utf-8")


def _without_picture(routes: set[str]) -> list[str]:
    """Routes of the pages that were not seen, and reasons that no longer hold."""
    from xindai.console.routes import ROUTES as CONSOLE  # noqa: PLC0415 - needs the settings
    from xindai.portal.routes import ROUTES as PORTAL  # noqa: PLC0415

    missing = sorted((CONSOLE.keys() | PORTAL.keys()) - routes - UNPICTURED.keys())
    needless = sorted(UNPICTURED.keys() & routes)
    return [f"no picture of the route {name}" for name in missing] + [
        f"the route {name} has a picture and needs no reason" for name in needless
    ]


def _route(url: str) -> str:
    """The name of the route that an address leads to."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return "none"


def _take_all(
    browser: Browser,
    options: argparse.Namespace,
    language: str,
    width: str,
    scheme: str,
    *,
    taken: dict[str, tuple[str, Shot]],
) -> list[str]:
    only = set(options.only.split(",")) if options.only else README_PICTURES if options.readme else None
    contexts: dict[str, BrowserContext] = {}
    faults = []
    for shot in SHOTS:
        if only is not None and shot.name not in only:
            continue
        if shot.who not in contexts:
            contexts[shot.who] = _context(browser, options, shot.who, language, width, scheme)
        page = contexts[shot.who].new_page()
        messages = _listen(page)
        name = f"{shot.name}-{language}" if options.readme else f"{shot.name}_{language}_{width}_{scheme}"
        if _open(page, options.base, shot):
            _photograph(page, options.out / f"{name}.png", is_whole=not options.readme)
            taken[name] = _route(page.url), shot
            faults += [f"{name}: {fault}" for fault in [*_faults(page), *_own(messages)]]
        else:
            faults.append(f"{name}: nothing to show at {shot.path}")
        page.close()
    for context in contexts.values():
        context.close()
    return faults


def _photograph(page: Page, path: Path, *, is_whole: bool) -> None:
    """Take the picture; a browser short of memory fails now and then, and is asked once more."""
    try:
        page.screenshot(path=path, full_page=is_whole)
    except Error:
        page.screenshot(path=path, full_page=is_whole)


def _listen(page: Page) -> list[str]:
    """Collect what the page reports as errors from now on."""
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text) if message.type == "error" else None)
    return messages


def _own(messages: list[str]) -> list[str]:
    """Errors of the page's own; the browser also reports every status that is not 200."""
    return [text for text in messages if "Failed to load resource" not in text]


def _context(
    browser: Browser, options: argparse.Namespace, who: str, language: str, width: str, scheme: str
) -> BrowserContext:
    w, h = WIDTHS[width]
    context = browser.new_context(viewport={"width": w, "height": h}, color_scheme=scheme, locale=LOCALES[language])  # type: ignore[arg-type]
    context.add_cookies([{"name": "xindai_language", "value": LANGUAGES[language], "url": options.base}])
    if who:
        page = context.new_page()
        page.goto(f"{options.base}/sign-in/")
        page.fill("[name=username]", who)
        page.fill("[name=password]", options.password)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "sign-in" not in url)
        _choose_language(page, LANGUAGES[language])
        page.close()
    return context


def _choose_language(page: Page, language: str) -> None:
    """Press the button of the other language if it offers this one; the product remembers it for the person."""
    button = page.locator(f"button[name=language][value={language}]")
    if button.count():
        button.click()
        page.wait_for_load_state()


def _open(page: Page, base: str, shot: Shot) -> bool:
    """Go to the page; false when there is no record to show."""
    page.goto(base + shot.path)
    for step, selector in enumerate((shot.follow, *shot.then) if shot.follow else shot.then):
        link = page.locator(selector).first
        if link.count() == 0:
            return False
        page.goto(base + (link.get_attribute("href") or "") + (shot.tab if step == 0 else ""))
    page.wait_for_load_state("networkidle")
    if any(page.locator(selector).count() == 0 for selector, _value in shot.fill):
        return False
    for selector, value in shot.fill:
        _fill(page.locator(selector).first, value)
    if shot.press.startswith("key:"):
        page.keyboard.press(shot.press.removeprefix("key:"))
    elif shot.press:
        page.locator(shot.press).first.click()
    page.wait_for_load_state("networkidle")
    return True


def _fill(field: Locator, value: str) -> None:
    if field.get_attribute("type") in {"checkbox", "radio"}:
        field.check()
    elif field.evaluate("one => one.tagName") != "SELECT":
        field.fill(value)
    elif value.isdigit():
        field.select_option(index=int(value))
    else:
        field.select_option(value)


def _faults(page: Page) -> Iterator[str]:
    """What is wrong with a page: axe, and sideways scroll of the page itself."""
    results = Axe().run(page, options=AXE_OPTIONS)
    for violation in results.response["violations"]:
        where = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
        yield f"axe {violation['id']}: {where}"
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over > 0:
        yield f"scrolls sideways by {over} px"


if __name__ == "__main__":
    sys.exit(main())
