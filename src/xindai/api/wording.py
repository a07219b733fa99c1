"""What is wrong with a request, in the reader's language: its shape, or that it could not be read at all."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from xindai.kernel import wording
from xindai.kernel.errors import InvalidInput, XindaiError

_UNREADABLE: Final = {
    400: ("bad_request", _("The body is not JSON."), _("Send one JSON object as openapi.json says.")),
    403: (
        "csrf_failed",
        _("The token against forged requests is missing or wrong."),
        _("Send the value of the cookie “csrftoken” in the header “X-CSRFToken”."),
    ),
}


def of_shape(mistake: Mapping[str, Any]) -> InvalidInput:
    """The error for one mistake that the framework found; its field is named as the request names it."""
    return wording.of_shape(mistake, _place_of(mistake["loc"]))


def of_request(status: int) -> XindaiError:
    """The error for a request that the framework refused before it looked at any field."""
    code, message, remedy = _UNREADABLE.get(status, ("bad_request", _("The request cannot be understood."), None))
    return XindaiError(code, status, message, remedy=remedy)


def _place_of(place: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The way to the field without the part of the request that holds it; that part itself when all of it is wrong."""
    inside = place[2:] if place[:2] == ("body", "payload") else place[1:]
    return inside or place[:1]
