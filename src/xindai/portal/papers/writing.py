"""What stands on a borrower's papers, in the reader's language; every figure is the books' or the engine's."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from xindai.customers.queries import Shown
from xindai.identity import queries as identity
from xindai.kernel import formatting
from xindai.kernel.papers import Column, Facts, Notes, Paper, Table
from xindai.portal import words
from xindai.reporting.own import OwnLoan
from xindai.reporting.statement import Happening, Statement

CLAIMS: Final[dict[str, Promise]] = {
    "principal": _("Principal"),
    "interest": _("Interest"),
    "penalty": _("Penalty interest"),
    "fee": _("Fees"),
    "ahead": _("Paid ahead"),
}
KINDS: Final[dict[str, Promise]] = {
    "disburse": _("Loan paid out"),
    "repay": _("Payment"),
    "prepay": _("Early repayment"),
    "settle": _("Loan paid off"),
    "write_off": _("Moved to collection"),
    "recover": _("Payment in collection"),
    "reverse": _("Correction"),
    "suspense": _("Money kept for you"),
}
INSTALMENTS: Final[dict[str, Promise]] = {
    "paid": _("paid"),
    "due": _("due"),
    "overdue": _("overdue"),
    "later": _("to come"),
    "written_off": _("in collection"),
}


def _language() -> str:
    return "zh" if formatting.is_chinese(get_language() or "") else "en"


def day(on: date) -> str:
    """A day as the language writes it."""
    return formatting.calendar_day(on, get_language() or "")


def statement(loan: OwnLoan, customer: Shown, found: Statement) -> Paper:
    """The statement of a month."""
    currency = loan.loan.currency
    period = formatting.period(found.first, found.last, get_language() or "")
    facts = [
        *_heading(loan, customer),
        (gettext("Period"), period),
        (gettext("Owed at the end of the period"), words.money(found.owed_minor, currency)),
    ]
    balances = Table(
        _columns(
            gettext("Balance"),
            gettext("At the beginning"),
            gettext("Added"),
            gettext("Taken off"),
            gettext("At the end"),
        ),
        [
            [
                str(CLAIMS[one.code]),
                *_amounts(currency, one.before_minor, one.added_minor, one.off_minor, one.after_minor),
            ]
            for one in found.claims
        ],
        _with_unit(gettext("What was owed"), currency),
        [gettext("Together"), *_amounts(currency, *_sums(found))],
    )
    notes = [
        gettext("Interest and penalty interest are added day by day; payments and what they pay stand in the list.")
    ]
    if not found.is_whole:
        notes.append(gettext("The period has not ended: later payments are not in this statement."))
    return _paper(
        loan,
        gettext("Statement of the loan"),
        period,
        [Facts(facts), balances, _happenings(found, currency), Notes(notes)],
    )


def _sums(found: Statement) -> tuple[int, int, int, int]:
    claims = found.claims
    return (
        sum(one.before_minor for one in claims),
        sum(one.added_minor for one in claims),
        sum(one.off_minor for one in claims),
        found.owed_minor,
    )


def _happenings(found: Statement, currency: str) -> Table | Notes:
    title = gettext("What happened")
    if not found.happenings:
        return Notes([gettext("Nothing was paid in this period.")], title)
    codes = [claim.code for claim in found.claims]
    columns = _columns(
        gettext("Day"), gettext("What happened"), gettext("Money"), *(str(CLAIMS[code]) for code in codes)
    )
    rows = [_happening(one, codes, currency) for one in found.happenings]
    return Table(
        [Column(columns[0].name), Column(columns[1].name, wide=True), *columns[2:]], rows, _with_unit(title, currency)
    )


def _happening(one: Happening, codes: Sequence[str], currency: str) -> list[str]:
    changes = [_amount(one.changes.get(code, 0), currency) for code in codes]
    return [day(one.on), str(KINDS.get(one.kind, one.kind)), _amount(one.amount_minor, currency), *changes]


def schedule(loan: OwnLoan, customer: Shown) -> Paper:
    """The plan in force with what is paid and what is still to come, as of the business date."""
    currency, rows = loan.loan.currency, loan.now.rows
    columns = _columns(
        gettext("No."),
        gettext("Due on"),
        gettext("To pay"),
        gettext("Principal"),
        gettext("Interest"),
        gettext("Still unpaid"),
    )
    lines = [
        [
            str(row.number),
            day(row.due_on),
            *_amounts(currency, row.total_minor, row.principal_minor, row.interest_minor, sum(loan.now.unpaid(row))),
            str(INSTALMENTS[loan.instalment_state(row)]),
        ]
        for row in rows
    ]
    total = [
        gettext("Together"),
        "",
        *_amounts(
            currency,
            sum(row.total_minor for row in rows),
            sum(row.principal_minor for row in rows),
            sum(row.interest_minor for row in rows),
            sum(sum(loan.now.unpaid(row)) for row in rows),
        ),
        "",
    ]
    table = Table(
        [Column(columns[0].name), *columns[1:], Column(gettext("State"))],
        lines,
        _with_unit(gettext("All instalments"), currency),
        total,
    )
    facts = [
        *_heading(loan, customer),
        (gettext("Paid out on"), day(loan.loan.disbursed_on)),
        (gettext("Interest rate a year"), f"{formatting.percent(loan.loan.rate_ppb)}%"),
        (gettext("Annual rate (simple)"), f"{formatting.annual_percent(loan.loan.annual_rate_ppb)}%"),
        (
            gettext("How it is repaid"),
            str(words.METHODS.get(str(loan.loan.terms["method"]), loan.loan.terms["method"])),
        ),
    ]
    return _paper(loan, gettext("Schedule of the loan"), "", [Facts(facts), table])


def _heading(loan: OwnLoan, customer: Shown) -> list[tuple[str, str]]:
    return [
        (gettext("Borrower"), f"{customer.name}, {customer.no}"),
        (gettext("Loan"), loan.loan.no),
        (gettext("Contract"), loan.loan.contract_no),
        (gettext("Amount lent"), words.money(loan.loan.principal_minor, loan.loan.currency)),
    ]


def _paper(loan: OwnLoan, title: str, lead: str, blocks: Sequence[Facts | Table | Notes]) -> Paper:
    foot = gettext("{loan}, figures of {day}, from the books of the lender").format(loan=loan.loan.no, day=day(loan.on))
    product = words.local(loan.product_name)
    return Paper(
        _language(), words.local(identity.bank().name), f"{title} {loan.loan.no}", lead or product, foot, blocks
    )


def _columns(first: str, *others: str) -> list[Column]:
    """The first is wide and holds words; the others hold figures."""
    return [Column(first, wide=True), *(Column(name, number=True) for name in others)]


def _with_unit(title: str, currency: str) -> str:
    """The title of a table with the unit of its amounts."""
    unit = formatting.currency_unit(currency, get_language() or "")
    return f"{title}（{unit}）" if _language() == "zh" else f"{title} ({unit})"


def _amount(amount_minor: int, currency: str) -> str:
    return formatting.plain_amount(amount_minor, currency)


def _amounts(currency: str, *amounts_minor: int) -> list[str]:
    return [_amount(amount_minor, currency) for amount_minor in amounts_minor]
