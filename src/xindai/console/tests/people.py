"""Members of staff who sign in, for tests."""

from django.test import Client

from xindai.identity.models import Branch, User
from xindai.identity.roles import Role
from xindai.identity.testing import make_user


def browser_of(user: User, language: str = "en") -> Client:
    """A browser in which the user has signed in and reads a language."""
    User.objects.filter(pk=user.pk).update(language=language)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def browser(role: Role, branch: Branch | None = None, language: str = "en") -> Client:
    """A browser of a new person with one role."""
    return browser_of(make_user(role, branch), language)
