"""Every clause that a contract can name has a text in both languages, and a first day."""

from datetime import date

from xindai.contracts.clauses import CLAUSES_VERSION, clauses_for, text_of, version_of
from xindai.contracts.wording import CLAUSES


def test_every_clause_that_a_contract_can_name_has_a_text_and_a_name_in_both_languages() -> None:
    named = clauses_for(is_secured=True, is_entrusted=True)
    assert {clause["code"] for clause in named} == CLAUSES.keys()
    for clause in named:
        text = text_of(clause["code"], clause["version"])
        assert set(text) == {"zh", "en"}
        assert all(len(words) > 40 for words in text.values()), clause


def test_a_version_has_a_first_day_and_a_reference_and_holds_nothing_but_known_clauses() -> None:
    version = version_of(CLAUSES_VERSION)
    assert version["from"] <= date(2024, 7, 1), "before the first contract"
    assert set(version["reference"]) == {"zh", "en"}
    assert version["clauses"].keys() == CLAUSES.keys()
