"""Mobile numbers: one way of writing each, and the keyed hash by which it is found again."""

import re
import unicodedata
from typing import Final

from django.utils.translation import gettext_lazy as _

from xindai.kernel import vault
from xindai.kernel.errors import InvalidInput

MOBILE_HASH_KIND: Final = "mobile"
"""Under this kind the keyed hashes of the numbers are made and looked up."""

_FILLING: Final = re.compile(r"[\s().-]")
_HOME: Final = re.compile(r"1[3-9][0-9]{9}")
_ABROAD: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_HOME_CODE: Final = "+86"


def mobile_number(text: str) -> str:
    """A number as it is kept: eleven digits of mainland China, or ``+`` and the country's code for others (E.164).

    Spaces, dashes and full-width digits are no matter.  Raises InvalidInput.
    """
    number = _FILLING.sub("", unicodedata.normalize("NFKC", text))
    if number.startswith("00"):
        number = "+" + number[2:]
    number = number.removeprefix(_HOME_CODE)
    if not (_HOME.fullmatch(number) or _ABROAD.fullmatch(number)):
        raise InvalidInput(
            "mobile",
            _("This is not a mobile number."),
            _("Enter the 11 digits; for a number from abroad, + and the code of the country first."),
        )
    return number


def hash_of(number: str) -> str:
    """The keyed hash of a number that ``mobile_number`` has made."""
    return vault.lookup_hash(MOBILE_HASH_KIND, number)
