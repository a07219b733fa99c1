"""A bank with a loan that is paid and one that is not, each in its branch, some days after the first instalment."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.servicing.models import Loan
from xindai.servicing.testing import MONDAY, close_until, make_loan, open_bank, pay

LAST = MONDAY + timedelta(days=40)
"""The last day that is closed: the first instalment has been due for 37 days."""


@dataclass(frozen=True)
class Lender:
    """The loans and their branches, and somebody who may see everything."""

    good: Loan
    late: Loan
    north: Branch
    south: Branch
    auditor: Actor


@pytest.fixture
def lender(db: None) -> Lender:
    """The bank at the open day after `LAST`."""
    north, south = open_bank(), make_branch("B02")
    good, late = make_loan(north), make_loan(south, principal_minor=6_000_00)
    close_until(MONDAY + timedelta(days=2))
    pay(good, 5_000_00)
    close_until(LAST + timedelta(days=1))
    return Lender(good, late, north, south, actor(Role.AUDITOR))
