"""A small demonstration bank that lives two months in seconds, for tests of pages, journeys and figures."""

from datetime import timedelta

from xindai.demonstration import days, founding, self_service
from xindai.demonstration.bank import Bank, Plan, open_bank
from xindai.demonstration.stopwatch import Stopwatch
from xindai.kernel import business_date, vault
from xindai.ledger import accounts
from xindai.servicing.calendars import calendar_of

SMALL = Plan(days=60, arrival_days=30, persons=48, companies=16)


def forget() -> None:
    """Forget what the process keeps of the database before: a bank made outside a test comes before its fixtures."""
    accounts.forget()
    vault.forget()
    calendar_of.cache_clear()


def small_bank(plan: Plan = SMALL) -> Bank:
    """Found the bank in the database at hand and live all days of its plan; the next day is open.

    Repeated, it goes on where it stands.  Its people are those of ``staff.MEMBERS`` and a borrower, their password is
    ``founding.password()``.
    """
    forget()
    founding.found(plan)
    days.take_up()
    bank = open_bank(plan)
    on = business_date.current()
    while on <= plan.last_day:
        days.live(bank, on, Stopwatch())
        on += timedelta(days=1)
    self_service.open_to_a_borrower(bank)
    return bank
