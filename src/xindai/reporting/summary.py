"""The summary of the bank's life: each figure a count or a sum over the tables.

Counts are whole numbers, amounts minor units, shares parts per million, rates parts per billion a year, times
whole minutes.  "Approved", "referred" and "refused" are what the *rules* said first, so that the three add up
to all applications decided; what people made of the referred ones stands beside them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import BigIntegerField, F, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from loanmath import Status
from xindai.applications.models import Application, State
from xindai.identity import scope
from xindai.identity.actors import Actor
from xindai.kernel.models import BusinessDay
from xindai.ledger import queries as ledger
from xindai.policies import queries as policies
from xindai.reporting.performance import Performance, Rulings, on_unseen_half, rulings
from xindai.reporting.portfolio import Book, book_at
from xindai.servicing.models import Loan, LoanEvent

MILLION: Final = 1_000_000
ONE_MINUTE: Final = timedelta(minutes=1)
INCOME_ROLES: Final = ("interest_income", "penalty_income", "fee_income")
REPORT: Final = Actor.system("summary")
_LENDING_FIELDS: Final = (
    "contract__application__offer__tier", "product_code", "customer__kind", "state", "principal_minor", "rate_ppb",
)  # fmt: skip
_RECEIVED_FIELDS: Final = ("pk", "customer__kind", "submitted_at", "decided_at", "promised_by")


@dataclass(frozen=True, slots=True)
class Decisions:
    """Applications by what was decided.

    ``by_tier`` counts by (tier of the offer, what the rules said); ``by_people`` what people made of those
    that the rules referred.
    """

    persons: int
    companies: int
    by_tier: Mapping[tuple[str, str], int]
    by_people: Mapping[str, int]

    def ruled(self, outcome: str) -> int:
        """How many the rules approved, referred or refused."""
        return sum(count for (_tier, said), count in self.by_tier.items() if said == outcome)


@dataclass(frozen=True, slots=True)
class Speed:
    """Minutes from submission to the final decision of the applications that people decided, and promises kept.

    ``automatic`` is how many the rules decided at once; ``kept`` how many of ``promised`` decisions came in time.
    """

    automatic: int
    by_people: int
    median_minutes: int
    longest_minutes: int
    kept: int
    promised: int


@dataclass(frozen=True, slots=True)
class Lending:
    """Loans of one tier or product: how many, how much, and the sum of amount x rate."""

    loans: int
    volume_minor: int
    weighted_rate: int

    @classmethod
    def sum(cls, parts: "Iterable[Lending]") -> "Lending":
        """Several lendings as one."""
        every = tuple(parts)
        return cls(
            sum(one.loans for one in every),
            sum(one.volume_minor for one in every),
            sum(one.weighted_rate for one in every),
        )

    @property
    def average_rate_ppb(self) -> int:
        """The average rate, weighted by amount."""
        return self.weighted_rate // self.volume_minor if self.volume_minor else 0


@dataclass(frozen=True, slots=True)
class Borrowers:
    """What was lent to borrowers of one kind, and their loans that still run."""

    lending: Lending
    book: Book


@dataclass(frozen=True, slots=True)
class Money:
    """Income and losses since the founding; positive amounts, minor units."""

    income: Mapping[str, int]
    impairment_loss_minor: int
    written_off_minor: int
    recovered_minor: int


@dataclass(frozen=True, slots=True)
class Protected:
    """AUC on the unseen half, as fitted: without protected attributes, and with them for comparison (x 10,000)."""

    without_per_10000: int
    with_per_10000: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the main job tells."""

    as_of: date
    days_closed: int
    decisions: Decisions
    speed: Speed
    by_tier: Mapping[str, Lending]
    by_product: Mapping[str, Lending]
    by_kind: Mapping[str, Borrowers]
    loans_by_state: Mapping[str, int]
    book: Book
    money: Money
    trial_balance_minor: int
    performance: Performance
    protected: Protected | None

    @property
    def disbursed_loans(self) -> int:
        """All loans ever paid out."""
        return sum(self.loans_by_state.values())

    @property
    def volume_minor(self) -> int:
        """All principal ever paid out."""
        return sum(lending.volume_minor for lending in self.by_product.values())

    @property
    def par30_ppm(self) -> int:
        """Outstanding principal with arrears over 30 days, of all outstanding principal."""
        return share_ppm(self.book.over_30_minor, self.book.principal_minor)

    @property
    def par90_ppm(self) -> int:
        """Outstanding principal with arrears over 90 days, of all outstanding principal."""
        return share_ppm(self.book.over_90_minor, self.book.principal_minor)

    @property
    def npl_ppm(self) -> int:
        """Substandard, doubtful and loss principal, of all outstanding principal."""
        return share_ppm(self.book.non_performing_minor, self.book.principal_minor)

    @property
    def coverage_ppm(self) -> int:
        """Allowance, of non-performing principal."""
        return share_ppm(self.book.allowance_minor, self.book.non_performing_minor)


def share_ppm(part: int, whole: int) -> int:
    """A share in parts per million, rounded half up; 0 of nothing."""
    return (2 * part * MILLION + whole) // (2 * whole) if whole else 0


def summary(as_of: date, actor: Actor = REPORT) -> Summary:
    """The bank's life up to the close of a day, as far as the actor's branches reach."""
    lines = ledger.trial_balance(as_of, actor.branch_ids)
    loans = list(scope.rows(actor, Loan.objects.all()).values_list(*_LENDING_FIELDS).order_by("pk"))
    received = list(
        scope.rows(actor, Application.objects.exclude(state=State.DRAFT)).values_list(*_RECEIVED_FIELDS).order_by("pk")
    )
    said, book = rulings(actor), book_at(actor, as_of)
    by_product = _lending((product, principal, rate) for _tier, product, _kind, _state, principal, rate in loans)
    return Summary(
        as_of=as_of,
        days_closed=BusinessDay.objects.filter(is_open=False, on__lte=as_of).count(),
        decisions=_decisions(Counter(kind for _pk, kind, *_instants in received), said),
        speed=_speed(((pk, *instants) for pk, _kind, *instants in received), said.by_people),
        by_tier=_lending((tier, principal, rate) for tier, _product, _kind, _state, principal, rate in loans),
        by_product=by_product,
        by_kind=_by_kind({product: kind for _tier, product, kind, *_figures in loans}, by_product, book),
        loans_by_state=_loans_by_state(state for _tier, _product, _kind, state, _principal, _rate in loans),
        book=book,
        money=_money(actor, as_of, lines),
        trial_balance_minor=sum(line.balance_minor for line in lines),
        performance=on_unseen_half(actor, said),
        protected=_protected(as_of),
    )


def _decisions(kinds: Mapping[str, int], said: Rulings) -> Decisions:
    return Decisions(
        persons=kinds["person"],
        companies=kinds["company"],
        by_tier=Counter((one.tier, one.outcome) for one in said.ruled.values()),
        by_people=Counter(said.by_people.values()),
    )


def _speed(received: Iterable[tuple[Any, ...]], people: Mapping[int, str]) -> Speed:
    """Of what was received - id, submitted, decided and promised - what has been decided."""
    rows = [one for one in received if one[1] is not None and one[2] is not None]
    minutes = sorted((at - since) // ONE_MINUTE for pk, since, at, _by in rows if pk in people)
    promised = [at <= by for _pk, _since, at, by in rows if by is not None]
    return Speed(
        automatic=len(rows) - len(minutes),
        by_people=len(minutes),
        median_minutes=minutes[len(minutes) // 2] if minutes else 0,
        longest_minutes=max(minutes, default=0),
        kept=sum(promised),
        promised=len(promised),
    )


def _lending(loans: Iterable[tuple[str, int, int]]) -> dict[str, Lending]:
    """Loans paid out, given as (name, principal, rate), by their tier or product."""
    found: dict[str, Lending] = {}
    for name, principal_minor, rate_ppb in loans:
        so_far = found.get(name, Lending(0, 0, 0))
        found[name] = Lending(
            so_far.loans + 1,
            so_far.volume_minor + principal_minor,
            so_far.weighted_rate + principal_minor * rate_ppb,
        )
    return dict(sorted(found.items()))


def _by_kind(kind_of: Mapping[str, str], by_product: Mapping[str, Lending], book: Book) -> dict[str, Borrowers]:
    """Persons and companies apart: a product is for one of the two."""
    return {
        kind: Borrowers(
            Lending.sum(lending for product, lending in by_product.items() if kind_of[product] == kind),
            Book(tuple(one for one in book.slices if kind_of[one.product_code] == kind)),
        )
        for kind in sorted(set(kind_of.values()))
    }


def _loans_by_state(states: Iterable[int]) -> dict[str, int]:
    counted = Counter(states)
    return {status.name.lower(): counted[status] for status in (Status.ACTIVE, Status.CLOSED, Status.WRITTEN_OFF)}


def _money(actor: Actor, as_of: date, lines: Iterable[ledger.BalanceLine]) -> Money:
    """Income and losses from the books; what was written off and recovered from the loans' events."""
    balances: Counter[str] = Counter()
    for line in lines:
        balances[line.account.role] += line.balance_minor
    kinds = LoanEvent.Kind
    events = LoanEvent.objects.filter(on__lte=as_of, kind__in=[kinds.WRITE_OFF, kinds.RECOVER])
    lost = Cast(KeyTextTransform("written_off_minor", "state_after"), BigIntegerField())
    sums = scope.rows(actor, events, "loan__branch_id").aggregate(
        written_off=Sum(lost, filter=Q(kind=kinds.WRITE_OFF), default=0),
        recovered=Sum(F("amount_minor"), filter=Q(kind=kinds.RECOVER), default=0),
    )
    return Money(
        income={role: -balances[role] for role in INCOME_ROLES},
        impairment_loss_minor=balances["impairment_loss"],
        written_off_minor=int(sums["written_off"]),
        recovered_minor=int(sums["recovered"]),
    )


def _protected(as_of: date) -> Protected | None:
    """What the pack in force says about its own points table."""
    report: Mapping[str, Mapping[str, int]] = policies.pack_as_of(as_of).section("rating_report")
    measured = report["auc_per_10000"]
    return Protected(measured["unseen_half"], measured["unseen_half_with_protected"])
