"""Collection cases for tests: claims that are lost, once `policies.testing.make_quick_policy` is in force."""

from datetime import timedelta

from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.kernel import business_date, clock
from xindai.recovery import services
from xindai.recovery.models import Case, Step
from xindai.servicing.testing import MONDAY, close_until, make_loan


def make_lost_case(branch: Branch) -> Case:
    """A claim that is lost by its days, but whose steps have not been taken."""
    loan = make_loan(branch)
    close_until(MONDAY + timedelta(days=14))
    return services.open_case(Actor.system("test"), loan_no=loan.no, on=business_date.current())


def take_all_steps(case: Case) -> Case:
    """The steps without which nothing is written off, each with an outcome."""
    for code, channel, outcome in (("formal_demand", "letter", "delivered"), ("legal_action", "court", "filed")):
        Step.objects.create(
            case=case,
            code=code,
            channel=channel,
            overdue_days=10,
            names={"zh": code, "en": code},
            policy_version="cn-1",
            due_on=business_date.current(),
            record_by=business_date.current(),
            outcome=outcome,
            done_at=clock.now(),
            done_by="test",
        )
    return case
