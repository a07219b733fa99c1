"""The page of a proposal: what it changes in the reader's words, and a verdict that is never guessed."""

import re
from html import unescape

import pytest
from django.urls import reverse

from xindai.applications.models import Application
from xindai.console.tests.people import browser
from xindai.identity import checks
from xindai.identity.actors import Actor
from xindai.identity.models import Branch, Check, User
from xindai.identity.roles import Role
from xindai.identity.testing import make_limit, make_user
from xindai.kernel import clock, formatting
from xindai.servicing import queries as loans
from xindai.servicing import services as payments
from xindai.servicing.models import Loan
from xindai.servicing.testing import MONDAY, make_contract, make_loan, make_terms, open_bank
from xindai.underwriting import services as underwriting
from xindai.underwriting.models import Decision

pytestmark = pytest.mark.django_db

KINDS = ("credit_decision", "disbursement", "write_off")
RETURNED = "Returned to the maker"
FINDING = {
    "rule": "debt_to_assets",
    "effect": "refer",
    "value": 800_000,
    "limit": 700_000,
    "text": {"zh": "资产负债率80%，超过70%，由人员审批。", "en": "Debts are 80 % of assets, more than 70 %."},
}


@pytest.fixture
def branch() -> Branch:
    """The branch of an open bank, where an approver may decide everything."""
    made = open_bank()
    make_limit(Role.APPROVER, "credit_decision", 10**12)
    return made


@pytest.fixture
def maker(branch: Branch) -> User:
    """The officer who asked."""
    user = make_user(Role.LOAN_OFFICER, branch)
    User.objects.filter(pk=user.pk).update(display_name="王芳")
    return user


def proposal(kind: str, branch: Branch, maker: User) -> Check:
    """A waiting proposal of a kind, about a loan or the contract or application behind it."""
    subject = {"credit_decision": _application, "disbursement": _contract, "write_off": _loan}[kind]
    payload = {
        "credit_decision": {"outcome": "approve", "reason_codes": ["debt_to_assets"], "words": "已核实"},
        "disbursement": {},
        "write_off": {"reason": "债务人破产", "steps_taken": []},
    }[kind]
    return Check.objects.create(
        kind=kind,
        subject_kind=subject.__name__.strip("_"),
        subject_no=subject(branch),
        branch=branch,
        payload=payload,
        currency="CNY",
        amount_minor=1_000_00,
        maker=maker,
        requested_at=clock.now(),
    )


def _loan(branch: Branch) -> str:
    return str(make_loan(branch).no)


def _contract(branch: Branch) -> str:
    return str(make_contract(make_terms(MONDAY), branch).no)


def _application(branch: Branch) -> str:
    application = Application.objects.get(no=Loan.objects.get(no=_loan(branch)).contract.application.no)
    assert application.offer is not None
    Application.objects.filter(pk=application.pk).update(state="referred")
    Decision.objects.create(
        application=application,
        kind="automatic",
        outcome="refer",
        inputs={},
        findings=[FINDING],
        reason_codes=["debt_to_assets"],
        score=600,
        policy_version="cn-1",
        product_version_id=application.offer.product_version_id,
        decided_on=MONDAY,
        decided_at=clock.now(),
    )
    return str(application.no)


def address(check: Check) -> str:
    return reverse("check", args=[check.pk])


def text_of(markup: str) -> str:
    """What a reader sees, codes left out."""
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<code.*?</code>", " ", markup, flags=re.DOTALL)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sent", [{}, {"verdict": "APPROVE"}, {"verdict": ""}, {"verdict": "yes"}])
def test_without_a_verdict_nothing_is_decided_and_the_field_is_named(
    branch: Branch, maker: User, kind: str, sent: dict[str, str]
) -> None:
    check = proposal(kind, branch, maker)

    answer = browser(Role.APPROVER, branch).post(address(check), {"reason": "Seen.", **sent})

    assert answer.status_code == 422
    assert 'href="#id_verdict">Choose approve or return.' in answer.content.decode()
    assert 'id="id_verdict"' in answer.content.decode()
    check.refresh_from_db()
    assert check.state == "waiting"


def test_a_return_with_its_reason_goes_back_to_the_maker(branch: Branch, maker: User) -> None:
    check = proposal("disbursement", branch, maker)

    answer = browser(Role.APPROVER, branch).post(address(check), {"verdict": "return", "reason": "No."}, follow=True)

    assert RETURNED in answer.content.decode()
    check.refresh_from_db()
    assert (check.state, check.reason) == ("returned", "No.")


def test_the_reasons_of_a_recommendation_are_told_as_the_rules_found_them(branch: Branch, maker: User) -> None:
    check = proposal("credit_decision", branch, maker)

    page = browser(Role.APPROVER, branch, "zh-hans").get(address(check)).content.decode()

    changes = page[page.index("<tbody>") : page.index("</tbody>")]
    assert FINDING["text"]["zh"] in changes  # type: ignore[index]
    assert "debt_to_assets" not in changes


def test_a_reason_that_the_rules_have_not_found_keeps_its_code(branch: Branch, maker: User) -> None:
    check = proposal("credit_decision", branch, maker)
    Check.objects.filter(pk=check.pk).update(payload=check.payload | {"reason_codes": ["seen_by_hand"]})

    assert "seen_by_hand" in browser(Role.APPROVER, branch).get(address(check)).content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_proposal_in_chinese_holds_no_other_word_but_names_and_codes(branch: Branch, maker: User, kind: str) -> None:
    check = proposal(kind, branch, maker)

    page = browser(Role.APPROVER, branch, "zh-hans").get(address(check)).content.decode()

    main = text_of(page[page.index("<main") : page.index("</main>")])
    main = re.sub(r"\b(Tester \d+|(LN|CT|AP|CU)[-\w]+|cn-1|CNY|consumer \d+|v\d+)\b", " ", main)
    assert set(re.findall(r"[A-Za-z]{2,}", main)) == set()


def asked_for(branch: Branch, maker: User) -> tuple[Check, Application]:
    """A recommendation, made by its verb, that waits."""
    no = _application(branch)
    check = underwriting.recommend(
        Actor.of(maker), application_no=no, outcome="approve", reason_codes=["debt_to_assets"], words="seen", on=MONDAY
    )
    return check, Application.objects.select_related("offer").get(no=no)


def cheaper(application: Application) -> None:
    """Another offer takes the place of the one that the recommendation was about."""
    offer = application.offer
    assert offer is not None
    offer.pk, offer.no, offer.rate_ppb = None, f"{offer.no}-B", offer.rate_ppb - 10_000_000
    offer._state.adding = True
    offer.save()
    Application.objects.filter(pk=application.pk).update(offer=offer)


def test_what_has_changed_since_it_was_asked_for_is_shown_then_and_now_and_cannot_be_approved(
    branch: Branch, maker: User
) -> None:
    check, application = asked_for(branch, maker)
    client = browser(Role.APPROVER, branch)
    assert "Changed since it was asked for" not in client.get(address(check)).content.decode()
    assert application.offer is not None
    rate_ppb = application.offer.rate_ppb
    cheaper(application)
    page = client.get(address(check)).content.decode()
    stale = page[page.index('id="stale"') :]
    assert f"<del>{formatting.percent(rate_ppb)}%</del>" in stale
    assert f"<ins>{formatting.percent(rate_ppb - 10_000_000)}%</ins>" in stale
    assert 'value="approve"' not in page
    answer = client.post(address(check), {"verdict": "approve", "reason": "Seen."})
    assert answer.status_code == 422
    assert "has changed since this was asked for" in answer.content.decode()
    check.refresh_from_db()
    assert check.state == "waiting"


def test_what_has_changed_can_be_returned_to_its_maker(branch: Branch, maker: User) -> None:
    check, application = asked_for(branch, maker)
    cheaper(application)
    browser(Role.APPROVER, branch).post(address(check), {"verdict": "return", "reason": "Look again."})
    check.refresh_from_db()
    assert check.state == "returned"


def test_what_has_not_changed_is_approved(branch: Branch, maker: User) -> None:
    check, application = asked_for(branch, maker)
    answer = browser(Role.APPROVER, branch).post(address(check), {"verdict": "approve", "reason": "Seen."})
    assert answer.status_code == 302
    application.refresh_from_db()
    assert application.state == "approved"


def test_a_write_off_is_stale_once_the_borrower_has_paid(branch: Branch, maker: User) -> None:
    loan = make_loan(branch)
    collector = Actor.of(make_user(Role.COLLECTOR, branch))
    check = checks.request(
        collector,
        "write_off",
        "loan",
        loan.no,
        {"reason": "lost", "steps_taken": []},
        1_000_00,
        branch_id=branch.pk,
        basis=loans.basis_of_claim(loan),
    )
    payments.record_repayment(
        Actor.of(maker), loan_no=loan.no, amount_minor=100_00, on=MONDAY, source="counter", idempotency_key="receipt 1"
    )
    page = browser(Role.RISK_MANAGER, branch).get(address(check)).content.decode()
    assert "What happened last" in page[page.index('id="stale"') :]
