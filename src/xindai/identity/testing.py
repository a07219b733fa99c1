"""Factories for tests."""

import itertools

from xindai.identity.actors import Actor
from xindai.identity.models import AuthorityLimit, Bank, Branch, RoleGrant, User
from xindai.identity.roles import Role
from xindai.kernel import clock

PASSWORD = "correct-horse-battery"

_count = itertools.count(1)


def make_bank(*, is_demonstration: bool = True, parts: int = 1) -> Bank:
    """The bank of the test, made once."""
    row, _is_new = Bank.objects.get_or_create(
        code="TEST",
        defaults={
            "name": {"zh": "测试银行", "en": "Test Bank"},
            "founded_on": clock.today(),
            "is_demonstration": is_demonstration,
            "parts": parts,
        },
    )
    return row


def make_branch(code: str = "B01") -> Branch:
    """The branch with this code, made at first use."""
    row, _is_new = Branch.objects.get_or_create(
        code=code, defaults={"name": {"zh": f"机构{code}", "en": f"Branch {code}"}}
    )
    return row


def make_user(role: Role | None = None, branch: Branch | None = None, username: str | None = None) -> User:
    """A new user, with a role in a branch or - without one - in all branches."""
    user = User.objects.create_user(username or f"user{next(_count)}", PASSWORD)
    if role is not None:
        RoleGrant.objects.create(user=user, role=role, branch=branch)
    return user


def actor(role: Role, branch: Branch | None = None) -> Actor:
    """A new person with one role."""
    return Actor.of(make_user(role, branch))


def make_limit(role: Role, kind: str, amount_minor: int, currency: str = "CNY") -> AuthorityLimit:
    """A limit of authority."""
    row, _is_new = AuthorityLimit.objects.update_or_create(
        role=role, kind=kind, currency=currency, defaults={"amount_minor": amount_minor}
    )
    return row
