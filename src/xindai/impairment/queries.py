"""Class and provision of loans, after the policy in force."""

from dataclasses import dataclass
from datetime import date

from loanmath import FiveTier
from xindai.impairment.policy import WriteOffPolicy
from xindai.policies import queries as policies
from xindai.servicing import queries as servicing
from xindai.servicing.grading import grading_policy
from xindai.servicing.models import Loan

__all__ = ["ClassChange", "class_history", "grading_policy", "provision_minor", "write_off_policy"]


@dataclass(frozen=True, slots=True)
class ClassChange:
    """From this date on the loan had this class, for this many days overdue and with this allowance."""

    on: date
    five_tier: FiveTier
    overdue_days: int
    outstanding_minor: int
    provision_minor: int


def class_history(loan: Loan) -> list[ClassChange]:
    """Every change of the loan's class, the earliest first."""
    return [
        ClassChange(
            day.business_date, FiveTier(day.five_tier), day.overdue_days, day.outstanding_minor, day.provision_minor
        )
        for day in servicing.class_changes(loan)
    ]


def provision_minor(loan: Loan) -> int:
    """The allowance that stood against the loan at its latest close."""
    last = servicing.last_day(loan)
    return last.provision_minor if last else 0


def write_off_policy(on: date) -> WriteOffPolicy:
    """When a claim may be written off, after the policy in force on a date."""
    return WriteOffPolicy.of(policies.pack_as_of(on))
