"""Identity numbers: check digits, and what they say."""

from datetime import date

import pytest

from xindai.customers.identity_numbers import check_agrees, company_number, person_number
from xindai.kernel.errors import InvalidInput


def test_a_valid_number_tells_birth_date_gender_and_age() -> None:
    number = person_number("11010519491231002x")
    assert (number.number, number.birth_date, number.gender) == ("11010519491231002X", date(1949, 12, 31), "female")
    assert number.age_years(date(2024, 12, 30)) == 74
    assert number.age_years(date(2024, 12, 31)) == 75


@pytest.mark.parametrize("text", ["", "110105194912310021", "11010519491331002X", "1101051949123100"])
def test_a_wrong_number_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        person_number(text)
    assert caught.value.field == "identity_number"
    assert caught.value.remedy_text()


def test_a_social_credit_code_is_checked() -> None:
    assert company_number("91110000600037341L") == "91110000600037341L"
    with pytest.raises(InvalidInput):
        company_number("91110000600037341M")


@pytest.mark.parametrize(
    ("birth_date", "gender", "field"), [("1950-01-01", None, "birth_date"), (None, "male", "gender")]
)
def test_a_birth_date_or_gender_against_the_number_is_refused(
    birth_date: str | None, gender: str | None, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_agrees(person_number("11010519491231002X"), birth_date=birth_date, gender=gender)
    assert caught.value.field == field
