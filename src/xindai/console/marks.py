"""The one map from a state to its look: word, icon and tone. Every page, list and chart reads it from here."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Mark:
    """How a state is shown: always a word, mostly an icon, and a tone only where something deserves attention.

    `tone` is a suffix of the `xd-tag-` classes; `is_plain` draws text without a tint.
    """

    word: str | Promise
    icon: str = ""
    tone: str = "neutral"
    is_plain: bool = False


LOAN_CLASSES: Final[dict[str, Mark]] = {
    "normal": Mark(_("Normal"), "circle-check", "good", is_plain=True),
    "special_mention": Mark(_("Special mention"), "eye", "watch"),
    "substandard": Mark(_("Substandard"), "alert-circle", "bad"),
    "doubtful": Mark(_("Doubtful"), "alert-triangle", "danger"),
    "loss": Mark(_("Loss"), "circle-x", "loss"),
}

CLASS_CODES: Final[tuple[str, ...]] = tuple(LOAN_CLASSES)

LEVELS: Final[dict[str, Mark]] = {
    "low": Mark(_("Low"), "circle-check", "good", is_plain=True),
    "medium": Mark(_("Medium"), "eye", "watch"),
    "high": Mark(_("High"), "alert-triangle", "danger"),
}

RATINGS: Final[dict[str, Mark]] = {
    "high": Mark(_("High rating"), "", "muted"),
    "medium": Mark(_("Medium rating"), "", "muted"),
    "low": Mark(_("Low rating"), "", "muted"),
}

TIERS: Final[dict[str, Mark]] = {
    "premium": Mark(_("Premium"), "diamond", "muted"),
    "standard": Mark(_("Standard"), "person", "muted"),
    "prospective": Mark(_("Prospective"), "seedling", "muted"),
}

KINDS: Final[dict[str, Mark]] = {
    "person": Mark(_("Natural person"), "person", "muted"),
    "company": Mark(_("Company"), "company", "muted"),
}

INDUSTRIES: Final[dict[str, Mark]] = {
    "manufacturing": Mark(_("Manufacturing"), "", "muted"),
    "services": Mark(_("Services"), "", "muted"),
    "agriculture": Mark(_("Agriculture"), "", "muted"),
    "other": Mark(_("Other industry"), "", "muted"),
}

SIZES: Final[dict[str, Mark]] = {
    "individual": Mark(_("Individual"), "", "muted"),
    "micro": Mark(_("Micro"), "", "muted"),
    "small": Mark(_("Small"), "", "muted"),
    "medium": Mark(_("Medium-sized"), "", "muted"),
    "large": Mark(_("Large"), "", "muted"),
}

APPLICATION_STATES: Final[dict[str, Mark]] = {
    "draft": Mark(_("Draft"), "pencil", "neutral"),
    "submitted": Mark(_("Submitted"), "clock", "info"),
    "referred": Mark(_("Referred"), "eye", "info"),
    "approved": Mark(_("Approved"), "check", "neutral"),
    "refused": Mark(_("Refused"), "circle-x", "danger"),
    "contracted": Mark(_("Contracted"), "check", "neutral"),
    "withdrawn": Mark(_("Withdrawn"), "", "neutral"),
}

OUTCOMES: Final[dict[str, Mark]] = {
    "approve": Mark(_("Approve"), "check", "neutral"),
    "refer": Mark(_("Refer to a person"), "eye", "info"),
    "refuse": Mark(_("Refuse"), "circle-x", "danger"),
}

EFFECTS: Final[dict[str, Mark]] = {
    "pass": Mark(_("Passed"), "check", "good", is_plain=True),
    "note": Mark(_("Noted"), "info", "info"),
    "refer": Mark(_("Asks for a person"), "eye", "watch"),
    "refuse": Mark(_("Speaks against"), "circle-x", "danger"),
}

LOAN_STATES: Final[dict[str, Mark]] = {
    "active": Mark(_("Running"), "", "neutral"),
    "closed": Mark(_("Paid off"), "check", "neutral"),
    "written_off": Mark(_("Written off"), "circle-x", "loss"),
}

CONTRACT_STATES: Final[dict[str, Mark]] = {
    "drawn_up": Mark(_("Drawn up"), "pencil", "neutral"),
    "signed": Mark(_("Signed"), "check", "neutral"),
    "disbursed": Mark(_("Disbursed"), "check", "neutral"),
    "cancelled": Mark(_("Cancelled"), "", "neutral"),
}

CHECK_STATES: Final[dict[str, Mark]] = {
    "waiting": Mark(_("Waiting"), "clock", "info"),
    "approved": Mark(_("Approved"), "check", "neutral"),
    "returned": Mark(_("Returned"), "left", "watch"),
}

INSTALMENT_STATES: Final[dict[str, Mark]] = {
    "paid": Mark(_("Paid"), "check", "good", is_plain=True),
    "part": Mark(_("Partly paid"), "clock", "watch"),
    "overdue": Mark(_("Overdue"), "alert-triangle", "danger"),
    "due": Mark(_("Due today"), "clock", "info"),
    "later": Mark(_("Not due yet"), "", "muted"),
    "written_off": Mark(_("Written off"), "circle-x", "loss"),
}

CASE_STATES: Final[dict[str, Mark]] = {
    "open": Mark(_("In hand"), "clock", "info"),
    "cured": Mark(_("Cured"), "check", "neutral"),
    "closed": Mark(_("Case closed"), "check", "neutral"),
}

PROMISE_STATES: Final[dict[str, Mark]] = {
    "open": Mark(_("Open promise"), "clock", "info"),
    "kept": Mark(_("Kept"), "check", "good", is_plain=True),
    "broken": Mark(_("Broken"), "alert-triangle", "danger"),
}

POLICY_STATES: Final[dict[str, Mark]] = {
    "draft": Mark(_("Draft"), "pencil", "neutral"),
    "reviewed": Mark(_("Reviewed"), "eye", "info"),
    "live": Mark(_("In force"), "circle-check", "good", is_plain=True),
    "ended": Mark(_("Ended"), "", "neutral"),
}

DAY_STATES: Final[dict[str, Mark]] = {
    "open": Mark(_("Open"), "clock", "info"),
    "running": Mark(_("In progress"), "clock", "info"),
    "done": Mark(_("Done"), "circle-check", "good", is_plain=True),
    "closed": Mark(_("Closed"), "circle-check", "good", is_plain=True),
    "failed": Mark(_("Failed"), "alert-triangle", "danger"),
}

UPLOAD_STATES: Final[dict[str, Mark]] = {
    "waiting": Mark(_("Waiting for the worker"), "clock", "info"),
    "working": Mark(_("In progress"), "clock", "info"),
    "done": Mark(_("Worked to the end"), "circle-check", "good", is_plain=True),
    "stopped": Mark(_("Stopped"), "pause", "watch"),
}

MAPS: Final[dict[str, dict[str, Mark]]] = {
    "loan_class": LOAN_CLASSES,
    "risk": LEVELS,
    "rating": RATINGS,
    "tier": TIERS,
    "kind": KINDS,
    "industry": INDUSTRIES,
    "size": SIZES,
    "application": APPLICATION_STATES,
    "outcome": OUTCOMES,
    "effect": EFFECTS,
    "loan": LOAN_STATES,
    "contract": CONTRACT_STATES,
    "check": CHECK_STATES,
    "instalment": INSTALMENT_STATES,
    "case": CASE_STATES,
    "promise": PROMISE_STATES,
    "policy": POLICY_STATES,
    "day": DAY_STATES,
    "upload": UPLOAD_STATES,
}


def loan_class_code(number: int) -> str:
    """Return the code of the five-tier class: 1 normal ... 5 loss."""
    return CLASS_CODES[number - 1]


def mark(kind: str, value: str) -> Mark:
    """Look a state up; an unknown one shows its own code in neutral rather than vanish."""
    return MAPS[kind].get(value, Mark(value))


def options(kind: str) -> tuple[tuple[str, str | Promise], ...]:
    """Return the states of a kind as the options of a filter."""
    return tuple((value, mark.word) for value, mark in MAPS[kind].items())
