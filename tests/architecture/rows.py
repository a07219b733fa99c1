"""What every row of business has: a trail of who changed it, a version where people change it, a currency beside money."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import pgtrigger
from django.db.models import Field, Model

from tests.architecture.source import Finding
from xindai.kernel.fields import AmountMinorField, CurrencyField, RatePpbField
from xindai.kernel.models import Versioned

WITHOUT_TRAIL: Final[Mapping[str, str]] = {
    "demonstration.Arrival": "a line of a file and what became of it; what it led to has trails of its own",
    "identity.SignIn": "begun once and ended once, with the moment of each",
    "identity.SignInCode": "asked for, tried and used within minutes; its hashes must not be kept twice",
    "kernel.BusinessDay": "opened, cut off and closed once each, with the moment of each",
    "kernel.HandledEvent": "written once, in the handler's transaction",
    "kernel.IdempotencyKey": "a key and its first answer",
    "kernel.OutboxEvent": "holds the event; what changes is its delivery",
    "identity.ApiToken": "made once, never changed, swept away when it has long ended",
    "kernel.RequestWindow": "counted for a minute",
    "kernel.SignInAttempt": "counted for a minute",
    "kernel.SubjectKey": "made once and destroyed once, with the moment; its bytes must not be kept twice",
    "payments.DebitOrder": "moves once, by the channel's answer, which it keeps",
    "payments.Receipt": "moves once, into the loan event that bears its number, or into suspense with the reason",
    "servicing.Instalment": "gets an end date by the loan event that makes the next plan",
    "webhooks.Attempt": "written once, @unaltered, swept away with its delivery, whose trail stays",
}
WITHOUT_VERSION: Final[Mapping[str, str]] = {
    **WITHOUT_TRAIL,
    "customers.Consent": "given once and withdrawn once",
    "identity.CodeApp": "made, confirmed, tried and ended under a lock on its row, by its owner alone",
    "identity.Passkey": "named by its owner, counted under a lock on its row, removed",
    "identity.RecoveryCode": "made once and used once",
    "identity.RoleGrant": "granted and revoked, never changed",
    "payments.Mandate": "given and ended under a lock on its row; nobody edits it on a page",
    "recovery.PromiseToPay": "judged by the end of day, replaced under the lock of its case",
    "recovery.Step": "gets its outcome once, under the lock of its case",
}
WITHOUT_CURRENCY: Final[Mapping[str, str]] = {
    "jobs.EodRun": "control totals that only have to be equal",
}


def without_trail(
    models: Iterable[type[Model]], apps: Collection[str], excepted: Collection[str] = WITHOUT_TRAIL.keys()
) -> list[Finding]:
    """Models whose rows can change without the database writing down who changed what."""
    return [
        _finding(model, "changes leave no trail", "make it @append_only or @audited")
        for model in _ours(models, apps)
        if model._meta.label not in excepted
        if not _has_trigger(model, {"append_only"})
        and not _has_trigger(model, {"insert_insert", "update_update", "delete_delete"})
    ]


def without_version(
    models: Iterable[type[Model]], apps: Collection[str], excepted: Collection[str] = WITHOUT_VERSION.keys()
) -> list[Finding]:
    """Models whose rows can change and bear no version by which a page sees that another one was quicker."""
    return [
        _finding(model, "a change may overwrite another unseen", "make it Versioned, or @append_only")
        for model in _ours(models, apps)
        if model._meta.label not in excepted
        if not issubclass(model, Versioned) and not _has_trigger(model, {"append_only"})
    ]


def loose_money(
    models: Iterable[type[Model]], apps: Collection[str], excepted: Collection[str] = WITHOUT_CURRENCY.keys()
) -> list[Finding]:
    """Amounts without a currency on the row or on the row that it belongs to, and money in fields of another kind."""
    found = []
    for model in _ours(models, apps):
        fields = model._meta.local_fields
        if any(isinstance(field, AmountMinorField) for field in fields) and model._meta.label not in excepted:
            owners = [model, *(field.related_model for field in fields if isinstance(field.related_model, type))]
            if not any(isinstance(field, CurrencyField) for owner in owners for field in owner._meta.local_fields):
                found.append(_finding(model, "amounts have no currency", "put a CurrencyField beside them"))
        found += [
            _finding(model, f"{field.name} is a {type(field).__name__}", f"make it {wanted.__name__}")
            for field in fields
            if (wanted := _wanted(field)) and not isinstance(field, wanted)
        ]
    return found


def _wanted(field: "Field[Any, Any]") -> type["AmountMinorField | RatePpbField"] | None:
    if field.name.endswith("_minor"):
        return AmountMinorField
    return RatePpbField if field.name.endswith("_ppb") else None


def _ours(models: Iterable[type[Model]], apps: Collection[str]) -> list[type[Model]]:
    return [model for model in models if model._meta.app_label in apps]


def _has_trigger(model: type[Model], names: set[str]) -> bool:
    label = model._meta.label
    return names <= {trigger.name for tracked, trigger in pgtrigger.registered() if tracked._meta.label == label}


def _finding(model: type[Model], what: str, remedy: str) -> Finding:
    return Finding(f"model {model._meta.label}", 1, what, remedy)
