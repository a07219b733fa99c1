"""Why a loan's amounts are what they are: principal, settlement, provision and penalty, recomputed by the engine."""

from typing import Any

from django.utils.translation import gettext as _

from loanmath import Replay, Status
from loanmath.explaining import explain_penalty, explain_principal, explain_provision, explain_settlement
from xindai.console import why
from xindai.console.why import Why
from xindai.policies import queries as policies
from xindai.servicing import queries
from xindai.servicing.grading import grading_policy


def of_loan(loan: Any, now: Replay) -> dict[str, Why]:
    """Return the explanations by the name of what they explain; a loan that has ended explains its principal alone."""
    state, currency = now.state, loan.currency
    found = {
        "principal": why.of_parts(
            "principal", _("Principal outstanding"), explain_principal(state), state.outstanding_minor, currency
        )
    }
    if state.status != Status.ACTIVE:
        return found
    parts = explain_settlement(state, now.early_fee_minor)
    found["settlement"] = why.of_parts("settlement", _("To settle today"), parts, now.settlement_minor, currency)
    last = queries.last_day(loan)
    if last is None:
        return found
    pack = policies.pack_as_of(last.business_date)
    worked = explain_provision(last.outstanding_minor, last.five_tier, grading_policy(pack))
    found["provision"] = why.of_provision("provision", worked, state.provision_minor, currency, pack.version)
    if state.penalty_due_minor:
        nights = explain_penalty(
            queries.overdue_closes(loan),
            loan.penalty_rate_ppb,
            loan.penalty_divisor,
            loan.penalty_code,
            loan.rounding_code,
        )
        found["penalty"] = why.of_penalty("penalty", nights, state.penalty_due_minor, last.penalty_run_minor, currency)
    return found
