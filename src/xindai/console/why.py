"""Why an amount or a class is what it is: the engine's working in words, as the popover beside it shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from loanmath.explaining import ClassExplanation, Part, PenaltyExplanation, ProvisionExplanation
from xindai.console import marks
from xindai.kernel import formatting

Text = str | Promise
MOST_NIGHTS: Final = 12
"""Stretches of nights that a popover lists; the earlier ones are told as one sum."""

PARTS: Final[dict[str, Promise]] = {
    "disbursed": gettext_lazy("Paid out"),
    "capitalised": gettext_lazy("Interest added to the principal"),
    "repaid": gettext_lazy("Principal repaid"),
    "forgiven": gettext_lazy("Principal forgiven"),
    "written_off": gettext_lazy("Written off"),
    "principal_not_due": gettext_lazy("Principal not due yet"),
    "principal_due": gettext_lazy("Principal due"),
    "interest_due": gettext_lazy("Interest due"),
    "interest_accrued": gettext_lazy("Interest accrued, not due yet"),
    "penalty_due": gettext_lazy("Penalty interest due"),
    "fee_due": gettext_lazy("Fees due"),
    "charges_not_due": gettext_lazy("Charges not due yet"),
    "early_fee": gettext_lazy("Early repayment fee"),
    "overpaid": gettext_lazy("Overpaid"),
    "interest_ahead": gettext_lazy("Interest paid ahead"),
}


@dataclass(frozen=True, slots=True)
class Why:
    """A popover: what is explained, its lines, and what the working comes to.

    `result_minor` is what the working itself came to; it must equal the amount beside which the popover stands.
    """

    key: str
    amount_minor: int
    currency: str
    about: Text
    lines: tuple[tuple[Text, str], ...]
    result_minor: int
    foot: Text = ""

    @property
    def agrees(self) -> bool:
        """Tell whether the working comes to the amount shown."""
        return self.result_minor == self.amount_minor


def of_parts(key: str, about: Text, parts: Iterable[Part], amount_minor: int, currency: str) -> Why:
    """Explain a sum by its parts."""
    listed = tuple(parts)
    lines = tuple((PARTS[part.code], _money(part.amount_minor, currency)) for part in listed)
    return Why(key, amount_minor, currency, about, lines, sum(part.amount_minor for part in listed))


def of_provision(key: str, found: ProvisionExplanation, amount_minor: int, currency: str, policy: str) -> Why:
    """Explain a provision: principal x share of the class."""
    lines: tuple[tuple[Text, str], ...] = (
        (_("Principal"), _money(found.base_minor, currency)),
        (_("Class"), str(marks.LOAN_CLASSES[marks.loan_class_code(found.tier)].word)),
        (_("Share of the class"), f"{formatting.percent(found.rate_ppb)}%"),
        (_("Formula"), _("principal × share of the class")),
        (_("Exact"), formatting.exact_amount(found.numerator, found.denominator, currency, get_language() or "")),
        (_("Rounding"), _("Half up to the cent")),
    )
    foot = _("Policy {version}").format(version=policy)
    return Why(key, amount_minor, currency, _("Provision"), lines, found.provision_minor, foot)


def of_penalty(key: str, found: PenaltyExplanation, due_minor: int, run_minor: int, currency: str) -> Why:
    """Explain the penalty since the arrears began, and what of it is still due."""
    language = get_language() or ""
    shown = found.nights[-MOST_NIGHTS:]
    earlier = found.nights[: len(found.nights) - len(shown)]
    lines: list[tuple[Text, str]] = []
    if earlier:
        nights = sum(one.units for one in earlier)
        lines.append(
            (formatting.period(earlier[0].first, earlier[-1].until, language), _("{count} nights").format(count=nights))
        )
    lines += [
        (
            formatting.period(one.first, one.until, language),
            _("{base} × {count} nights").format(base=_money(one.base_minor, currency), count=one.units),
        )
        for one in shown
    ]
    paid = run_minor - due_minor
    lines += [
        (_("Penalty rate"), f"{formatting.percent(found.rate_ppb)}%"),
        (_("Formula"), _("overdue principal and interest × rate × days ÷ year")),
        (_("Exact"), formatting.exact_amount(found.numerator, found.denominator, currency, language)),
        (_("Accrued since the arrears began"), _money(found.accrued_minor, currency)),
    ]
    if paid:
        lines.append((_("Paid of it"), _money(-paid, currency)))
    return Why(key, due_minor, currency, _("Penalty interest due"), tuple(lines), found.accrued_minor - paid)


def class_words(found: ClassExplanation) -> str:
    """Say by which rule a loan has its class."""
    if found.is_kept:
        return _("Kept: all arrears must be paid and {months} months of good conduct have passed.").format(
            months=found.good_conduct_months
        )
    if found.above_days is None:
        return _("No lateness that counts.")
    return _("More than {days} days past due.").format(days=found.above_days)


def _money(amount_minor: int, currency: str) -> str:
    return formatting.amount(amount_minor, currency, get_language() or "")
