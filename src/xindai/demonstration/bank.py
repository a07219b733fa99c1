"""The demonstration bank while it lives: its plan, its people, its calendar and its borrowers."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from loanmath.calendar import Calendar
from xindai.demonstration.arrivals import BusinessHours
from xindai.demonstration.borrowers import Borrowers
from xindai.demonstration.chance import Chance
from xindai.demonstration.staff import Staff
from xindai.identity.actors import Actor
from xindai.policies import queries as policies
from xindai.policies.calendars import calendar_of, opening_hours

SEED = "xindai-2024"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the demonstration is to be; the whole one by default, a small one for tests."""

    first_day: date = date(2024, 7, 1)
    days: int = 730
    arrival_days: int = 365
    persons: int = 1000
    companies: int = 200
    seed: str = SEED

    @property
    def last_day(self) -> date:
        """The last day that is closed."""
        return self.first_day + timedelta(days=self.days - 1)

    @property
    def last_arrival_day(self) -> date:
        """The last day on which generated applications come in."""
        return self.first_day + timedelta(days=self.arrival_days - 1)


@dataclass(slots=True)
class Bank:
    """Everything that a day of the demonstration needs at hand."""

    plan: Plan
    chance: Chance
    hours: BusinessHours
    staff: Staff
    borrowers: Borrowers
    system: Actor = field(default_factory=lambda: Actor.system("demonstration"))

    @property
    def calendar(self) -> Calendar:
        """The bank's rest days."""
        return self.hours.calendar


def hours_of(on: date) -> BusinessHours:
    """The bank's calendar and opening hours by the policy in force."""
    pack = policies.pack_as_of(on)
    return BusinessHours(calendar_of(pack), *opening_hours(pack))


def open_bank(plan: Plan) -> Bank:
    """The bank as it stands in the database, ready to live on."""
    chance = Chance(plan.seed)
    return Bank(
        plan=plan,
        chance=chance,
        hours=hours_of(plan.first_day),
        staff=Staff.load(chance),
        borrowers=Borrowers.load(chance),
    )
