"""An end of day that stops, for the tests of every floor that shows or mends one."""

from datetime import timedelta
from typing import Final

import pytest
from django.db.models import F

from xindai.identity.models import Branch
from xindai.jobs.end_of_day import close_date
from xindai.kernel import sql
from xindai.servicing.errors import DayDoesNotAgree
from xindai.servicing.models import LoanDay
from xindai.servicing.testing import MONDAY, make_loan

TUESDAY: Final = MONDAY + timedelta(days=1)


def stop_second_day(branch: Branch) -> None:
    """Let the end of Tuesday fail at its part, because a row of Monday was changed behind the back."""
    make_loan(branch)
    close_date(MONDAY)
    _change_first_day(1)
    with pytest.raises(DayDoesNotAgree):
        close_date(TUESDAY)


def mend_first_day() -> None:
    """Put the row back as it was written."""
    _change_first_day(-1)


def _change_first_day(by_minor: int) -> None:
    with sql.protections_off():
        LoanDay.objects.filter(business_date=MONDAY).update(
            interest_accrued_minor=F("interest_accrued_minor") + by_minor
        )
