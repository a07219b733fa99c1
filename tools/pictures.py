"""Take pictures of every page, in both languages, wide and narrow, light and dark, into a folder outside the repository.

    python tools/pictures.py --base http://127.0.0.1:8000 --password ... --out /tmp/pictures

With `--readme` it takes only the few that the README shows, in both languages, into docs/pictures.  Every page is also given to
axe, and must not scroll sideways; what is wrong is printed and makes the exit code 1.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = os.environ.get("XINDAI_CHROMIUM", "/usr/bin/chromium")
CHECKOUT = Path(__file__).resolve().parents[1]
WIDTHS = {"wide": (1440, 900), "narrow": (390, 844), "small": (320, 640)}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
SCHEMES = ("light", "dark")
AXE_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
README_PICTURES = {"portfolio", "results", "application-by-people", "loan-schedule"}


@dataclass(frozen=True)
class Shot:
    """A page: its name, who opens it, where it is, and the link on that page that leads further (if any)."""

    name: str
    who: str
    path: str
    follow: str = ""
    tab: str = ""
    press: str = ""


COMPARED = urlencode(
    {
        f"{letter}-{name}": value
        for letter, method in (("a", "level"), ("b", "equal_principal"), ("c", "interest_first"))
        for name, value in {"principal": "200000", "rate": "4.9", "months": "36", "method": method}.items()
    }
    | {"b-fee": "1000", "c-prepay_on": "2028-06-01", "c-prepay_amount": "50000"}
)
LOAN = "tbody th a[href^='/loans/']"
SHOTS = (
    Shot("sign-in", "", "/sign-in/"),
    Shot("sign-in-passkey", "", "/sign-in/passkey/"),
    Shot("security", "officer", "/security/"),
    Shot("second-factor", "officer", "/security/app/"),
    Shot("passkey-add", "officer", "/security/passkeys/new/"),
    Shot("my-passkey-add", "borrower", "/security/passkeys/new/"),
    Shot("factor-duties", "admin", "/authority/second-factor/"),
    Shot("calculator", "", "/calculator/"),
    Shot("calculator-three", "", f"/calculator/?{COMPARED}"),
    Shot("calculator-why", "", f"/calculator/?{COMPARED}&why=a.3"),
    Shot("calculator-refused", "", "/calculator/?a-principal=much&a-rate=5&a-months=0&a-method=level"),
    Shot("finder", "", "/find/"),
    Shot("finder-found", "", "/find/?purpose=person:car_new&amount=80000&months=36"),
    Shot("finder-none", "", "/find/?purpose=person:furniture&amount=900000&months=24"),
    Shot("eligibility", "", "/eligibility/?purpose=person:furniture&amount=5000&months=24"),
    Shot("eligibility-company", "", "/eligibility/?purpose=company:stock&amount=500000&months=12"),
    Shot("my-sign-in", "", "/me/sign-in/"),
    Shot("my-apply", "borrower", "/me/applications/new/"),
    Shot("my-question-purpose", "borrower", "/me/applications/new/purpose/"),
    Shot("my-question-housing", "borrower", "/me/applications/new/housing/"),
    Shot("my-apply-check", "borrower", "/me/applications/new/check/"),
    Shot("my-application", "borrower", "/me/", "[id^=application-] a"),
    Shot("my-application-withdraw", "borrower", "/me/", "[id^=application-] a", "withdraw/"),
    Shot("my-offer", "borrower", "/me/", "[id^=application-] a", "offer/"),
    Shot("my-contract", "borrower", "/me/", "[id^=application-] a", "contract/"),
    Shot("my-security", "borrower", "/me/security/"),
    Shot("my-loan", "borrower", "/me/", "main h2 a[href^='/me/loans/']"),
    Shot("my-loan-pay", "borrower", "/me/", "main h2 a[href^='/me/loans/']", "pay/"),
    Shot("my-loan-pay-off", "borrower", "/me/", "main h2 a[href^='/me/loans/']", "pay-off/"),
    Shot("my-loan-papers", "borrower", "/me/", "main h2 a[href^='/me/loans/']", "papers/"),
    Shot("my-application-decision", "borrower", "/me/", "[id^=application-] a", "decision/"),
    Shot("my-application-documents", "borrower", "/me/", "[id^=application-] a", "documents/"),
    Shot("my-questions", "borrower", "/me/questions/"),
    Shot("my-profile", "borrower", "/me/profile/"),
    Shot("my-mobile", "borrower", "/me/profile/mobile/"),
    Shot("my-class", "borrower", "/me/profile/class/"),
    Shot("my-consents", "borrower", "/me/profile/consents/"),
    Shot("my-export", "borrower", "/me/profile/export/"),
    Shot("demonstration-messages", "admin", "/demonstration/messages/"),
    Shot("portfolio", "risk", "/"),
    Shot("portfolio-of-branch", "risk", "/?as_of=2025-06-30&branch=EAST"),
    Shot("portfolio-meaning", "risk", "/", press=".xd-mean"),
    Shot("vintages", "risk", "/portfolio/vintages/"),
    Shot("vintage-loans", "risk", "/portfolio/vintages/", "section:last-of-type tbody td:nth-child(8) a"),
    Shot("roll-rates", "risk", "/portfolio/roll-rates/"),
    Shot("roll-loans", "risk", "/portfolio/roll-rates/", ".xd-figures a"),
    Shot("tiers", "risk", "/portfolio/tiers/?since=2025-01-31"),
    Shot("tier-customers", "risk", "/portfolio/tiers/?since=2025-01-31", ".xd-figures a"),
    Shot("approvals", "risk", "/portfolio/approvals/"),
    Shot("approval-applications", "risk", "/portfolio/approvals/", ".xd-figures a"),
    Shot("losses", "risk", "/portfolio/losses/"),
    Shot("losses-tables", "risk", "/portfolio/losses/", press="[data-xd-tables]"),
    Shot("losses-loans", "risk", "/portfolio/losses/", ".xd-figures a"),
    Shot("results", "risk", "/results/"),
    Shot("customers", "officer", "/customers/"),
    Shot("customer", "officer", "/customers/?kind=person", "tbody th a"),
    Shot("customer-class", "officer", "/customers/?kind=person", "tbody th a", "class/"),
    Shot("customer-facts", "officer", "/customers/?kind=company", "tbody th a", "facts/"),
    Shot("customer-history", "officer", "/customers/", "tbody th a", "history/"),
    Shot("applications", "officer", "/applications/"),
    Shot("application", "officer", "/applications/?state=contracted", "tbody th a"),
    Shot("application-by-people", "officer", "/applications/?people=approve", "tbody th a"),
    Shot("application-refused", "officer", "/applications/?state=refused", "tbody th a"),
    Shot("application-offer", "officer", "/applications/?state=contracted", "tbody th a", "offer/"),
    Shot("application-class", "officer", "/applications/?state=contracted", "tbody th a", "class/"),
    Shot("application-contract", "officer", "/applications/?state=contracted", "tbody th a", "contract/"),
    Shot("recommendation", "officer", "/applications/?state=referred", "tbody th a", "recommendation/"),
    Shot("design", "officer", "/design/"),
    Shot("work", "officer", "/work/"),
    Shot("work-stage", "approver", "/work/?tab=unassigned&group=stage"),
    Shot("work-collector", "collector", "/work/?tab=unassigned&group=customer"),
    Shot("work-item", "collector", "/work/?tab=unassigned", ".xd-row-acts a"),
    Shot("work-nothing", "policy", "/work/"),
    Shot("checks", "approver", "/checks/"),
    Shot("check", "approver", "/checks/", "tbody th a"),
    Shot("loans", "officer", "/loans/"),
    Shot("loans-empty", "officer", "/loans/?class=loss&overdue=0&state=closed"),
    Shot("loans-columns", "officer", "/loans/", press=".xd-tool:nth-of-type(2) summary"),
    Shot("loan", "officer", "/loans/?sort=-overdue", LOAN),
    Shot("loan-schedule", "officer", "/loans/?sort=-overdue", LOAN, "schedule/"),
    Shot("loan-why", "officer", "/loans/?sort=-overdue", LOAN, "schedule/", ".xd-why"),
    Shot("loan-transactions", "officer", "/loans/?sort=-overdue", LOAN, "transactions/"),
    Shot("loan-journal", "officer", "/loans/?sort=-overdue", LOAN, "journal/"),
    Shot("loan-overview-why", "officer", "/loans/?sort=-overdue", LOAN, press=".xd-facts .xd-why"),
    Shot("loan-class", "officer", "/loans/?sort=-overdue", LOAN, "class/"),
    Shot("loan-class-why", "officer", "/loans/?sort=-overdue", LOAN, "class/", ".xd-why"),
    Shot("loan-contract", "officer", "/loans/?sort=-overdue", LOAN, "contract/"),
    Shot("loan-trail", "officer", "/loans/?sort=-overdue", LOAN, "trail/"),
    Shot("customer-trail", "officer", "/customers/?kind=company", "tbody th a", "trail/"),
    Shot("application-basis", "officer", "/applications/?people=approve", "tbody th a", "basis/"),
    Shot("application-trail", "officer", "/applications/?people=approve", "tbody th a", "trail/"),
    Shot("repayment", "officer", "/loans/?sort=-overdue", LOAN, "repayments/new/"),
    Shot("collections", "collector", "/collections/"),
    Shot("case", "collector", "/collections/", "tbody th a"),
    Shot("write-off", "collector", "/collections/", "tbody th a", "write-off/"),
    Shot("policies", "policy", "/policies/"),
    Shot("policies-pricing", "policy", "/policies/?section=pricing"),
    Shot("trial-balance", "accountant", "/trial-balance/"),
    Shot("account", "accountant", "/trial-balance/", "tbody th a"),
    Shot("journal", "accountant", "/journal/"),
    Shot("transaction", "accountant", "/journal/", "tbody td a[href^='/journal/']"),
    Shot("keys", "officer", "/loans/", press="key:?"),
    Shot("suspense", "accountant", "/suspense/"),
    Shot("uploads", "accountant", "/uploads/"),
    Shot("new-upload", "accountant", "/uploads/new/"),
    Shot("new-upload-persons", "officer", "/uploads/new/?kind=persons"),
    Shot("upload-held", "accountant", "/uploads/", ".xd-banner-tools a[href^='/uploads/held/']"),
    Shot("upload", "accountant", "/uploads/?state=done", "tbody th a[href^='/uploads/']"),
    Shot("end-of-day", "accountant", "/end-of-day/"),
    Shot("end-of-day-parts", "accountant", "/end-of-day/?state=closed", "tbody th a"),
    Shot("seals", "auditor", "/end-of-day/seals/"),
    Shot("integrations", "admin", "/integrations/"),
    Shot("new-integration", "admin", "/integrations/new/"),
    Shot("webhook-hosts", "admin", "/integrations/hosts/"),
    Shot("interface", "admin", "/api/v1/docs"),
    Shot("users", "admin", "/users/"),
    Shot("user", "admin", "/users/officer/"),
    Shot("limits", "admin", "/authority/"),
    Shot("jobs", "admin", "/jobs/"),
    Shot("audit", "auditor", "/audit/"),
    Shot("audit-change", "auditor", "/audit/?model=customers.Customer", "tbody th a"),
    Shot("forbidden", "collector", "/trial-balance/"),
    Shot("not-found", "officer", "/loans/LN00-000000-0/"),
    Shot("bad-filter", "officer", "/loans/?sort=colour"),
)


def main() -> int:
    """Take the pictures; returns the exit code."""
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    found: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for look in _looks(options):
            found += _take_all(browser, options, *look)
        browser.close()
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


def _take_all(browser: Browser, options: argparse.Namespace, language: str, width: str, scheme: str) -> list[str]:
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
            page.screenshot(path=options.out / f"{name}.png", full_page=not options.readme)
            faults += [f"{name}: {fault}" for fault in [*_faults(page), *_own(messages)]]
        else:
            faults.append(f"{name}: nothing to show at {shot.path}")
        page.close()
    for context in contexts.values():
        context.close()
    return faults


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
    context = browser.new_context(viewport={"width": w, "height": h}, color_scheme=scheme)  # type: ignore[arg-type]
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
    if shot.follow:
        link = page.locator(shot.follow).first
        if link.count() == 0:
            return False
        page.goto(base + (link.get_attribute("href") or "") + (shot.tab if "?" not in shot.tab else ""))
    page.wait_for_load_state("networkidle")
    if shot.press.startswith("key:"):
        page.keyboard.press(shot.press.removeprefix("key:"))
    elif shot.press:
        page.locator(shot.press).first.click()
    return True


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
