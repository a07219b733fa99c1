"""What others may know of the bank, its branches, people and waiting checks."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.models import AuthorityLimit, Bank, Branch, Check, CheckState, RoleGrant, User
from xindai.identity.roles import Role
from xindai.kernel import standing
from xindai.kernel.errors import NotFound
from xindai.kernel.memo import read_once
from xindai.kernel.standing import kept_while_unchanged
from xindai.kernel.transactions import held


@read_once
@kept_while_unchanged(Bank)
def bank() -> Bank:
    """The lender of this database.  Raises NotFound before it is founded."""
    found = Bank.objects.first()
    if found is None:
        raise NotFound(_("bank"), "-", remedy=_("Found the bank first: ./xindai demo founds a demonstration bank."))
    return found


@read_once
@kept_while_unchanged(Bank)
def is_demonstration() -> bool:
    """True in a bank without real money."""
    return Bank.objects.filter(is_demonstration=True).exists()


def is_real() -> bool:
    """True in a bank that is no demonstration; False also before one is founded."""
    return Bank.objects.filter(is_demonstration=False).exists()


def branch(code: str) -> Branch:
    """The branch with this code.  Raises NotFound."""
    found = Branch.objects.filter(code=code).first()
    if found is None:
        raise NotFound(_("branch"), code)
    return found


@read_once
@kept_while_unchanged(Branch)
def branches() -> list[Branch]:
    """All branches by code."""
    return list(Branch.objects.order_by("code"))


def user(username: str) -> User:
    """The user with this name.  Raises NotFound."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise NotFound(_("user"), username)
    return found


def user_by_id(user_id: int) -> User:
    """The user with this identity.  Raises NotFound."""
    found = User.objects.filter(pk=user_id).first()
    if found is None:
        raise NotFound(_("user"), user_id)
    return found


def usernames() -> set[str]:
    """The names by which people sign in."""
    return set(User.objects.values_list("username", flat=True))


def display_names(user_ids: Iterable[int | None]) -> dict[int, str]:
    """How people are named on pages; a page asks once for each of them."""
    wanted, seen = {key for key in user_ids if key is not None}, standing.learnt("people")
    missing = wanted - seen.keys()
    names = {key: seen[key] for key in wanted - missing}
    if missing:
        rows = User.objects.filter(pk__in=missing).values_list("pk", "display_name", "username")
        names |= {key: name or username for key, name, username in rows}
        seen |= names
    return names


def users() -> "QuerySet[User]":
    """Everybody who can or could sign in, by name."""
    return User.objects.order_by("username")


def grants() -> list[RoleGrant]:
    """Every role that somebody has, with its branch."""
    return list(RoleGrant.objects.select_related("branch").order_by("user", "role", "branch"))


def authority_limits() -> list[AuthorityLimit]:
    """Every limit of authority, by kind and amount."""
    return list(AuthorityLimit.objects.order_by("kind", "amount_minor"))


def people_with(roles: Iterable[Role], branch_id: int | None) -> list[User]:
    """Everybody who can sign in and has one of the roles in a branch or in all, by name."""
    grants = RoleGrant.objects.filter(role__in=list(roles))
    if branch_id is not None:
        grants = grants.filter(Q(branch=None) | Q(branch=branch_id))
    return list(User.objects.filter(pk__in=grants.values("user"), is_active=True).order_by("display_name", "username"))


def check(check_id: int, kind: str | None = None) -> Check:
    """A check by its identity, of a kind where one is given.  Raises NotFound."""
    found: Check | None = held(("check", check_id)) or Check.objects.filter(pk=check_id).first()
    if found is None or kind not in (None, found.kind):
        raise NotFound(_("check"), check_id)
    return found


def waiting_check(kind: str, subject_no: str) -> Check | None:
    """The check of this kind that waits for the subject, if there is one."""
    return Check.objects.filter(kind=kind, subject_no=subject_no, state=CheckState.WAITING).first()


def checks_to_decide(actor: Actor, kinds: Iterable[str]) -> "QuerySet[Check]":
    """What of these kinds waits in the actor's branches and was not asked for by the actor."""
    rows = Check.objects.filter(state=CheckState.WAITING, kind__in=list(kinds)).exclude(
        maker_id=actor.user_id, maker_id__isnull=False
    )
    return rows if actor.branch_ids is None else rows.filter(Q(branch=None) | Q(branch__in=actor.branch_ids))


def waiting_checks(actor: Actor, kinds: Iterable[str] | None = None) -> list[Check]:
    """What waits for a second person in the actor's branches, the oldest first."""
    waiting = Check.objects.filter(state=CheckState.WAITING).order_by("requested_at", "pk")
    if kinds is not None:
        waiting = waiting.filter(kind__in=list(kinds))
    return [one for one in waiting if actor.branch_ids is None or one.branch_id in {None, *actor.branch_ids}]
