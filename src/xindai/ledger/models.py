"""The general ledger: accounts, transactions of balanced entries, sealed days."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel import sql
from xindai.kernel.fields import AmountMinorField, CurrencyField
from xindai.kernel.ids import uuid7
from xindai.kernel.models import Versioned, append_only, audited


class AccountKind(models.TextChoices):
    """The side of the books an account belongs to; memo accounts stand outside the balance sheet."""

    ASSET = "asset", _("asset")
    LIABILITY = "liability", _("liability")
    EQUITY = "equity", _("equity")
    INCOME = "income", _("income")
    EXPENSE = "expense", _("expense")
    MEMO = "memo", _("off the balance sheet")


@audited
class Account(Versioned):
    """An account of the chart.  ``role`` is what postings call it; ``name`` a {zh, en} map."""

    code = models.CharField(max_length=20, unique=True)
    role = models.CharField(max_length=40, unique=True)
    name = models.JSONField()
    kind = models.CharField(max_length=10, choices=AccountKind)

    class Meta:
        verbose_name = _("account")

    def __str__(self) -> str:
        return self.code


@append_only
class Transaction(models.Model):
    """One business event in the books; its entries sum to zero in every branch and currency.

    ``key`` makes posting it twice harmless.  ``fingerprint`` is the SHA-256 of what was asked for;
    ``content_hash`` that of everything the row and its entries hold (see ledger.hashing).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    business_date = models.DateField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    loan_no = models.CharField(max_length=32, blank=True)
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    product_code = models.CharField(max_length=40)
    currency = CurrencyField()
    narrative = models.CharField(max_length=200, blank=True)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, related_name="+", null=True)
    fingerprint = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("transaction")
        indexes: ClassVar = [
            models.Index(fields=["business_date", "id"], name="ledger_transactions_of_day"),
            models.Index(fields=["loan_no"], condition=~models.Q(loan_no=""), name="ledger_transactions_of_loan"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="day_not_sealed",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                func=pgtrigger.Func(sql.REFUSE_SEALED_DAY),
            ),
        ]

    def __str__(self) -> str:
        return self.key


@append_only
class Entry(models.Model):
    """One line of a transaction; + is debit, - is credit."""

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    product_code = models.CharField(max_length=40)
    currency = CurrencyField()
    loan_no = models.CharField(max_length=32, blank=True)
    amount_minor = AmountMinorField()
    business_date = models.DateField()

    class Meta:
        verbose_name = _("entry")
        indexes: ClassVar = [
            models.Index(fields=["business_date", "account"], name="ledger_entries_of_day"),
            models.Index(fields=["loan_no"], condition=~models.Q(loan_no=""), name="ledger_entries_of_loan"),
        ]
        triggers: ClassVar = [
            pgtrigger.Trigger(
                name="balanced",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="added"),
                func=pgtrigger.Func(sql.REFUSE_UNBALANCED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount_minor}"


@append_only
class DaySeal(models.Model):
    """A closed day of the books: the hash that chains all its transactions to all earlier ones."""

    on = models.DateField(unique=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    n = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sealed day")

    def __str__(self) -> str:
        return self.on.isoformat()


@append_only
class TransactionSeal(models.Model):
    """A transaction's link in the chain: the SHA-256 of the link before and its content hash."""

    transaction = models.OneToOneField(Transaction, on_delete=models.PROTECT, related_name="+", primary_key=True)
    on = models.DateField()
    position = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["on", "position"], name="ledger_seal_position"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.position}"


@append_only
class ClosingBalance(models.Model):
    """Turnover of an account up to and including a sealed day; a roll-up of the entries.

    ``debit_minor`` and ``credit_minor`` are sums of debits and of credits (both positive).
    """

    on = models.DateField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    branch = models.ForeignKey("identity.Branch", on_delete=models.PROTECT, related_name="+", db_index=False)
    product_code = models.CharField(max_length=40)
    currency = CurrencyField()
    debit_minor = AmountMinorField()
    credit_minor = AmountMinorField()

    class Meta:
        verbose_name = _("closing balance")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["on", "account", "branch", "product_code", "currency"], name="ledger_closing_balance_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.account_id}"


@append_only
class ChainCheck(models.Model):
    """The sealed books up to and including a day were read and held against the chain; what was found.

    A signed check without a break is where the next one may begin.  ``signature`` is a keyed hash of everything else
    in the row (see ledger.verifying): who can write into the tables but has not the master key cannot make one.
    """

    on = models.DateField()
    hash = models.CharField(max_length=64)
    days = models.PositiveIntegerField()
    transactions = models.PositiveBigIntegerField()
    is_whole = models.BooleanField()
    break_count = models.PositiveIntegerField()
    breaks = models.JSONField()
    checked_at = models.DateTimeField()
    checked_by = models.CharField(max_length=80)
    signature = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("check of the chain")

    def __str__(self) -> str:
        return f"{self.on} {self.break_count}"
