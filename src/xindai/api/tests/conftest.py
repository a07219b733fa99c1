"""A bank with loans in two branches, and callers: people who have signed in, and programs with a token."""

from collections.abc import Callable, Collection
from typing import Any

import pytest
from django.test import Client

from xindai.identity import clients, tokens
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.identity.testing import make_user
from xindai.servicing.testing import open_bank

SignIn = Callable[..., Client]
Program = Callable[..., Client]
SYSTEM = Actor.system("test")


@pytest.fixture
def branch(db: None) -> Branch:
    """The branch of the open bank."""
    return open_bank()


@pytest.fixture
def sign_in() -> SignIn:
    """Sign somebody of a role in; every request must then bear the token against forgery, as a browser's does."""

    def signed_in(role: Role, branch: Branch | None = None) -> Client:
        client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
        client.force_login(make_user(role, branch), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def make_client(
    roles: Collection[Role], scopes: Collection[Scope] = tuple(Scope), branch: Branch | None = None, **changes: Any
) -> clients.Issued:
    """A registered program with its secret."""
    return clients.register(
        SYSTEM,
        name="Core banking",
        roles=roles,
        scopes=scopes,
        branch_code=branch.code if branch else None,
        **changes,
    )


@pytest.fixture
def program() -> Program:
    """A program that sends its token with every request."""

    def with_token(
        role: Role, *scopes: Scope, branch: Branch | None = None, language: str = "en", **changes: Any
    ) -> Client:
        issued = make_client([role], scopes or tuple(Scope), branch, **changes)
        token = tokens.give_token(issued.client, issued.client.scopes)
        return Client(
            enforce_csrf_checks=True,
            headers={"accept-language": language, "authorization": f"Bearer {token.text}"},
        )

    return with_token
