"""What every business row can have - a version, an audit trail, protection from change - and the kernel's own tables."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

import pghistory
import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from xindai.kernel import sql
from xindai.kernel.errors import VersionConflict
from xindai.kernel.ids import uuid7

M = TypeVar("M", bound=type[models.Model])


def audited(model: M | None = None, *, exclude: Sequence[str] = ()) -> Any:
    """Let database triggers record every insert, update and delete of the model in ``<Model>History``.

    Neither table can be emptied past the triggers by TRUNCATE.  Each record holds the row as it is afterwards, when it happened and - in ``pgh_context`` - the
    actor, the verb and the request.  The context is a JSON column of the record itself: one more
    table would cost a write per audited statement.  ``exclude`` names columns that must not be kept
    twice, such as a password hash.
    """

    def decorate(tracked: M) -> M:
        pghistory.track(
            pghistory.InsertEvent(),
            pghistory.UpdateEvent(),
            pghistory.DeleteEvent(),
            exclude=list(exclude) or None,
            context_field=pghistory.ContextJSONField(),
            context_id_field=None,  # type: ignore[arg-type]  # documented: None leaves the column out
            obj_field=pghistory.ObjForeignKey(related_name="+", related_query_name="+"),
            append_only=True,
            model_name=f"{tracked.__name__}History",
            meta={"triggers": [_never_emptied()]},
        )(tracked)
        pgtrigger.register(_never_emptied())(tracked)
        return tracked

    return decorate if model is None else decorate(model)


def _never_emptied() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="never_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=pgtrigger.Func(sql.REFUSE_EMPTYING),
    )


def append_only(model: M) -> M:
    """Let the database refuse UPDATE, DELETE and TRUNCATE: what is written stays."""
    pgtrigger.register(
        pgtrigger.Trigger(
            name="append_only",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
            func=pgtrigger.Func(sql.REFUSE_CHANGE),
        )
    )(model)
    return model


def unaltered(model: M) -> M:
    """Let the database refuse UPDATE and TRUNCATE: what is written stays as it is until it has been kept long enough."""
    pgtrigger.register(
        pgtrigger.Trigger(
            name="unaltered",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Truncate,
            func=pgtrigger.Func(sql.REFUSE_ALTERING),
        )
    )(model)
    return model


class Versioned(models.Model):
    """A mutable row whose version grows with each save; a save on an outdated version is refused."""

    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Insert as version 1, or update as the next version.  Raises VersionConflict."""
        if self._state.adding:
            super().save(**kwargs)
            return
        before = self.version
        self.version = before + 1
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = [*kwargs["update_fields"], "version"]
        try:
            super().save(**{**kwargs, "force_update": True})
        except BaseException:
            self.version = before
            raise

    def save_versioned(self, expected: int | None = None) -> None:
        """Save; ``expected`` is the version that the person had before their eyes.

        Raises VersionConflict when the row has moved on.
        """
        if expected is not None and expected != self.version:
            raise VersionConflict(self._meta.verbose_name or "", self, expected, self.version)
        self.save()

    def _do_update(  # type: ignore[override]
        self, base_qs: Any, using: Any, pk_val: Any, values: Any, update_fields: Any, forced_update: bool
    ) -> bool:
        """Update only the version that was read (Django's hook for the one UPDATE of a save)."""
        before = self.version - 1
        same = base_qs.filter(version=before)
        if super()._do_update(same, using, pk_val, values, update_fields, forced_update):  # type: ignore[call-arg]
            return True
        found = base_qs.filter(pk=pk_val).values_list("version", flat=True).first() or 0
        raise VersionConflict(self._meta.verbose_name or "", self, before, found)


class BusinessDay(models.Model):
    """One business date of the lender and whether it is open; see kernel.business_date."""

    on = models.DateField(unique=True)
    is_open = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    cut_off_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("business day")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["is_open"], condition=models.Q(is_open=True), name="kernel_one_open_business_day"
            ),
        ]

    def __str__(self) -> str:
        return self.on.isoformat()


class OutboxEvent(models.Model):
    """An event written in the transaction of the act that caused it, delivered afterwards.

    ``id`` is its place in the order of all events (``sequence``); ``event_id`` its public identity.
    ``place`` is its place in the feed that others follow, given once it can be seen (``outbox.give_places``).
    """

    event_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=80)
    schema_version = models.PositiveSmallIntegerField()
    aggregate_id = models.CharField(max_length=80)
    occurred_at = models.DateTimeField()
    business_date = models.DateField(null=True)
    payload = models.JSONField()
    delivered_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    place = models.BigIntegerField(null=True, unique=True)

    class Meta:
        verbose_name = _("event")
        indexes: ClassVar = [
            models.Index(fields=["id"], condition=models.Q(delivered_at=None), name="kernel_outbox_pending"),
            models.Index(fields=["id"], condition=models.Q(place=None), name="kernel_outbox_without_place"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.event_id}"


class HandledEvent(models.Model):
    """Proof that one handler has done its work for one event; unique, so it does it once."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="+")
    handler = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event", "handler"], name="kernel_event_handled_once"),
        ]

    def __str__(self) -> str:
        return f"{self.handler} {self.event_id}"


class IdempotencyKey(models.Model):
    """The answer that an act gave under a key, with the fingerprint of what was asked."""

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scope", "key"], name="kernel_idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}"


class SubjectKey(models.Model):
    """The data key of one person or company, wrapped by the bank's master key; see kernel.vault."""

    subject_id = models.CharField(max_length=64, primary_key=True)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("data key")

    def __str__(self) -> str:
        return self.subject_id


class SignInAttempt(models.Model):
    """One attempt to sign in from an address, known only by its hash; counted for the rate limit."""

    address_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["address_hash", "at"], name="kernel_sign_in_attempts")]

    def __str__(self) -> str:
        return self.at.isoformat()


class RequestWindow(models.Model):
    """How often somebody has asked within the minute that began at ``began_at``, and when they last did."""

    name = models.CharField(max_length=80, unique=True)
    began_at = models.DateTimeField()
    asked = models.PositiveIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("requests within a minute")

    def __str__(self) -> str:
        return f"{self.name} {self.asked}"
