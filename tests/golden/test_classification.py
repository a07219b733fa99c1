"""The cases of classification that a credit committee reads, run against the shipped policy pack."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from xindai.classification.policy import ClassificationPolicy
from xindai.classification.rules import classify
from xindai.classification.wording import sentence
from xindai.policies.files import load_folder
from xindai.policies.packs import Pack
from xindai.policies.strict_yaml import StrictLoader

ROOT = Path(__file__).parents[2]
CASES = [
    case
    for path in sorted((ROOT / "tests/golden/classification").glob("*.yaml"))
    for case in yaml.load(path.read_text(encoding="utf-8"), StrictLoader)
]
CONTENT = load_folder(ROOT / "policies/cn")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["case"])
def test_the_committee_finds_its_case_as_expected(case: dict[str, Any]) -> None:
    on = date.fromisoformat(case["on"])
    policy = ClassificationPolicy.of(Pack("cn", 1, CONTENT, on))
    found = classify(case["facts"], policy, on)
    points = {reason.fact: reason.points for reason in found.reasons if reason.dimension == "rating" and reason.fact}
    assert points == case["points"]
    assert {name: getattr(found, name) for name in case["expected"]} == case["expected"]
    for reason in found.reasons:
        worded = sentence(reason, policy)
        assert worded["zh"]
        assert worded["en"]
        assert "{" not in worded["zh"] + worded["en"]
