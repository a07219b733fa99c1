"""Programs that call the interface: registered, given a secret that is shown once, rotated, ended."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.identity import queries
from xindai.identity.actors import Actor
from xindai.identity.models import ApiClient, ApiSecret
from xindai.identity.roles import STAFF, Role
from xindai.identity.scopes import Scope
from xindai.identity.verbs import verb
from xindai.kernel import clock, vault
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.kernel.texts import is_line

ROLES: Final = STAFF - {Role.ADMINISTRATOR}
"""A program works for the lender, and never on its people and rights."""
LARGEST_RATE: Final = 100_000
LONGEST_NAME: Final = 80
LONGEST_OVERLAP: Final = timedelta(days=30)
HASH_KIND: Final = "secret of a client"
"""The kind under which secrets are hashed."""


@dataclass(frozen=True)
class Issued:
    """A client with a secret that nobody can read again."""

    client: ApiClient
    secret: str


@verb("client.register")
def register(
    actor: Actor,
    *,
    name: str,
    roles: Collection[str],
    scopes: Collection[str],
    branch_code: str | None = None,
    requests_a_minute: int = 600,
) -> Issued:
    """Register a program and make its first secret, which is shown once.

    Raises InvalidInput naming the field, NotFound for an unknown branch.
    """
    client = ApiClient.objects.create(
        client_id=f"xc_{secrets.token_hex(12)}",
        name=_checked_name(name),
        branch=queries.branch(branch_code) if branch_code else None,
        roles=_chosen("roles", roles, {str(role) for role in ROLES}),
        scopes=_chosen("scopes", scopes, set(Scope.values)),
        requests_a_minute=_checked_rate(requests_a_minute),
        made_at=clock.now(),
    )
    return Issued(client, _new_secret(client))


@verb("client.rotate_secret")
def rotate_secret(actor: Actor, *, client_id: str, overlap: timedelta) -> Issued:
    """Make a new secret; earlier ones open for the overlap yet, so that the program can be changed meanwhile.

    Raises NotFound, StateConflict for an ended client, InvalidInput for an overlap that is negative or too long.
    """
    client = _locked(client_id)
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise InvalidInput(
            "overlap",
            _("The old secret can stay valid for 0 to {days} days."),
            _("Choose a shorter time."),
            days=LONGEST_OVERLAP.days,
        )
    _end_secrets(client, overlap)
    return Issued(client, _new_secret(client))


@verb("client.end")
def end(actor: Actor, *, client_id: str) -> ApiClient:
    """Let a program no longer call: its secrets and tokens open nothing from this moment on.

    Raises NotFound, StateConflict when it has ended before.
    """
    client = _locked(client_id)
    _end_secrets(client, timedelta(0))
    client.ended_at = clock.now()
    client.save()
    return client


def clients() -> "QuerySet[ApiClient]":
    """All clients with their branches, running ones first, by name."""
    return ApiClient.objects.select_related("branch").order_by("-ended_at", "name", "pk")


def client(client_id: str) -> ApiClient:
    """One client.  Raises NotFound."""
    found = clients().filter(client_id=client_id).first()
    if found is None:
        raise NotFound(_("client"), client_id)
    return found


def running(client_id: str) -> ApiClient:
    """A client that has not ended.  Raises NotFound, StateConflict."""
    return _running(clients().filter(client_id=client_id).first(), client_id)


def secrets_of(client: ApiClient) -> list[ApiSecret]:
    """The secrets of a client without what they are, the latest first."""
    return list(ApiSecret.objects.filter(client=client).order_by("-made_at", "-pk"))


def names_of(labels: Collection[str]) -> dict[str, str]:
    """The names of clients by the label under which they act (``client:xc_4f...``)."""
    ids = {label.removeprefix("client:") for label in labels if label.startswith("client:")}
    rows = ApiClient.objects.filter(client_id__in=ids).values_list("client_id", "name") if ids else ()
    return {f"client:{client_id}": name for client_id, name in rows}


def window_of(client_id: str) -> str:
    """The name under which the requests of a client are counted."""
    return f"client {client_id}"


def _locked(client_id: str) -> ApiClient:
    return _running(ApiClient.objects.select_for_update().filter(client_id=client_id).first(), client_id)


def _running(found: ApiClient | None, client_id: str) -> ApiClient:
    if found is None:
        raise NotFound(_("client"), client_id)
    if found.ended_at is not None:
        raise StateConflict(_("The client “{name}” has been ended."), remedy=_("Register a new one."), name=found.name)
    return found


def _new_secret(client: ApiClient) -> str:
    secret = f"xs_{secrets.token_urlsafe(32)}"
    ApiSecret.objects.create(client=client, secret_hash=vault.lookup_hash(HASH_KIND, secret), made_at=clock.now())
    return secret


def _end_secrets(client: ApiClient, overlap: timedelta) -> None:
    """Let every secret end after the overlap, unless it ends sooner."""
    until = clock.now() + overlap
    for secret in ApiSecret.objects.select_for_update().filter(client=client):
        if secret.ends_at is None or secret.ends_at > until:
            secret.ends_at = until
            secret.save(update_fields=["ends_at"])


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not is_line(name):
        raise InvalidInput(
            "name",
            _("A client needs a name of at most {longest} characters."),
            _("Name the program that will call."),
            longest=LONGEST_NAME,
        )
    return name


def _chosen(field: str, values: Collection[str], known: set[str]) -> list[str]:
    if not values or not set(values) <= known:
        raise InvalidInput(
            field,
            _("Choose at least one, and only such as there are."),
            _("Choose from: {known}."),
            known=", ".join(sorted(known)),
        )
    return sorted(set(values))


def _checked_rate(requests_a_minute: int) -> int:
    if not 1 <= requests_a_minute <= LARGEST_RATE:
        raise InvalidInput(
            "requests_a_minute",
            _("A client can send 1 to {most} requests a minute."),
            _("Give a number between the two."),
            most=LARGEST_RATE,
        )
    return requests_a_minute
