"""What the engine refuses, in the reader's language."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from loanmath import LoanMathError
from xindai.kernel import formatting
from xindai.kernel.errors import InvalidInput

WORDS: Final[Mapping[str, Promise]] = {
    "advance_not_possible": _("Instalments in advance go with equal instalments alone, and without a down payment."),
    "amortised_over_too_few": _("The instalment is found over at least as many rows as the loan has: give more."),
    "amount_not_positive": _("The amount paid ahead of time must be above zero."),
    "balloon_too_large": _("The last instalment cannot pay more besides than is paid out: give less."),
    "bullet_has_one_row": _("A loan repaid in one sum has exactly one instalment."),
    "date_out_of_range": _("The loan runs beyond the year {year}: take fewer instalments."),
    "first_due_off_grid": _("{date} is no due date of {frequency}: take {earlier} or {later}."),
    "first_due_too_early": _("The first due date must lie after the day on which the money is paid out."),
    "frequency_contradicts_itself": _("This frequency contradicts itself: write it like P1M, P3M or P2W."),
    "frequency_unreadable": _("“{text}” is no frequency: write it like P1M, P3M or P2W."),
    "grace_too_long": _("The last instalment, number {rows}, pays what was spared before it: give fewer than {rows}."),
    "index_missing": _("The index has no value on {date}: give one that is known by then."),
    "instalment_missing": _("Give the fixed instalment."),
    "minimum_missing": _("Give the share of a minimum payment, or its floor."),
    "never_repaid": _("The payment does not repay the loan within {most} instalments: raise it, or allow a balloon."),
    "no_rate": _("These payments have no annual rate: what is paid back must be more than nothing."),
    "not_for_the_method": _("This has no meaning with this way of repaying: leave it empty, or choose another way."),
    "nothing_ahead": _("No instalment is left to pay ahead of time: choose an earlier day."),
    "out_of_range": _("“{name}” is {value}: give a whole number from {low} to {high}."),
    "parts_exceed_principal": _("The parts of principal are more than the principal: give parts that add up to it."),
    "parts_with_down_payment": _("A plan of one's own has no down payment: give it as a part that is due early."),
    "prepayment_out_of_range": _("Pay more than {due} (what is due) and less than {most}, or settle the loan."),
    "prepayment_out_of_time": _("Money can be paid ahead of time after {first} and before {last}."),
    "reset_unclear": _("A number of months goes only with a rate that is read anew every so many months."),
    "several_rates": _("More than one annual rate would fit these payments, so none is shown."),
    "step_too_early": _("A step of the rate lies after the day on which the money is paid out."),
    "term_cannot_follow": _("Only a plan of equal instalments without sums due at once can end earlier or later."),
    "unknown_choice": _("“{value}” is no choice here: choose one of {choices}."),
    "unknown_currency": _("{currency} is no currency of ISO 4217: give one such as CNY."),
    "weights_are_zero": _("At least one weight must be above zero."),
    "withdrawn_currency": _("{currency} was replaced on {on}: give {successor}."),
    "wrong_kind": _("{value} is of another kind than what is asked for here: correct it."),
}
"""A sentence for each code with which the engine can refuse a loan that is asked about."""

UNFORESEEN: Final = _("These figures make no loan that can be worked out: check them.")
"""For a code without words of its own: the tests look for one."""
_FIELDS: Final = {"principal": "grace_principal", "interest": "grace_interest"} | dict.fromkeys(
    ("every", "days", "month"), "frequency"
)
_AMOUNTS: Final = frozenset({"due", "most", "prepaid"})
_OF_PREPAYMENTS: Final = frozenset({"amount_not_positive", "nothing_ahead", "prepayment_out_of_range"})


def of_engine(error: LoanMathError, currency: str) -> InvalidInput:
    """The same refusal, naming the field as it is asked for and amounts as people read them."""
    field = _FIELDS.get(error.field, error.field.rpartition(".")[2])
    if error.code in _OF_PREPAYMENTS:
        field = "prepayments.amount_minor"
    elif error.code == "prepayment_out_of_time":
        field = error.field
    params = dict(error.params)
    if error.code == "prepayment_out_of_range":
        params |= {
            name: formatting.amount(value, currency, get_language() or "")
            for name, value in params.items()
            if name in _AMOUNTS and isinstance(value, int)
        }
    return InvalidInput(field, WORDS.get(error.code, UNFORESEEN), None, **params)
