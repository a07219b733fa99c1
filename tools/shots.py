"""Every page that is looked at: who opens it and how one gets there; and the routes that have no page to look at."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode


@dataclass(frozen=True)
class Shot:
    """A page: its name, who opens it, where it is, and how one gets further from there.

    ``follow`` is a link on that page and ``tab`` what is added to its address; ``then`` are links to follow after that.
    ``fill`` names fields with what goes into each (a box is ticked, of a choice the value or the number is taken), and
    ``press`` the button or the key that is pressed at last.
    """

    name: str
    who: str
    path: str
    follow: str = ""
    tab: str = ""
    press: str = ""
    then: tuple[str, ...] = ()
    fill: tuple[tuple[str, str], ...] = ()


COMPARED = urlencode(
    {
        f"{letter}-{name}": value
        for letter, method in (("a", "level"), ("b", "equal_principal"), ("c", "interest_first"))
        for name, value in {"principal": "200000", "rate": "4.9", "months": "36", "method": method}.items()
    }
    | {"b-fee": "1000", "c-prepay_on": "2028-06-01", "c-prepay_amount": "50000"}
)
SEND = "main form button[type=submit]"
ACCOUNT = ("[name=account]", "6222000011112222")
MY_APPLICATION = "[id^=application-] a"
MY_LOAN = "main h2 a[href^='/me/loans/']"
CUSTOMER_KNOWN = (
    ("[name=name]", "欧阳新"),
    ("[name=identity_number]", "110105198506158737"),
    ("[name=mobile]", "139 0000 1234"),
    ("[name=consents]", ""),
)
APPLICATION_ASKED = (
    ("[name=purpose]", "1"),
    ("[name=amount]", "3,000"),
    ("[name=term_months]", "12"),
    ("[name=purpose_statement]", "买一台洗衣机"),
)
CLIENT = "tbody th a[href^='/integrations/']"
ENDPOINT = "tr:has-text('/xindai') a[href^='/integrations/endpoints/']"
LOAN = "tbody th a[href^='/loans/']"
SHOTS = (
    Shot("sign-in", "", "/sign-in/"),
    Shot(
        "sign-in-refused",
        "",
        "/sign-in/",
        fill=(("[name=username]", "nobody"), ("[name=password]", "wrong")),
        press=SEND,
    ),
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
    Shot("my-sign-in-code", "", "/me/sign-in/", fill=(("[name=mobile]", "13800000001"),), press=SEND),
    Shot("my-home", "borrower", "/me/"),
    Shot("my-home-applying", "applicant", "/me/"),
    Shot("my-home-signing", "signer", "/me/"),
    Shot("my-apply", "borrower", "/me/applications/new/"),
    Shot("my-question-purpose", "borrower", "/me/applications/new/purpose/"),
    Shot("my-question-housing", "borrower", "/me/applications/new/housing/"),
    Shot("my-apply-check", "borrower", "/me/applications/new/check/"),
    Shot("my-apply-refused", "borrower", "/me/applications/new/check/", press=SEND),
    Shot("my-application", "borrower", "/me/", "[id^=application-] a"),
    Shot("my-application-withdraw", "borrower", "/me/", "[id^=application-] a", "withdraw/"),
    Shot("my-offer", "applicant", "/me/", "a[href$='/offer/']"),
    Shot("my-contract", "signer", "/me/", "a[href$='/contract/']"),
    Shot("my-contract-refused", "signer", "/me/", MY_APPLICATION, "contract/", press=SEND),
    Shot("my-application-approved", "applicant", "/me/", MY_APPLICATION),
    Shot("my-application-waiting", "signer", "/me/", MY_APPLICATION),
    Shot("my-documents-kept", "signer", "/me/", MY_APPLICATION, "documents/"),
    Shot("my-security", "borrower", "/me/security/"),
    Shot("my-loan", "borrower", "/me/", "main h2 a[href^='/me/loans/']"),
    Shot("my-loan-pay", "borrower", "/me/", "main h2 a[href^='/me/loans/']", "pay/"),
    Shot("my-payment", "borrower", "/me/", MY_LOAN, "pay/", fill=(("[name=other]", "50"), ACCOUNT), press=SEND),
    Shot("my-pay-refused", "borrower", "/me/", MY_LOAN, "pay/", press=SEND),
    Shot("my-loan-pay-off", "borrower", "/me/", "main h2 a[href^='/me/loans/']", "pay-off/"),
    Shot("my-loan-papers", "borrower", "/me/", "main h2 a[href^='/me/loans/']", "papers/"),
    Shot("my-application-decision", "borrower", "/me/", "[id^=application-] a", "decision/"),
    Shot("my-application-documents", "borrower", "/me/", "[id^=application-] a", "documents/"),
    Shot("my-questions", "borrower", "/me/questions/"),
    Shot("my-profile", "borrower", "/me/profile/"),
    Shot("my-mobile", "borrower", "/me/profile/mobile/"),
    Shot("my-mobile-code", "borrower", "/me/profile/mobile/", fill=(("[name=mobile]", "13800000002"),), press=SEND),
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
    Shot("new-customer", "officer", "/customers/new/"),
    Shot("new-customer-company", "officer", "/customers/new/?kind=company"),
    Shot("new-customer-refused", "officer", "/customers/new/", press=SEND),
    Shot("new-customer-read-back", "officer", "/customers/new/", fill=CUSTOMER_KNOWN, press=SEND),
    Shot("search-found", "officer", "/customers/", fill=(("#search", "演示制造有限公司0032"),), press="key:Enter"),
    Shot("search-nothing", "officer", "/customers/", fill=(("#search", "没有这个人"),), press="key:Enter"),
    Shot("customer", "officer", "/customers/?kind=person", "tbody th a"),
    Shot("customer-class", "officer", "/customers/?kind=person", "tbody th a", "class/"),
    Shot("customer-facts", "officer", "/customers/?kind=company", "tbody th a", "facts/"),
    Shot("customer-history", "officer", "/customers/", "tbody th a", "history/"),
    Shot("customer-company", "officer", "/customers/?kind=company", "tbody th a"),
    Shot("customer-facts-person", "officer", "/customers/?kind=person", "tbody th a", "facts/"),
    Shot("customer-state-facts", "officer", "/customers/?kind=person", "tbody th a", "facts/new/"),
    Shot("customer-application", "officer", "/customers/?kind=person", "tbody th a", "applications/new/"),
    Shot(
        "customer-application-asked",
        "officer",
        "/customers/?kind=person",
        "tbody th a",
        "applications/new/?product=consumer",
    ),
    Shot(
        "customer-application-secured",
        "officer",
        "/customers/?kind=person",
        "tbody th a",
        "applications/new/?product=car",
    ),
    Shot(
        "customer-application-read-back",
        "officer",
        "/customers/?kind=person",
        "tbody th a",
        "applications/new/?product=consumer",
        fill=APPLICATION_ASKED,
        press=SEND,
    ),
    Shot("applications", "officer", "/applications/"),
    Shot("application", "officer", "/applications/?state=contracted", "tbody th a"),
    Shot("application-by-people", "officer", "/applications/?people=approve", "tbody th a"),
    Shot("application-refused", "officer", "/applications/?state=refused", "tbody th a"),
    Shot("application-offer", "officer", "/applications/?state=contracted", "tbody th a", "offer/"),
    Shot("application-class", "officer", "/applications/?state=contracted", "tbody th a", "class/"),
    Shot("application-contract", "officer", "/applications/?state=contracted", "tbody th a", "contract/"),
    Shot("application-offered", "officer", "/applications/?state=approved", "tbody th a"),
    Shot("application-referred", "officer", "/applications/?state=referred", "tbody th a"),
    Shot("application-contract-waiting", "officer", "/work/?tab=unassigned", "tbody th a[href$='/contract/']"),
    Shot("enquiry", "officer", "/work/?tab=unassigned", "tbody th a[href^='/enquiries/']"),
    Shot("recommendation", "officer", "/applications/?state=referred", "tbody th a", "recommendation/"),
    Shot("design", "officer", "/design/"),
    Shot("work", "officer", "/work/"),
    Shot("work-stage", "approver", "/work/?tab=unassigned&group=stage"),
    Shot("work-collector", "collector", "/work/?tab=unassigned&group=customer"),
    Shot("work-item", "collector", "/work/?tab=unassigned", ".xd-row-acts a"),
    Shot("work-admin", "admin", "/work/?tab=unassigned"),
    Shot("work-officer", "officer", "/work/?tab=unassigned"),
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
    Shot(
        "repayment-effect",
        "officer",
        "/loans/?sort=-overdue",
        LOAN,
        "repayments/new/",
        fill=(("[name=amount]", "500"), ("[name=receipt]", "R-1001")),
        press=SEND,
    ),
    Shot("repayment-refused", "officer", "/loans/?sort=-overdue", LOAN, "repayments/new/", press=SEND),
    Shot("loan-closed", "officer", "/loans/?state=closed", LOAN),
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
    Shot("end-of-day", "accountant", "/end-of-day/"),
    Shot("end-of-day-parts", "accountant", "/end-of-day/?state=closed", "tbody th a"),
    Shot("seals", "auditor", "/end-of-day/seals/"),
    Shot("integrations", "admin", "/integrations/"),
    Shot("integration", "admin", "/integrations/", CLIENT),
    Shot("integration-end", "admin", "/integrations/", CLIENT, "end/"),
    Shot("new-integration", "admin", "/integrations/new/"),
    Shot("new-integration-refused", "admin", "/integrations/new/", press=SEND),
    Shot("webhook-hosts", "admin", "/integrations/hosts/"),
    Shot("new-webhook", "admin", "/integrations/", CLIENT, then=("main a[href$='/endpoints/new/']",)),
    Shot("webhook", "admin", "/integrations/", CLIENT, then=(ENDPOINT,)),
    Shot(
        "webhook-disabled",
        "admin",
        "/integrations/",
        CLIENT,
        then=("tr:has-text('/old') a[href^='/integrations/endpoints/']",),
    ),
    Shot("webhook-end", "admin", "/integrations/", CLIENT, then=(ENDPOINT, "main a[href$='/end/']")),
    Shot("webhook-deliveries", "admin", "/integrations/", CLIENT, then=(ENDPOINT, "main a[href$='/deliveries/']")),
    Shot(
        "webhook-delivery",
        "admin",
        "/integrations/",
        CLIENT,
        then=(ENDPOINT, "main a[href$='/deliveries/']", "tbody th a"),
    ),
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

_BUTTON = "a button; what it answers with is another page"
_FILE = "a file, not a page"
UNPICTURED: Final[Mapping[str, str]] = {
    "language": _BUTTON,
    "theme": _BUTTON,
    "sign-out": _BUTTON,
    "session-end": _BUTTON,
    "my-session-end": _BUTTON,
    "passkey-change": _BUTTON,
    "work-act": _BUTTON,
    "work-news": "a part of the worklist",
    "customer-mobile": _BUTTON,
    "application-step": _BUTTON,
    "contract-step": _BUTTON,
    "case-claim": _BUTTON,
    "sign-in-code": "stands between a password and a code; tests/journeys/test_sign_in_by_code.py opens it",
    "my-apply-discard": _BUTTON,
    "list-views": _BUTTON,
    "list-columns": _BUTTON,
    "list-export": _FILE,
    "document": _FILE,
    "my-document": _FILE,
    "my-loan-statement": _FILE,
    "my-loan-schedule": _FILE,
    "calculator-file": _FILE,
}
"""Routes of the pages' tables without a picture, each with why."""
