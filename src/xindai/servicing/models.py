"""A loan is frozen terms plus dated events; the rest of these tables can be computed from the two.

Amounts are minor units of the loan's currency, rates parts per billion a year, days in ``LoanDay``
are proleptic ordinals (0: none), as in ``loanmath``.
"""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from loanmath import FiveTier, Role, Status
from xindai.kernel.fields import AmountMinorField, CurrencyField, RatePpbField
from xindai.kernel.models import Versioned, append_only, audited


@append_only
class BusinessCalendar(models.Model):
    """Rest days and worked weekend days as they stood when loans were made; never changed."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.JSONField()

    class Meta:
        verbose_name = _("calendar")

    def __str__(self) -> str:
        return self.sha256[:12]


@audited(exclude=["terms"])
class Loan(Versioned):
    """A loan account.

    ``terms`` are the contract's, frozen; the columns of numbers at the end repeat, for the daily step
    over all loans, what ``loanmath.state.TERM_COLUMNS`` names.  ``rate_ppb`` is the rate at the beginning.  ``part`` says with which part of the book
    the loan is closed each day, for ever.
    """

    class State(models.IntegerChoices):
        ACTIVE = Status.ACTIVE, _("active")
        CLOSED = Status.CLOSED, _("closed")
        WRITTEN_OFF = Status.WRITTEN_OFF, _("written off")

    no = models.CharField(max_length=32, unique=True)
    contract = models.OneToOneField("contracts.Contract", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    product_code = models.CharField(max_length=40)
    product_version = models.ForeignKey("products.ProductVersion", on_delete=models.PROTECT, related_name="+")
    currency = CurrencyField()
    terms = models.JSONField()
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="+")
    part = models.SmallIntegerField()
    state = models.SmallIntegerField(choices=State, default=State.ACTIVE)
    disbursed_on = models.DateField()
    ended_on = models.DateField(null=True)
    principal_minor = AmountMinorField()

    rate_ppb = RatePpbField()

    penalty_rate_ppb = RatePpbField()
    misuse_rate_ppb = RatePpbField(default=0)
    penalty_code = models.SmallIntegerField()
    penalty_divisor = models.BigIntegerField()
    rounding_code = models.SmallIntegerField()
    non_accrual_after_days = models.IntegerField()
    is_principal_first = models.SmallIntegerField()
    bears_on_outstanding = models.SmallIntegerField(default=0)

    class Meta:
        verbose_name = _("loan")
        indexes = (
            models.Index(fields=["part", "state"], name="loan_part"),
            models.Index(fields=["branch", "state"], name="loan_branch"),
        )

    def __str__(self) -> str:
        return self.no


@append_only
class LoanEvent(models.Model):
    """What happened to a loan, the state after it, and the transaction that it posted; never changed."""

    class Kind(models.TextChoices):
        DISBURSE = "disburse", _("disbursement")
        REPAY = "repay", _("repayment")
        PREPAY = "prepay", _("early repayment of principal")
        SETTLE = "settle", _("early settlement")
        WRITE_OFF = "write_off", _("write-off")
        RECOVER = "recover", _("recovery")
        REVERSE = "reverse", _("reversal")

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="events", db_index=False)
    sequence = models.IntegerField()
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=12, choices=Kind)
    on = models.DateField()
    amount_minor = AmountMinorField()
    reverses = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=40)
    note = models.CharField(max_length=400, blank=True)
    made_by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()
    transaction = models.ForeignKey(
        "ledger.Transaction", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    applied = models.JSONField()
    state_after = models.JSONField()

    class Meta:
        verbose_name = _("loan event")
        constraints = (models.UniqueConstraint(fields=["loan", "sequence"], name="loan_event_sequence"),)
        indexes = (models.Index(fields=["on", "loan"], name="loan_event_day"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Instalment(models.Model):
    """A row of a plan.  An event that changes the plan ends the rows in force and adds a whole new plan.

    ``part`` is the loan's: a part of the book finds its rows of a day without looking at others.  The last six
    columns are what the daily step needs of a row: what it accrues and capitalises, and what it accrues on.
    """

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="instalments", db_index=False)
    part = models.SmallIntegerField()
    plan_version = models.SmallIntegerField()
    in_force_from = models.DateField()
    in_force_until = models.DateField(null=True)
    number = models.SmallIntegerField()
    accrual_from = models.DateField()
    accrual_to = models.DateField()
    due_on = models.DateField()
    opening_minor = AmountMinorField()
    principal_minor = AmountMinorField()
    interest_minor = AmountMinorField()

    accrued_minor = AmountMinorField()
    capitalised_minor = AmountMinorField(default=0)
    accrual_base_minor = AmountMinorField()
    accrual_rate_ppb = RatePpbField()
    accrual_divisor = models.BigIntegerField()
    accrual_code = models.SmallIntegerField()

    class Meta:
        verbose_name = _("instalment")
        constraints = (
            models.UniqueConstraint(fields=["loan", "plan_version", "number"], name="instalment_number"),
            models.CheckConstraint(
                name="instalment_amounts_not_negative",
                condition=models.Q(principal_minor__gte=0, interest_minor__gte=0),
            ),
        )
        indexes = (
            models.Index(fields=["accrual_to", "part"], name="instalment_accrual_to"),
            models.Index(fields=["accrual_from", "part"], name="instalment_accrual_from"),
            models.Index(fields=["due_on", "part"], name="instalment_due_on"),
        )

    def __str__(self) -> str:
        return f"{self.loan_id}/{self.plan_version}/{self.number}"


@append_only
class LoanDay(models.Model):
    """A loan at the close of a business date: its state, and what the date itself posted for it.

    The columns are those of ``loanmath.state.State`` and are explained there.  The posted amounts are
    signed (+ is debit) and sum to zero; amounts of the date's events stand in the journal, not here.
    """

    pk = models.CompositePrimaryKey("business_date", "part", "loan")
    business_date = models.DateField()
    part = models.SmallIntegerField()
    loan = models.ForeignKey(Loan, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)

    status = models.BigIntegerField()
    disbursed_minor = AmountMinorField()
    repaid_minor = AmountMinorField()
    written_off_minor = AmountMinorField()
    recovered_minor = AmountMinorField()
    overpaid_minor = AmountMinorField()
    principal_not_due_minor = AmountMinorField()
    principal_due_minor = AmountMinorField()
    accrual_base_minor = AmountMinorField()
    interest_accrued_minor = AmountMinorField()
    interest_row_minor = AmountMinorField()
    interest_remainder = models.BigIntegerField()
    interest_due_minor = AmountMinorField()
    penalty_due_minor = AmountMinorField()
    penalty_run_minor = AmountMinorField()
    penalty_remainder = models.BigIntegerField()
    memo_interest_minor = AmountMinorField()
    memo_written_off_minor = AmountMinorField()
    oldest_due_on = models.BigIntegerField()
    overdue_days = models.BigIntegerField()
    is_non_accrual = models.BigIntegerField()
    five_tier = models.BigIntegerField(choices=[(tier.value, tier.name) for tier in FiveTier])
    cured_on = models.BigIntegerField()
    provision_minor = AmountMinorField()
    accrual_rate_ppb = RatePpbField()
    accrual_divisor = models.BigIntegerField()
    accrual_code = models.SmallIntegerField()
    interest_ahead_minor = AmountMinorField(default=0)
    fee_due_minor = AmountMinorField(default=0)
    charges_not_due_minor = AmountMinorField(default=0)
    capitalised_minor = AmountMinorField(default=0)
    forgiven_minor = AmountMinorField(default=0)
    is_stopped = models.SmallIntegerField(default=0)
    is_charged_off = models.SmallIntegerField(default=0)
    is_misused = models.SmallIntegerField(default=0)

    posted_loan_principal_minor = AmountMinorField()
    posted_interest_receivable_minor = AmountMinorField()
    posted_interest_income_minor = AmountMinorField()
    posted_penalty_receivable_minor = AmountMinorField()
    posted_penalty_income_minor = AmountMinorField()
    posted_loan_loss_allowance_minor = AmountMinorField()
    posted_impairment_loss_minor = AmountMinorField()
    posted_fee_receivable_minor = AmountMinorField(default=0)
    posted_fee_income_minor = AmountMinorField(default=0)
    posted_overpayment_minor = AmountMinorField()
    posted_interest_ahead_minor = AmountMinorField(default=0)
    posted_recovery_income_minor = AmountMinorField(default=0)
    posted_memo_interest_minor = AmountMinorField()
    posted_memo_written_off_minor = AmountMinorField(default=0)
    posted_memo_contra_minor = AmountMinorField()

    class Meta:
        verbose_name = _("loan at the close of a day")
        indexes = (models.Index(fields=["loan", "business_date"], name="loan_day_history"),)

    def __str__(self) -> str:
        return f"{self.business_date} {self.loan_id}"

    @property
    def outstanding_minor(self) -> int:
        """All principal still in the books."""
        return int(self.principal_not_due_minor + self.principal_due_minor)


POSTED_ROLES: Final = (
    Role.LOAN_PRINCIPAL,
    Role.INTEREST_RECEIVABLE,
    Role.INTEREST_INCOME,
    Role.PENALTY_RECEIVABLE,
    Role.PENALTY_INCOME,
    Role.FEE_RECEIVABLE,
    Role.FEE_INCOME,
    Role.LOAN_LOSS_ALLOWANCE,
    Role.IMPAIRMENT_LOSS,
    Role.OVERPAYMENT,
    Role.INTEREST_AHEAD,
    Role.RECOVERY_INCOME,
    Role.MEMO_INTEREST,
    Role.MEMO_WRITTEN_OFF,
    Role.MEMO_CONTRA,
)
"""The account roles that a date itself posts to, each with a column of ``LoanDay``."""


def posted_column(role: Role) -> str:
    """The column of ``LoanDay`` that holds what the date posts to a role."""
    return f"posted_{role}_minor"
