"""The questions of an application: each is one page with one field, and knows where its answer is kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import InvalidInput
from xindai.kernel.forms import AmountField
from xindai.kernel.texts import is_prose
from xindai.offers.need import LONGEST_TERM_MONTHS, Need, check_need
from xindai.offers.policy import offer_policy
from xindai.policies.packs import Pack
from xindai.portal import words
from xindai.portal.finder.forms import CountField
from xindai.products.queries import Product

Answers = Mapping[str, Any]
LONGEST_STATEMENT: Final = 500


@dataclass(frozen=True)
class Shelf:
    """What an online application can be for: the kind of customer, and the products that need no security."""

    kind: str
    pack: Pack
    on: date
    products: Sequence[Product]

    def product_of(self, answers: Answers) -> Product | None:
        """The product that serves the purpose answered, if it is still lent."""
        code = str(answers.get("purpose", "")).partition(":")[0]
        return next((product for product in self.products if product.code == code), None)

    def purposes(self) -> list[tuple[Any, list[tuple[str, str]]]]:
        """Purposes by product, as ``consumer:furniture``."""
        return [
            (
                words.local(product.spec.name.model_dump()),
                [
                    (f"{product.code}:{purpose.code}", words.local(purpose.name.model_dump()))
                    for purpose in product.spec.purposes
                ],
            )
            for product in self.products
        ]

    def methods(self, answers: Answers) -> list[tuple[str, Any]]:
        """Ways of repaying that the product offers."""
        product = self.product_of(answers)
        offered = () if product is None else product.spec.methods
        return [(str(one.method), words.METHODS[str(one.method)]) for one in offered]

    def codes(self, fact: str) -> list[tuple[str, str]]:
        """What can be answered to a fact of the policy."""
        codes: Mapping[str, Mapping[str, str]] = self.pack.section("facts")["facts"][fact]["codes"]
        return [(code, words.local(name)) for code, name in codes.items()]

    def need(self, answers: Answers) -> Need | None:
        """The need that the answers make, with the product's smallest figures where there are none yet."""
        product = self.product_of(answers)
        if product is None:
            return None
        spec = product.spec
        return Need(
            spec.code,
            answers.get("amount_minor", spec.smallest_amount_minor),
            spec.currency,
            answers.get("term_months", spec.term_months.smallest),
            str(answers["purpose"]).partition(":")[2],
            answers.get("method"),
        )

    def fault(self, answers: Answers) -> InvalidInput | None:
        """Why the need could not be answered by the product; None where it can, and while there is none."""
        product, need = self.product_of(answers), self.need(answers)
        if product is None or need is None:
            return None
        try:
            check_need(need, product.spec, self.kind, offer_policy(self.pack).forbidden_purposes)
        except InvalidInput as error:
            return error
        return None


MakeField = Callable[[Shelf, Answers], forms.Field]


@dataclass(frozen=True)
class Question:
    """One question; ``key`` is where the answer lies, within ``facts`` for what is stated of the customer."""

    slug: str
    key: str
    title: Any
    make: MakeField
    is_fact: bool = False
    why: Promise | None = None

    def answer(self, answers: Answers) -> Any:
        """What was answered; None where nothing was."""
        return (answers.get("facts", {}) if self.is_fact else answers).get(self.key)

    def kept(self, answers: Answers, value: Any) -> dict[str, Any]:
        """What is to be saved for an answer."""
        if self.is_fact:
            return {"facts": {**answers.get("facts", {}), self.key: value}}
        after: dict[str, Any] = {self.key: value}
        if self.key == "purpose" and value != answers.get("purpose"):
            after["method"] = None  # another product may not offer it
        return after


@dataclass(frozen=True)
class Task:
    """Questions that belong together: a row of the list of tasks."""

    code: str
    title: Promise
    questions: tuple[Question, ...] = field(default_factory=tuple)


def _radio(choices: Sequence[tuple[str, Any]], required: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices,
        widget=forms.RadioSelect(),
        error_messages={"required": required, "invalid_choice": required},
    )


def _purpose(shelf: Shelf, _answers: Answers) -> forms.Field:
    return forms.ChoiceField(
        choices=[("", _("Choose")), *shelf.purposes()],
        widget=forms.Select({"class": "xd-select"}),
        error_messages={
            "required": _("Choose what the money is for."),
            "invalid_choice": _("Choose what the money is for from the list."),
        },
        help_text=_("Loans with a car or a building as security are applied for at a branch."),
    )


def _amount(shelf: Shelf, answers: Answers) -> forms.Field:
    product = shelf.product_of(answers)
    text = ""
    if product is not None:
        spec = product.spec
        low, high = (
            words.money(value, spec.currency) for value in (spec.smallest_amount_minor, spec.largest_amount_minor)
        )
        text = str(_("From {low} to {high}.")).format(low=low, high=high)
    return AmountField(error_messages={"required": _("Enter the amount that you need.")}, help_text=text)


def _months(shelf: Shelf, answers: Answers) -> forms.Field:
    product = shelf.product_of(answers)
    text = ""
    if product is not None:
        span = product.spec.term_months
        text = str(_("From {low} to {high} months.")).format(low=span.smallest, high=span.largest)
    return CountField(
        min_value=1,
        max_value=LONGEST_TERM_MONTHS,
        error_messages={"required": _("Enter the number of months.")},
        help_text=text,
    )


def _method(shelf: Shelf, answers: Answers) -> forms.Field:
    return _radio(shelf.methods(answers), _("Choose how you want to repay."))


def _statement(_shelf: Shelf, _answers: Answers) -> forms.Field:
    return StatementField(
        max_length=LONGEST_STATEMENT,
        help_text=_("One or two sentences, such as: a new washing machine and its installation."),
        error_messages={"required": _("Say in a sentence what exactly is paid for.")},
        widget=forms.Textarea({"class": "xd-input", "rows": "4"}),
    )


class StatementField(forms.CharField):
    """A few sentences."""

    default_error_messages = {  # noqa: RUF012 - Django's own way of overriding texts
        "max_length": _("Write at most %(limit_value)d characters."),
        "cannot_be_kept": _("The text holds a character that cannot be kept. Write it again by hand."),
    }

    def validate(self, value: Any) -> None:
        """Refuse what no database holds."""
        super().validate(value)
        if value and not is_prose(value):
            raise forms.ValidationError(self.error_messages["cannot_be_kept"], code="cannot_be_kept")


def _money(required: Promise, hint: Promise | None = None) -> MakeField:
    return lambda _shelf, _answers: AmountField(error_messages={"required": required}, help_text=hint or "")


def _fact(name: str) -> MakeField:
    return lambda shelf, _answers: _radio(shelf.codes(name), _("Choose the answer that fits best."))


_WHY_SCORE: Final = _(
    "The answer is one of several from which the credit score comes. Every answer is told to you with the decision."
)
_WHY_MEANS: Final = _("So that the loan takes no more of your income than you can spare.")

THE_LOAN: Final = Task(
    "loan",
    _("The loan"),
    (
        Question("purpose", "purpose", _("What is the money for?"), _purpose),
        Question("amount", "amount_minor", _("How much do you need?"), _amount),
        Question("months", "term_months", _("For how many months?"), _months),
        Question("method", "method", _("How do you want to repay?"), _method),
        Question(
            "statement",
            "statement",
            _("What exactly will you pay for?"),
            _statement,
            why=_("The law asks us to know what a loan is spent on."),
        ),
    ),
)
_NONE_IS_0: Final = _("0 when there are none.")
MEANS: Final = Task(
    "means",
    _("Your income"),
    (
        Question(
            "income", "disposable_income_minor", _("What is left of your income each month?"),
            _money(_("Enter what is left each month; 0 when there is nothing."), _("After rent, food and other living costs, before instalments.")),
            is_fact=True, why=_WHY_MEANS,
        ),
        Question(
            "instalments", "other_instalments_minor", _("What do you pay each month for other loans?"),
            _money(_("Enter what you pay each month; 0 when there are none."), _NONE_IS_0), is_fact=True, why=_WHY_MEANS,
        ),
    ),
)  # fmt: skip
SITUATION: Final = Task(
    "situation",
    _("Your situation"),
    tuple(
        Question(slug, name, title, _fact(name), is_fact=True, why=_WHY_SCORE)
        for slug, name, title in (
            ("employment", "employment_since_band", _("How long have you been in your present work?")),
            ("housing", "housing", _("How do you live?")),
            ("property", "property_kind", _("What do you own?")),
            ("savings", "savings_band", _("How much do you have in savings?")),
            ("plans", "other_instalment_plans", _("Do you pay other things by instalments?")),
            ("others", "other_debtors", _("Does somebody apply or stand surety with you?")),
        )
    ),
)
FIGURES: Final = Task(
    "figures",
    _("The company's figures"),
    tuple(
        Question(slug, name, title, _money(_("Enter the figure of the last business year."), hint), is_fact=True)
        for slug, name, title, hint in (
            ("revenue", "revenue_minor", _("What was the revenue of the last business year?"), None),
            ("cash-flow", "annual_cash_flow_minor", _("What was the cash flow of the last business year?"), _("What operations brought in after all costs, before instalments.")),
            ("assets", "assets_minor", _("What are all assets worth?"), None),
            ("debts", "total_debt_minor", _("What are all debts together?"), _NONE_IS_0),
        )
    ),
)  # fmt: skip


def tasks_for(kind: str) -> tuple[Task, ...]:
    """The tasks of a kind of customer, in their order."""
    return (THE_LOAN, FIGURES) if kind == "company" else (THE_LOAN, MEANS, SITUATION)


class AnswerForm(forms.Form):
    """The one field of a question's page; the need that its answer makes is checked against the product at once."""

    def __init__(self, question: Question, shelf: Shelf, answers: Answers, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "auto_id": "%s"})
        self.question, self.shelf, self.answers = question, shelf, answers
        made = question.make(shelf, answers)
        made.label = question.title
        made.initial = question.answer(answers)
        self.fields["answer"] = made

    def clean(self) -> dict[str, Any]:
        """Refuse what the product could never answer, at this field."""
        cleaned = super().clean() or {}
        if "answer" not in cleaned or self.question.is_fact:
            return cleaned
        after = {**self.answers, **self.question.kept(self.answers, cleaned["answer"])}
        fault = self.shelf.fault({name: value for name, value in after.items() if value is not None})
        if fault is not None and fault.field == self.question.key:
            self.add_error("answer", f"{fault} {fault.remedy_text()}")
        return cleaned
