"""Identity numbers of persons and companies: the check digits, and what a person's number says."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from xindai.kernel.errors import InvalidInput

IDENTITY_HASH_KIND = "identity_number"
"""Under this kind the keyed hashes of the numbers are made and looked up."""

_MALE_DIGIT = 16


@dataclass(frozen=True)
class PersonNumber:
    """A valid resident identity number with the birth date and gender written in it."""

    number: str
    birth_date: date
    gender: str

    def age_years(self, on: date) -> int:
        """Full years of age on a date."""
        had_birthday = (on.month, on.day) >= (self.birth_date.month, self.birth_date.day)
        return on.year - self.birth_date.year - (not had_birthday)


def person_number(text: str) -> PersonNumber:
    """The number of a natural person (GB 11643).  Raises InvalidInput when digits or check digit are wrong."""
    try:
        number = ric.validate(text)
        birth_date = ric.get_birth_date(number)
    except ValidationError as error:
        raise InvalidInput(
            "identity_number",
            _("This is not a valid resident identity number."),
            _("Copy the 18 characters from the identity card; the last may be X."),
        ) from error
    return PersonNumber(number, birth_date, "male" if int(number[_MALE_DIGIT]) % 2 else "female")


def company_number(text: str) -> str:
    """The unified social credit code of a company (GB 32100).  Raises InvalidInput."""
    try:
        return str(uscc.validate(text))
    except ValidationError as error:
        raise InvalidInput(
            "identity_number",
            _("This is not a valid unified social credit code."),
            _("Copy the 18 characters from the business licence; the letters I, O, S, V, Z do not occur."),
        ) from error


def check_agrees(number: PersonNumber, *, birth_date: str | None, gender: str | None) -> None:
    """Refuse a stated birth date or gender that the number contradicts.  Raises InvalidInput."""
    if birth_date is not None and birth_date != number.birth_date.isoformat():
        raise InvalidInput(
            "birth_date",
            _("The date of birth does not agree with the identity number."),
            _("Compare both with the identity card and correct the one that is wrong."),
        )
    if gender is not None and gender != number.gender:
        raise InvalidInput(
            "gender",
            _("The gender does not agree with the identity number."),
            _("Compare both with the identity card and correct the one that is wrong."),
        )
