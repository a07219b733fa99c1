"""Tokens of clients: given for a secret, short-lived, worthless as soon as the client has ended."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from xindai.identity import clients
from xindai.identity.actors import Actor
from xindai.identity.models import ApiClient, ApiSecret, ApiToken
from xindai.identity.roles import Role
from xindai.identity.verbs import verb
from xindai.kernel import clock, vault

LIFETIME: Final = timedelta(minutes=15)
KEPT_AFTER_END: Final = timedelta(days=1)
HASH_KIND: Final = "token of a client"
"""The kind under which tokens are hashed."""


@dataclass(frozen=True)
class Caller:
    """A program behind a token: who acts, and what this token may ask for."""

    client_id: str
    actor: Actor
    scopes: frozenset[str]
    requests_a_minute: int


@dataclass(frozen=True)
class Token:
    """A token as it is given out, once."""

    text: str
    scopes: tuple[str, ...]
    seconds: int


def client_by_secret(client_id: str, secret: str) -> ApiClient | None:
    """The running client that knows one of its secrets; None for every other reason, so that nobody learns which."""
    now = clock.now()
    hashed = vault.lookup_hash(clients.HASH_KIND, secret)
    found = ApiSecret.objects.select_related("client").filter(secret_hash=hashed, client__client_id=client_id).first()
    if found is None or found.client.ended_at is not None or (found.ends_at is not None and found.ends_at <= now):
        return None
    return found.client


def give_token(client: ApiClient, scopes: Iterable[str]) -> Token:
    """Give a client that has proved itself a token for some of its scopes."""
    return issue(actor_of(client), client=client, scopes=scopes)


def actor_of(client: ApiClient) -> Actor:
    """The client as it acts."""
    return Actor.program(client.client_id, map(Role, client.roles), client.branch_id)


@verb("client.issue_token")
def issue(actor: Actor, *, client: ApiClient, scopes: Iterable[str]) -> Token:
    """Make a token for some of a client's scopes; its tokens that have long ended are swept away."""
    now, text, chosen = clock.now(), f"xt_{secrets.token_urlsafe(32)}", tuple(sorted(set(scopes)))
    ApiToken.objects.filter(client=client, ends_at__lt=now - KEPT_AFTER_END).delete()
    ApiToken.objects.create(
        client=client,
        token_hash=vault.lookup_hash(HASH_KIND, text),
        scopes=list(chosen),
        issued_at=now,
        ends_at=now + LIFETIME,
    )
    return Token(text, chosen, int(LIFETIME.total_seconds()))


def caller_of(text: str) -> Caller | None:
    """The program behind a token; None when it is unknown or has ended, or its client has."""
    hashed = vault.lookup_hash(HASH_KIND, text)
    found = ApiToken.objects.select_related("client").filter(token_hash=hashed, ends_at__gt=clock.now()).first()
    if found is None or found.client.ended_at is not None:
        return None
    client = found.client
    return Caller(
        client.client_id,
        actor_of(client),
        frozenset(found.scopes) & frozenset(client.scopes),
        client.requests_a_minute,
    )
