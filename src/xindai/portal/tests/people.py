"""Borrowers who sign in, for tests."""

from django.test import Client

from xindai.customers.services import give_portal_access
from xindai.identity.actors import Actor
from xindai.identity.models import User
from xindai.identity.roles import Role
from xindai.identity.testing import make_user


def borrower_of(customer_id: int) -> User:
    """A login that leads to the customer."""
    user = make_user(Role.BORROWER)
    give_portal_access(Actor.system("test"), customer_id=customer_id, username=user.username)
    return user


def browser_of(user: User, language: str = "en") -> Client:
    """A browser in which the user has signed in and reads a language."""
    User.objects.filter(pk=user.pk).update(language=language)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
