"""The fitted table of persons: reproducible, honest about the half it has not seen."""

from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from xindai.classification import rating_files
from xindai.classification.measures import auc, bad_rates
from xindai.classification.policy import ClassificationPolicy
from xindai.classification.rules import classify
from xindai.classification.sampling import Case, cases, is_unseen
from xindai.policies.files import load_folder
from xindai.policies.packs import Pack

FOLDER = Path(__file__).parents[4] / "policies/cn"
ON = date(2024, 7, 1)


@pytest.fixture(scope="module")
def unseen() -> list[Case]:
    return [case for case in cases() if case.is_unseen]


@pytest.fixture(scope="module")
def policy() -> ClassificationPolicy:
    return ClassificationPolicy.of(Pack("cn", 1, load_folder(FOLDER), ON))


def test_the_shipped_table_is_what_the_fit_gives_byte_for_byte() -> None:
    pytest.importorskip("sklearn", reason="fitting needs the extra [ml]")
    assert rating_files.stale(FOLDER) == []


def test_every_application_of_the_file_is_read_and_half_are_unseen() -> None:
    every = cases()
    assert (len(every), sum(case.is_bad for case in every)) == (1000, 300)
    assert sum(case.is_unseen for case in every) == 506


def test_the_half_depends_on_duration_amount_age_and_seed_alone() -> None:
    assert is_unseen(term_months=6, amount=1169, age_years=67) == is_unseen(term_months=6, amount=1169, age_years=67)
    halves = {is_unseen(term_months=6, amount=1169, age_years=67, seed=str(seed)) for seed in range(20)}
    assert halves == {True, False}


def test_the_report_states_the_auc_that_the_rules_really_reach(
    unseen: list[Case], policy: ClassificationPolicy
) -> None:
    scores = [classify(case.rated_facts, policy, ON).score for case in unseen]
    reached = round(10_000 * auc(scores, [case.is_bad for case in unseen]))
    report = Pack("cn", 1, load_folder(FOLDER), ON).section("rating_report")
    assert report["auc_per_10000"]["unseen_half"] == reached
    assert reached > 7_500


def test_bad_rates_fall_strictly_from_low_to_high_on_the_unseen_half(
    unseen: list[Case], policy: ClassificationPolicy
) -> None:
    ratings = [classify(case.rated_facts, policy, ON).rating for case in unseen]
    rates = {
        rating: bad / every for rating, (bad, every) in bad_rates(ratings, [case.is_bad for case in unseen]).items()
    }
    assert rates["low"] > rates["medium"] > rates["high"]


def test_flipping_each_protected_attribute_of_real_persons_changes_nothing(policy: ClassificationPolicy) -> None:
    every = cases()
    others = {name: sorted({case.protected[name] for case in every}) for name in every[0].protected}
    for case in every:
        plain = classify({**case.rated_facts, **case.protected}, policy, ON)
        for name, values in others.items():
            flipped = next(value for value in values if value != case.protected[name])
            assert classify({**case.rated_facts, **case.protected, name: flipped}, policy, ON) == plain


def test_the_committee_offers_no_protected_attribute_to_the_fit() -> None:
    protected = {attribute.fact for attribute in rating_files.PROTECTED_ATTRIBUTES}
    assert not protected & {attribute.fact for attribute in rating_files.PERSON_ATTRIBUTES}
    assert all(name not in MappingProxyType(cases()[0].rated_facts) for name in protected)


def test_auc_counts_pairs_and_half_of_ties() -> None:
    assert auc([1, 2, 3, 4], [True, True, False, False]) == 1
    assert auc([1, 1, 1, 1], [True, False, True, False]) == 0.5
    assert auc([1, 2, 2, 3], [True, True, False, False]) == 0.875
    with pytest.raises(ValueError, match="good and bad"):
        auc([1, 2], [True, True])
