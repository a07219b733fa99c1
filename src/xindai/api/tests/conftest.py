"""A bank with loans in two branches, and callers who have signed in."""

from collections.abc import Callable

import pytest
from django.test import Client

from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import make_user
from xindai.servicing.testing import open_bank

SignIn = Callable[..., Client]


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
