"""A borrower's permission to draw money: given, replaced, ended, and all of it on record."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from xindai.identity.actors import Actor
from xindai.identity.models import RoleGrant
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch, make_user
from xindai.kernel import vault
from xindai.kernel.errors import InvalidInput, NotFound, NotPermitted, StateConflict, XindaiError
from xindai.payments import queries, services
from xindai.payments.models import Mandate, MandateHistory  # type: ignore[attr-defined]
from xindai.payments.services import Demand

pytestmark = pytest.mark.django_db

ON = date(2026, 3, 2)
LOAN = "LN26-000001-7"
SUBJECT = str(uuid4())


@pytest.fixture
def officer() -> Actor:
    return actor(Role.LOAN_OFFICER, make_branch())


@pytest.fixture
def outsider() -> Actor:
    return actor(Role.LOAN_OFFICER, make_branch("B02"))


def give(by: Actor, account: str = "6222 0000 1111 2222", branch: str = "B01") -> Mandate:
    return services.give_mandate(
        by,
        loan_no=LOAN,
        branch_id=make_branch(branch).pk,
        currency="CNY",
        subject_id=SUBJECT,
        account=account,
        given_on=ON,
    )


def test_the_account_is_sealed_under_the_customers_key_and_shown_by_its_last_digits(officer: Actor) -> None:
    mandate = give(officer)

    assert mandate.account_hint == "2222"
    assert b"6222000011112222" not in bytes(mandate.account)
    assert vault.unseal(SUBJECT, bytes(mandate.account)) == "6222000011112222"


@pytest.mark.parametrize("account", ["", "1234567", "6" * 35, "6222-0000-1111", "６２２２００００１１１１"])
def test_what_is_no_account_number_is_refused_by_its_field(officer: Actor, account: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        give(officer, account)
    assert refused.value.field == "account"
    assert queries.mandate_of(officer, LOAN) is None


def test_a_second_mandate_replaces_the_first(officer: Actor) -> None:
    first = give(officer)
    second = give(officer, "6222 0000 1111 3333")

    assert second == first == Mandate.objects.get()
    assert Mandate.objects.get().account_hint == "3333"


def test_an_ended_mandate_is_no_longer_drawn_from_and_can_be_given_again(officer: Actor) -> None:
    system = Actor.system("test")
    give(officer)
    services.end_mandate(officer, loan_no=LOAN, on=ON)

    assert queries.mandate_of(officer, LOAN) is None
    assert services.create_debit_orders(system, on=ON, attempt=1, demands=[Demand(LOAN, "CNY", 100_00)]) == 0
    give(officer)
    assert services.create_debit_orders(system, on=ON, attempt=1, demands=[Demand(LOAN, "CNY", 100_00)]) == 1


def test_a_mandate_ends_once(officer: Actor) -> None:
    with pytest.raises(NotFound):
        services.end_mandate(officer, loan_no=LOAN, on=ON)
    give(officer)
    services.end_mandate(officer, loan_no=LOAN, on=ON)

    with pytest.raises(StateConflict):
        services.end_mandate(officer, loan_no=LOAN, on=ON + timedelta(days=1))
    assert Mandate.objects.get().ended_on == ON


@pytest.mark.parametrize("role", [Role.COLLECTOR, Role.AUDITOR, Role.ACCOUNTANT, Role.BORROWER])
def test_others_neither_give_nor_end_a_mandate(officer: Actor, role: Role) -> None:
    other = actor(role, make_branch())
    with pytest.raises(NotPermitted):
        give(other)
    give(officer)
    with pytest.raises(NotPermitted):
        services.end_mandate(other, loan_no=LOAN, on=ON)


@pytest.mark.parametrize(("branch", "refusal"), [("B01", NotPermitted), ("B02", NotFound)])
def test_an_officer_of_another_branch_cannot_replace_a_mandate(
    officer: Actor, outsider: Actor, branch: str, refusal: type[XindaiError]
) -> None:
    give(officer)
    with pytest.raises(refusal):
        give(outsider, "6222 0000 1111 3333", branch)
    mandate = Mandate.objects.get()
    assert (mandate.account_hint, mandate.branch.code) == ("2222", "B01")


def test_an_officer_of_another_branch_neither_sees_nor_ends_a_mandate(officer: Actor, outsider: Actor) -> None:
    give(officer)
    with pytest.raises(NotFound):
        services.end_mandate(outsider, loan_no=LOAN, on=ON)
    assert queries.mandate_of(outsider, LOAN) is None
    assert queries.mandate_of(officer, LOAN) == Mandate.objects.get(ended_on=None)


def test_who_sees_a_branch_as_an_auditor_does_not_end_its_mandates(officer: Actor) -> None:
    give(officer)
    user = make_user(Role.LOAN_OFFICER, make_branch("B02"))
    RoleGrant.objects.create(user=user, role=Role.AUDITOR, branch=make_branch("B01"))
    with pytest.raises(NotPermitted):
        services.end_mandate(Actor.of(user), loan_no=LOAN, on=ON)
    assert Mandate.objects.get().ended_on is None


def test_every_change_of_a_mandate_stands_on_record_with_who_made_it(officer: Actor) -> None:
    give(officer)
    services.end_mandate(officer, loan_no=LOAN, on=ON)

    records = MandateHistory.objects.order_by("pgh_id")

    assert [(record.pgh_label, record.ended_on) for record in records] == [("insert", None), ("update", ON)]
    assert [record.pgh_context["actor"] for record in records] == [officer.label, officer.label]
    assert [record.pgh_context["verb"] for record in records] == ["payment.give_mandate", "payment.end_mandate"]
