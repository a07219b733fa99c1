"""A verb of the business: one public service function, one right, one transaction, one line in the log."""

import functools
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xindai.identity.actors import Actor
from xindai.identity.permissions import PERMISSIONS
from xindai.kernel import audit, logging, transactions
from xindai.kernel.errors import NotPermitted, XindaiError

P = ParamSpec("P")
R = TypeVar("R")

VERBS: Final[dict[str, Callable[..., Any]]] = {}
"""Every verb that has been declared, by name."""

_current: ContextVar[str | None] = ContextVar("current_verb", default=None)


def verb(name: str) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Make a service function the verb of this name.

    Before it runs the actor's right is checked against the permission table; it runs in one
    transaction whose changes the audit trail ascribes to the actor and the (outermost) verb.
    A verb called by a verb shares its transaction.  Raises NotPermitted besides its own errors.
    """

    def decorate(act: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
        @functools.wraps(act)
        def checked(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            require(actor, name)
            outer = _current.get()
            token = _current.set(name)
            started = time.perf_counter_ns()
            try:
                with (
                    transaction.atomic(savepoint=outer is None and not transactions.is_part_of_a_whole()),
                    audit.acting(actor.label, name),
                ):
                    answer = act(actor, *args, **kwargs)
            except BaseException as error:
                _log(actor, name, started, error)
                raise
            finally:
                _current.reset(token)
            _log(actor, name, started)
            return answer

        checked.verb_name = name  # type: ignore[attr-defined]
        VERBS[name] = checked
        return checked

    return decorate


def require(actor: Actor, right: str) -> None:
    """Raise NotPermitted unless one of the actor's roles has the right."""
    if actor.roles.isdisjoint(PERMISSIONS.get(right, frozenset())):
        raise NotPermitted(right, _("You do not have the right to this: {right}."))


def may(actor: Actor, right: str) -> bool:
    """True when the actor has the right; pages ask this before they offer an action."""
    return not actor.roles.isdisjoint(PERMISSIONS.get(right, frozenset()))


def branches_for_current_verb(actor: Actor) -> frozenset[int] | None:
    """The branches in which the actor has the right to the verb that is running; None means all."""
    name = _current.get()
    return actor.branch_ids if name is None else actor.branches_as(PERMISSIONS.get(name, frozenset()))


def _log(actor: Actor, name: str, started: int, error: BaseException | None = None) -> None:
    fields: dict[str, object] = {
        "verb": name,
        "actor": actor.label,
        "milliseconds": (time.perf_counter_ns() - started) // 1_000_000,
    }
    if error is None:
        logging.get().info("done", **fields)
    elif isinstance(error, XindaiError):
        logging.get().info("refused", code=error.code, **fields)
    else:
        logging.get().error("failed", error_type=type(error).__name__, **fields)
