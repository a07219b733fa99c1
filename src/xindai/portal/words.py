"""Plain words for borrowers: how an application stands, why it was refused, and what would help."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from xindai.kernel import formatting

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Standing:
    """How an application stands: a word, a sentence on what happens next, and the tone of the tag."""

    word: Text
    sentence: Text
    tone: str = "neutral"
    icon: str = ""


STANDINGS: Final[dict[str, Standing]] = {
    "draft": Standing(
        _("Being prepared"), _("Something is still missing. Your branch tells you what."), "neutral", "pencil"
    ),
    "submitted": Standing(_("Received"), _("We are looking at what you told us."), "info", "clock"),
    "referred": Standing(
        _("In the hands of our staff"), _("People, not a computer, decide on this application."), "info", "eye"
    ),
    "approved": Standing(
        _("Granted"),
        _("Read our offer, and accept it or take the application back. Nothing is owed yet."),
        "good",
        "check",
    ),
    "contracted": Standing(_("Contract made"), _("The terms are fixed in the contract."), "neutral", "check"),
    "refused": Standing(
        _("Not granted"), _("We could not grant this loan. These were the main reasons:"), "watch", "info"
    ),
    "withdrawn": Standing(_("Taken back"), _("This application was taken back. Nothing is owed for it.")),
}

REASONS: Final[dict[str, Text]] = {
    "age_unknown": _("We could not check your age."),
    "annual_rate": _("The loan would cost more than the law allows."),
    "automatic_amount": _("The amount is large for what we know of you."),
    "cash_flow_cover": _("The cash flow does not cover the debts well enough."),
    "cash_flow_unknown": _("We could not check the cash flow."),
    "debt_to_assets": _("The debts are high beside the assets."),
    "debts_unknown": _("We could not check assets and debts."),
    "income_unknown": _("We could not check your income."),
    "instalment_to_income": _("The instalments would take too much of your income."),
    "legal_age": _("You have not reached the age that the law asks for."),
    "nothing_to_offer": _("What we could lend is less than our smallest loan."),
    "purpose_forbidden": _("The law forbids loans for this purpose."),
    "purpose_unclear": _("We could not see clearly enough what the money is for."),
    "score": _("The credit score is too low for this loan."),
    "years_in_business": _("The company has not been in business for long enough."),
}
"""Why a loan was not granted, by the rule that spoke against."""

ADVICE: Final[dict[str, Text]] = {
    "age_unknown": _("Bring your identity document to the branch, so that your age can be checked."),
    "annual_rate": _("The costs would be above the cap of the law. Another amount or term may cost less."),
    "automatic_amount": _("A smaller amount may be granted."),
    "cash_flow_cover": _("Ask for a smaller amount, or show more cash flow by newer statements."),
    "cash_flow_unknown": _("Hand in financial statements that show the cash flow."),
    "debt_to_assets": _("Repay other debts first, or ask for less."),
    "debts_unknown": _("Hand in financial statements that show assets and debts."),
    "income_unknown": _("Hand in evidence of your income, such as payslips or tax returns."),
    "instalment_to_income": _(
        "Ask for a smaller amount or a longer term, so that instalments take less of your income; show income that we do not know of."
    ),
    "legal_age": _("Apply again when you have reached the age that the law asks for."),
    "nothing_to_offer": _("Repaying other debts, more income, or security raises what can be lent to you."),
    "purpose_forbidden": _("Apply for a purpose that the law allows."),
    "purpose_unclear": _("Say more exactly what the money is for, and bring a document that shows it."),
    "score": _(
        "Paying all debts on time and owing less elsewhere can raise the score. Tell us when your work, savings or accounts have changed."
    ),
    "years_in_business": _("Bring a business plan, or apply again when the company has more years behind it."),
}
"""What would help, by the same rules."""

ASK: Final[Text] = _("Ask your branch what would help.")

SETTLING: Final[dict[str, Text]] = {
    "principal_not_due": _("Principal not due yet"),
    "principal_due": _("Principal due"),
    "interest_due": _("Interest due"),
    "interest_accrued": _("Interest up to this day"),
    "penalty_due": _("Penalty interest"),
    "fee_due": _("Fees due"),
    "charges_not_due": _("Charges not due yet"),
    "early_fee": _("Fee for paying early"),
    "overpaid": _("Less what you paid ahead"),
    "interest_ahead": _("Less interest paid ahead"),
}
"""The parts of what pays off a loan."""

PAYMENT_FAILED: Final[Text] = _("Your bank did not pay. Nothing was taken. Ask your bank, or pay from another account.")
PAYMENT_FAILURES: Final[dict[str, Text]] = {
    "no_cover": _("There is not enough money in the account. Nothing was taken. Pay less, or from another account."),
}
"""Why a payment failed, by the channel's code."""

METHODS: Final[dict[str, Text]] = {
    "level": _("Equal instalments"),
    "equal_principal": _("Equal parts of principal, falling instalments"),
    "interest_first": _("Interest each time, principal at the end"),
    "bullet": _("Everything at the end"),
    "flat": _("Equal parts, interest always on the whole sum"),
}
"""The ways of repaying that products offer."""

MORE_METHODS: Final[dict[str, Text]] = {
    "compound": _("Everything at the end, with interest on interest"),
    "fixed": _("A fixed amount each time until all is repaid"),
    "minimum": _("A part of what is owed each time, at least a minimum"),
    "custom": _("Principal as I write it"),
}
"""The ways of repaying that the calculator knows besides."""

RESETS: Final[dict[str, Text]] = {
    "": _("fixed"),
    "new_year": _("floats: read anew on every 1 January"),
    "anniversary": _("floats: read anew on every anniversary"),
    "P6M": _("floats: read anew every 6 months"),
    "P3M": _("floats: read anew every 3 months"),
}

REPRICINGS: Final[dict[str, Text]] = {
    "anew": _("another instalment, same end"),
    "term": _("same instalment, another end"),
    "keep": _("same instalments, the last one takes the rest"),
}

WHOLE_UNITS: Final[dict[str, Text]] = {
    "": _("to the smallest unit"),
    "1": _("to whole units of the currency"),
    "10": _("to tens"),
    "100": _("to hundreds"),
}

FREQUENCIES: Final[dict[str, Text]] = {
    "P1M": _("every month"),
    "P3M": _("every 3 months"),
    "P6M": _("every 6 months"),
    "P1Y": _("every year"),
    "P2W": _("every 2 weeks"),
    "P1W": _("every week"),
}

DAY_COUNTS: Final[dict[str, Text]] = {
    "30E/360": _("months of 30 days, year of 360"),
    "act/360": _("calendar days, year of 360"),
    "act/365F": _("calendar days, year of 365"),
    "act/act ISDA": _("calendar days, year as long as it is"),
}

RATES: Final[dict[str, Text]] = {
    "monthly_irr_times_12": _("Annual rate (monthly internal rate × 12)"),
    "effective": _("Effective annual rate (compounded)"),
    "aprc": _("EU annual percentage rate of charge"),
}
"""Annual rates by their labels; a rate is never shown without its label."""


AMOUNT_BOUNDS: Final = frozenset({"smallest_amount", "product_amount", "unsecured_cap"})
BOUNDS: Final[dict[str, Text]] = {
    "smallest_amount": _("The smallest loan of this product is {value}."),
    "product_amount": _("The largest loan of this product is {value}."),
    "unsecured_cap": _("Without security the law allows at most {value}."),
    "shortest_term": _("The shortest term of this product is {value} months."),
    "lawful_term": _("The law allows at most {value} months for this purpose."),
    "lawful_bullet_term": _("The law allows at most {value} months for a loan repaid at the end."),
    "method_term": _("The longest term of this product is {value} months."),
    "tier_term": _("The longest term of this product is {value} months."),
    "product_term": _("The longest term of this product is {value} months."),
}
"""Why a product does not serve a wish, and which amount or term it would serve."""


def local(texts: Mapping[str, str]) -> str:
    """Choose the reader's language from a {zh, en} map."""
    return texts["zh" if formatting.is_chinese(get_language() or "") else "en"]


def money(amount_minor: int, currency: str) -> str:
    """Write an amount with its currency, in the reader's language."""
    return formatting.amount(amount_minor, currency, get_language() or "")


def standing(state: str) -> Standing:
    """Say how an application stands; a state without words shows its code."""
    return STANDINGS.get(state, Standing(state, ""))


def reason(rule: str) -> Text:
    """Say in a sentence why a rule spoke against; nothing for a rule without plain words."""
    return REASONS.get(rule, "")


def advice(rule: str) -> Text:
    """Say what would help against a rule's finding."""
    return ADVICE.get(rule, ASK)
