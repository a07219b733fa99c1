"""Verbs on the bank itself: founding, branches, people, roles and limits of authority."""

from collections.abc import Mapping
from datetime import date

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xindai.identity import queries, second_factor
from xindai.identity.actors import Actor
from xindai.identity.models import AuthorityLimit, Bank, Branch, RoleGrant, User
from xindai.identity.roles import STAFF, Role
from xindai.identity.verbs import verb
from xindai.kernel.errors import InvalidInput, NotPermitted, StateConflict

LANGUAGES = ("zh-hans", "en")


@verb("bank.found")
def found_bank(
    actor: Actor,
    *,
    code: str,
    name: Mapping[str, str],
    currency: str,
    founded_on: date,
    parts: int = 1,
    is_demonstration: bool = False,
) -> Bank:
    """Found the lender of this database; founding the same bank again changes nothing.

    In a bank that is no demonstration a second factor is everybody's duty from that day on.  Raises StateConflict when
    another bank lives here, InvalidInput for a name without both languages.
    """
    existing = Bank.objects.first()
    if existing is not None and existing.code == code:
        return existing
    if existing is not None:
        raise StateConflict(
            _("This database belongs to the bank {code}."), remedy=_("Use a database of its own."), code=existing.code
        )
    bank = Bank.objects.create(
        code=code,
        name=_both_languages(name),
        currency=currency,
        founded_on=founded_on,
        parts=parts,
        is_demonstration=is_demonstration,
    )
    if not is_demonstration:
        _ask_second_factor(actor, founded_on)
    return bank


def _ask_second_factor(actor: Actor, since: date) -> None:
    """Where real money will be, everybody who works for the lender needs a second factor from the first day on."""
    for role in sorted(STAFF):
        second_factor.set_duty(actor, role=role, since=since, reason=gettext("Since the bank was founded."))


@verb("branch.open")
def open_branch(actor: Actor, *, code: str, name: Mapping[str, str]) -> Branch:
    """Open a branch; opening it again changes nothing.  Raises InvalidInput for a name without both languages."""
    row, _is_new = Branch.objects.get_or_create(code=code, defaults={"name": _both_languages(name)})
    return row


@verb("user.register")
def register_user(
    actor: Actor, *, username: str, password: str, display_name: str = "", language: str = "zh-hans"
) -> User:
    """Register somebody who may sign in.

    Raises StateConflict when the name is taken, InvalidInput for a weak password or an unknown language.
    """
    if User.objects.filter(username=username).exists():
        raise StateConflict(
            _("The name “{name}” is taken."), field="username", remedy=_("Choose another name."), name=username
        )
    user = User(username=username, display_name=display_name, language=_known_language(language))
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise InvalidInput("password", " ".join(error.messages), _("Choose a longer, less common one.")) from None
    user.set_password(password)
    user.save()
    return user


@verb("user.register_borrower")
def register_borrower(actor: Actor, *, username: str) -> User:
    """Register a borrower who signs in by codes sent to their phone, without a password; registering again changes nothing.

    Raises StateConflict when the name is that of somebody who works for the lender.
    """
    user, is_new = User.objects.get_or_create(username=username, defaults={"password": make_password(None)})
    _keep_apart(user, Role.BORROWER)
    if is_new:
        RoleGrant.objects.create(user=user, role=Role.BORROWER)
    return user


@verb("user.deactivate")
def deactivate_user(actor: Actor, *, username: str) -> User:
    """Let somebody no longer sign in; their past acts keep their name."""
    user = queries.user(username)
    user.is_active = False
    user.save()
    return user


@verb("user.set_language")
def set_language(actor: Actor, *, language: str) -> None:
    """Remember the language in which the actor reads.  Raises InvalidInput for an unknown one."""
    if actor.user_id is not None:
        User.objects.filter(pk=actor.user_id).update(language=_known_language(language))


@verb("role.grant")
def grant_role(actor: Actor, *, username: str, role: Role, branch_code: str | None = None) -> RoleGrant:
    """Give somebody a role in one branch or in all.

    Raises NotPermitted when the actor would raise their own rights, InvalidInput for the system's role,
    StateConflict for a login that would be a borrower's and a colleague's at once.
    """
    user = queries.user(username)
    if user.pk == actor.user_id:
        raise NotPermitted("role.grant", _("You cannot give yourself a role."), _("Ask another administrator."))
    if role == Role.SYSTEM:
        raise InvalidInput("role", _("A person cannot be the system."), _("Choose a role of people."))
    _keep_apart(user, role)
    branch = queries.branch(branch_code) if branch_code is not None else None
    row, _is_new = RoleGrant.objects.get_or_create(user=user, role=role, branch=branch)
    return row


def _keep_apart(user: User, role: Role) -> None:
    """Staff who borrow have a login of their own for it: nobody handles their own loan under one name."""
    held = RoleGrant.objects.filter(user=user).exclude(role=role)
    others = held if role == Role.BORROWER else held.filter(role=Role.BORROWER)
    if others.exists():
        raise StateConflict(
            _("“{name}” cannot be a borrower and work for the lender at once."),
            field="role",
            remedy=_("Register a login of its own for each."),
            name=user.username,
        )


@verb("role.revoke")
def revoke_role(actor: Actor, *, username: str, role: Role, branch_code: str | None = None) -> None:
    """Take a role away; taking it twice changes nothing.  The audit trail keeps that it was there."""
    branch = queries.branch(branch_code) if branch_code is not None else None
    RoleGrant.objects.filter(user=queries.user(username), role=role, branch=branch).delete()


@verb("authority.set_limit")
def set_authority_limit(
    actor: Actor, *, role: Role, kind: str, amount_minor: int, currency: str = "CNY"
) -> AuthorityLimit:
    """Set the largest amount that a role may decide on.

    Raises InvalidInput for a negative amount, NotPermitted when the actor has the role.
    """
    if amount_minor < 0:
        raise InvalidInput("amount_minor", _("A limit cannot be negative."), _("Give zero or more."))
    if actor.kind == "person" and role in actor.roles:
        raise NotPermitted(
            "authority.set_limit", _("You cannot change your own limit."), _("Ask another administrator.")
        )
    row = AuthorityLimit.objects.select_for_update().filter(role=role, kind=kind, currency=currency).first()
    row = row or AuthorityLimit(role=role, kind=kind, currency=currency)
    row.amount_minor = amount_minor
    row.save()
    return row


def _both_languages(name: Mapping[str, str]) -> dict[str, str]:
    if not (name.get("zh") and name.get("en")):
        raise InvalidInput("name", _("The name is needed in Chinese and in English."), _("Give both texts."))
    return {"zh": name["zh"], "en": name["en"]}


def _known_language(language: str) -> str:
    if language not in LANGUAGES:
        raise InvalidInput("language", _("This language is not known."), _("Choose Chinese or English."))
    return language
