"""What the books say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import NotFound
from xindai.kernel.memo import read_once
from xindai.kernel.standing import kept_while_unchanged
from xindai.ledger import sealing, verifying
from xindai.ledger.models import Account, ChainCheck, ClosingBalance, DaySeal, Entry
from xindai.ledger.sealing import Break
from xindai.ledger.verifying import Standing


@dataclass(frozen=True, slots=True)
class BalanceLine:
    """An account in the trial balance: turnovers since founding and the balance, + is debit; minor units."""

    account: Account
    currency: str
    debit_minor: int
    credit_minor: int

    @property
    def balance_minor(self) -> int:
        """Debits less credits."""
        return self.debit_minor - self.credit_minor


def trial_balance(as_of: date, branch_ids: Sequence[int] | frozenset[int] | None = None) -> list[BalanceLine]:
    """Every account with a turnover, by code and currency, at the close of a day (None: all branches).

    Reads the roll-up of the last sealed day and only the entries after it.
    """
    seals = DaySeal.objects.filter(on__lte=as_of).order_by("-on").values("on")[:1]
    entries = Entry.objects.filter(
        business_date__lte=as_of, business_date__gt=Coalesce(Subquery(seals), Value(date.min))
    )
    columns = (*sealing.DIMENSIONS, "debit_minor", "credit_minor")
    closing = ClosingBalance.objects.filter(on=Subquery(seals)).values(*columns)
    rows: list[dict[str, Any]] = list(closing.union(sealing.turnovers(entries).values(*columns), all=True))
    return _by_account([row for row in rows if branch_ids is None or row["branch_id"] in branch_ids])


def trial_balance_minor(as_of: date) -> int:
    """Sum of all balances: zero in sound books."""
    return sum(line.balance_minor for line in trial_balance(as_of))


def imbalance(on: date) -> dict[str, int]:
    """Debits less credits of everything up to a sealed day, by currency; empty in sound books."""
    rows = ClosingBalance.objects.filter(on=on).values_list("currency")
    sums = rows.annotate(difference=Sum(F("debit_minor") - F("credit_minor")))
    return {currency: difference for currency, difference in sums if difference}


def verify_chain() -> list[Break]:
    """Every place where the sealed books are no longer what was sealed; empty when sound.  Reads every sealed day."""
    return sealing.breaks(list(DaySeal.objects.order_by("on")))


def chain_standing() -> Standing:
    """How the sealed books stand: the last signed check, and what has been sealed since, read now."""
    return verifying.standing()


def last_check() -> ChainCheck | None:
    """The latest check of the chain, whatever it found."""
    return ChainCheck.objects.order_by("-pk").first()


def entries_of_loan(loan_no: str) -> list[Entry]:
    """The entries of one loan with their transaction and account, the earliest first."""
    rows = Entry.objects.filter(loan_no=loan_no).select_related("transaction", "account")
    return list(rows.order_by("business_date", "pk"))


def seal_of(on: date) -> DaySeal:
    """The seal of a day.  Raises NotFound while the day is open."""
    found = DaySeal.objects.filter(on=on).first()
    if found is None:
        raise NotFound(_("sealed day"), on.isoformat())
    return found


def last_sealed() -> DaySeal | None:
    """The latest sealed day."""
    return DaySeal.objects.order_by("-on").first()


def accounts() -> list[Account]:
    """The chart of accounts by code."""
    return list(_chart().values())


@read_once
@kept_while_unchanged(Account)
def _chart() -> dict[int, Account]:
    """The accounts by their ids, in the order of their codes."""
    return {account.pk: account for account in Account.objects.order_by("code")}


def _by_account(rows: list[dict[str, Any]]) -> list[BalanceLine]:
    chart = _chart()
    sums: dict[tuple[int, str], tuple[int, int]] = {}
    for row in rows:
        key = (row["account_id"], row["currency"])
        debit, credit = sums.get(key, (0, 0))
        sums[key] = debit + int(row["debit_minor"]), credit + int(row["credit_minor"])  # sums come as NUMERIC
    lines = [BalanceLine(chart[pk], currency, *turnover) for (pk, currency), turnover in sums.items()]
    return sorted(lines, key=lambda line: (line.account.code, line.currency))
