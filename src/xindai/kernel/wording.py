"""What is wrong with the shape of what was sent, in the reader's language.

The framework names each mistake by a kind (`greater_than`, `missing`, ...) and words it in English; here each kind
has our own words. The limits that it tells (`gt`, `max_length`, ...) fill them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import InvalidInput

AS_DESCRIBED: Final = _("Send it as openapi.json says.")
_PLAIN_NUMBER: Final = _("Send a plain whole number such as 12345: no quotation marks, no decimal point.")
_DAY: Final = _("Send it as year-month-day, such as 2024-07-01.")

Words = tuple[Promise, Promise]

_NO_NUMBER: Final[Words] = (_("“{name}” must be a whole number."), _PLAIN_NUMBER)
_NO_DAY: Final[Words] = (_("“{name}” must be a date."), _DAY)
_NO_MOMENT: Final[Words] = (
    _("“{name}” must be a moment with its time zone."),
    _("Send it as in 2024-07-01T09:30:00Z."),
)
_NO_IDENTITY: Final[Words] = (_("“{name}” must be a UUID."), AS_DESCRIBED)
_NO_TEXT: Final[Words] = (_("“{name}” must be a text."), AS_DESCRIBED)
_NO_LIST: Final[Words] = (_("“{name}” must be a list."), AS_DESCRIBED)
_NO_CHOICE: Final[Words] = (_("The value of “{name}” is none of those that are known."), AS_DESCRIBED)
_NO_OBJECT: Final[Words] = (_("“{name}” must be an object of named fields."), AS_DESCRIBED)

KINDS: Final[Mapping[str, Words]] = {
    "missing": (_("“{name}” is missing."), AS_DESCRIBED),
    "extra_forbidden": (_("Nothing here is named “{name}”."), _("Leave it out, or correct its spelling.")),
    "int_type": _NO_NUMBER,
    "int_parsing": _NO_NUMBER,
    "int_parsing_size": _NO_NUMBER,
    "int_from_float": _NO_NUMBER,
    "finite_number": _NO_NUMBER,
    "greater_than": (_("“{name}” must be above {gt}."), AS_DESCRIBED),
    "greater_than_equal": (_("“{name}” must be at least {ge}."), AS_DESCRIBED),
    "less_than_equal": (
        _("“{name}” must be at most {le}."),
        _("Look for a slip in the figure, such as a zero too many."),
    ),
    "string_type": _NO_TEXT,
    "string_unicode": _NO_TEXT,
    "string_too_short": (_("“{name}” needs at least {min_length} characters."), AS_DESCRIBED),
    "string_too_long": (_("“{name}” takes at most {max_length} characters."), AS_DESCRIBED),
    "list_type": _NO_LIST,
    "too_long": (_("“{name}” takes at most {max_length} entries."), AS_DESCRIBED),
    "too_short": (_("“{name}” needs at least {min_length} entries."), AS_DESCRIBED),
    "literal_error": _NO_CHOICE,
    "enum": _NO_CHOICE,
    "date_type": _NO_DAY,
    "date_parsing": _NO_DAY,
    "date_from_datetime_parsing": _NO_DAY,
    "date_from_datetime_inexact": _NO_DAY,
    "datetime_type": _NO_MOMENT,
    "datetime_parsing": _NO_MOMENT,
    "datetime_from_date_parsing": _NO_MOMENT,
    "timezone_aware": _NO_MOMENT,
    "uuid_type": _NO_IDENTITY,
    "uuid_parsing": _NO_IDENTITY,
    "dict_type": _NO_OBJECT,
    "model_type": _NO_OBJECT,
    "model_attributes_type": _NO_OBJECT,
}
"""Message and remedy of each kind of mistake that a request of ours can make."""

_UNKNOWN: Final[Words] = (_("The value of “{name}” cannot be used."), AS_DESCRIBED)


def of_shape(
    mistake: Mapping[str, Any], place: Sequence[str | int], *, described: Promise = AS_DESCRIBED
) -> InvalidInput:
    """The error for one mistake that the framework found at a place within what was sent.

    ``described`` is the remedy where nothing better is known than that what is right stands written somewhere.
    """
    field = ".".join(map(str, place))
    message, remedy = KINDS.get(mistake["type"], _UNKNOWN)
    remedy = described if remedy is AS_DESCRIBED else remedy
    limits = {name: limit for name, limit in mistake.get("ctx", {}).items() if isinstance(limit, int)}
    return InvalidInput(field, message, remedy, **{**limits, "name": field})
