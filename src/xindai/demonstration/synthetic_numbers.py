"""Identity numbers of people and companies that do not exist, valid by their check digits.

Resident identity number: GB 11643-1999 (region, birth date, sequence, ISO 7064 MOD 11-2).
Unified social credit code: GB 32100-2015 (category, region, organisation, MOD 31).
"""

from datetime import date

from stdnum.cn import ric, uscc

from xindai.demonstration.chance import Chance

REGIONS = ("110105", "310104", "320100", "330100", "350200", "370100", "420100", "440300", "510100", "610100")
"""Ten cities whose codes have held since numbers are given out: valid for every year of birth."""

COMPANY_CATEGORY = "91"
"""Registered by the market regulator; an enterprise."""

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11714-1997, the organisation code within the unified code."""


def age_on(born_on: date, on: date) -> int:
    """Full years of life."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def birth_date(age_years: int, on: date, chance: Chance, *names: object) -> date:
    """A date of birth with which somebody is so many years old on a day; never 29 February."""
    month = chance.between(1, 12, "month of birth", *names)
    day = chance.between(1, 28, "day of birth", *names)
    had_birthday = (month, day) <= (on.month, on.day)
    return date(on.year - age_years - (0 if had_birthday else 1), month, day)


def resident_identity_number(born_on: date, *, is_male: bool, chance: Chance, names: tuple[object, ...]) -> str:
    """A resident identity number; the seventeenth digit is odd for men and even for women."""
    region = chance.one_of(REGIONS, "region", *names)
    sequence = chance.below(500, "sequence", *names) * 2 + (1 if is_male else 0)
    body = f"{region}{born_on:%Y%m%d}{sequence:03d}"
    return body + ric.calc_check_digit(body + "0")  # the digit given does not count


def unified_social_credit_code(chance: Chance, *names: object) -> str:
    """A unified social credit code whose organisation part has its own valid check digit."""
    region = chance.one_of(REGIONS, "region", *names)
    organisation = f"{chance.below(10**8, 'organisation', *names):08d}"
    body = COMPANY_CATEGORY + region + organisation + _organisation_check(organisation)
    return body + uscc.calc_check_digit(body)


def _organisation_check(organisation: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_ORGANISATION_WEIGHTS, organisation, strict=True))
    return "0123456789X0"[11 - total % 11]
