"""A loan that is lost is proposed for write-off over the interface, and a second person decides."""

import pytest

from xindai.api.tests.conftest import Program
from xindai.identity.models import Branch, Check
from xindai.identity.roles import Role
from xindai.policies.testing import make_quick_policy
from xindai.recovery.models import Case
from xindai.recovery.testing import make_lost_case, take_all_steps
from xindai.servicing.models import Loan
from xindai.servicing.testing import open_bank

BODY = {"reason": "The debtor cannot be found and owns nothing."}


@pytest.fixture
def case(db: None) -> Case:
    """A claim that is lost, but whose steps have not been taken."""
    make_quick_policy()
    return make_lost_case(open_bank())


def path(case: Case) -> str:
    return f"/api/v1/collections/{case.loan.no}/write-off"


def test_a_write_off_asked_for_by_a_program_waits_for_a_second_person(case: Case, program: Program) -> None:
    branch = Branch.objects.get(pk=case.loan.branch_id)
    collector = program(Role.COLLECTOR, branch=branch)
    refused = collector.post(path(case), BODY, content_type="application/json")
    take_all_steps(case)

    first, again = (collector.post(path(case), BODY, content_type="application/json") for _ in range(2))

    assert refused.status_code in {409, 422}
    assert first.status_code == 201, first.json()
    check = Check.objects.get(kind="write_off", subject_no=case.loan.no)
    assert first.json() == again.json() == {"check_id": check.pk, "state": "waiting"}
    assert (check.amount_minor, check.payload["reason"]) == (12_000_00, BODY["reason"])
    assert check.payload["steps_taken"] == ["formal_demand", "legal_action"]
    case.loan.refresh_from_db()
    assert case.loan.state == Loan.State.ACTIVE
