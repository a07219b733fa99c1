"""A lender's own file on its way into the bank: read, announced, told about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from rich.console import Console

from loanmath import add_months
from xindai.applications.models import State
from xindai.demonstration.arrivals import BusinessHours, spread
from xindai.demonstration.bank import Plan, hours_of
from xindai.demonstration.cells import Problem
from xindai.demonstration.chance import Chance
from xindai.demonstration.intake import announce
from xindai.demonstration.mapping import load
from xindai.demonstration.models import Arrival
from xindai.demonstration.own_file import (
    Catalogue,
    OwnFile,
    Rejection,
    iter_problems,
    read,
    rejects_path,
    write_rejections,
)
from xindai.demonstration.records import GENERATED_SOURCES, ApplicationRecord
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput
from xindai.policies import queries as policies
from xindai.products import queries as products

UNDER_WAY = (State.SUBMITTED, State.REFERRED, State.APPROVED)
TOLD_PROBLEMS = 20

MONTHS_AHEAD = 24
"""How far ahead of the bank's business date a row may come in: as long as the demonstration itself lives."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file that was given in: what was read, how much of it was new, where its rejects go."""

    file: OwnFile
    news: int
    rejects: Path


def give_in(plan: Plan, applications: Path, mapping_path: Path) -> Given:
    """Read a file and announce its good rows.

    Raises InvalidInput when the file or its mapping cannot be used as a whole.
    """
    if not mapping_path.name:
        raise InvalidInput(
            "mapping",
            _("The file of applications needs a mapping file."),
            _("Give --mapping FILE.yaml; docs/guide shows one."),
        )
    today = business_date.current()
    file = read(applications, load(mapping_path), _catalogue(plan, today))
    news = announce(file.records, _instants(plan, file.records, today))
    return Given(file, news, rejects_path(Path(settings.DATA), applications))


def _catalogue(plan: Plan, on: date) -> Catalogue:
    facts = policies.pack_as_of(on).section("facts")["facts"]
    specs = {product.code: product.spec for product in products.catalogue(on)}
    return Catalogue(specs, facts, last_arrival_day=_last_arrival_day(plan, on))


def _last_arrival_day(plan: Plan, today: date) -> date:
    """The last day on which a row may come in: the bank lives until it has, so a mistyped year must not count."""
    return add_months(max(today, plan.first_day), MONTHS_AHEAD)


def _instants(plan: Plan, records: Iterable[ApplicationRecord], today: date) -> dict[str, datetime]:
    """On the row's own day if it is still to come, else over what is left of the plan's months of arrival."""
    hours, chance = hours_of(plan.first_day), Chance(plan.seed)
    last = max(today, plan.last_arrival_day)
    left = hours.days(today, last) or [hours.next_day(today)]
    at = spread([record.key for record in records], left, hours, chance)
    return {record.key: _own_instant(record, today, hours, chance) or at[record.key] for record in records}


def _own_instant(record: ApplicationRecord, today: date, hours: BusinessHours, chance: Chance) -> datetime | None:
    if record.arrives_on is None or record.arrives_on < today:
        return None
    return hours.instant(record.arrives_on, chance.below(hours.minutes_a_day, "arrival minute", record.key))


def _generated() -> Q:
    """The arrivals that the demonstration itself announces."""
    return Q(*(Q(key__startswith=f"{source}/") for source in sorted(GENERATED_SOURCES)), _connector=Q.OR)


def are_under_way() -> bool:
    """Whether applications of own files are still to come in, to be decided or to be paid out."""
    own = Arrival.objects.exclude(_generated())
    to_come = own.filter(application=None, refusal__isnull=True)
    return to_come.exists() or own.filter(application__state__in=UNDER_WAY).exists()


def tell(given: Given, console: Console) -> None:
    """Write the reject file and say what became of the file."""
    refused = _refused_by_services(given.file)
    rejections = tuple(sorted((*given.file.rejections, *refused), key=lambda rejected: rejected.row))
    taken = len(given.file.records) - len(refused)
    console.print(_("Own file: {taken} rows taken in, {news} of them now; {bad} rows not taken.").format(
        taken=taken, news=given.news, bad=len(rejections)
    ))  # fmt: skip
    if not rejections:
        return
    write_rejections(given.rejects, given.file.columns, rejections)
    for row, problem in list(iter_problems(rejections))[:TOLD_PROBLEMS]:
        console.print(f"  {row}: {problem.field}: {problem.problem} {problem.remedy}", markup=False)
    console.print(_("Not taken rows: {path}").format(path=given.rejects), markup=False)


def _refused_by_services(file: OwnFile) -> list[Rejection]:
    """Rows that read well but that a service has refused."""
    refusals = dict(Arrival.objects.filter(key__in=file.row_of, refusal__isnull=False).values_list("key", "refusal"))
    return [
        Rejection(*file.row_of[key], (Problem(told["field"], told["problem"], told["remedy"]),))
        for key, told in refusals.items()
        if told is not None
    ]
