"""Classifying and offering: the pure rules, over the thousand real persons under the shipped policy."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

_ON = date(2024, 7, 1)
_PACK = Path(__file__).resolve().parents[1] / "policies" / "cn"
_ROUNDS = 5


def classify_one() -> float:
    """Milliseconds to classify one person, with all reasons."""
    from xindai.classification.policy import ClassificationPolicy  # noqa: PLC0415 - Django must be set up
    from xindai.classification.rules import classify  # noqa: PLC0415

    persons = _persons()
    policy = ClassificationPolicy.of(_pack())
    return _seconds(lambda: [classify(facts, policy, _ON) for facts in persons]) / len(persons) * 1_000


def offers() -> float:
    """Offers made in a second: price with its steps, limit, term, documents, schedule and annual rate."""
    from loanmath.calendar import Calendar  # noqa: PLC0415
    from xindai.offers.need import Need  # noqa: PLC0415 - Django must be set up
    from xindai.offers.policy import offer_policy  # noqa: PLC0415
    from xindai.offers.quoting import quote  # noqa: PLC0415
    from xindai.offers.standing import Means, Standing  # noqa: PLC0415
    from xindai.products.files import read_folder  # noqa: PLC0415
    from xindai.products.spec import parse_spec  # noqa: PLC0415

    pack, persons = _pack(), _persons()
    specs = {spec.code: spec for spec in map(parse_spec, read_folder(_PACK / "products"))}
    policy, calendar = offer_policy(pack), Calendar()
    standing = Standing("person", "medium", 620, "medium", "other", "individual", "standard")
    means = Means(disposable_income_minor=6_000_00)
    needs = [
        Need("consumer", max(facts["amount_minor"], 1_000_00), "CNY", facts["term_months"], "furniture", "level")
        for facts in persons
    ]

    def make() -> None:
        for need in needs:
            quote(need, specs[need.product_code], standing, means, policy, on=_ON, calendar=calendar)

    return len(needs) / _seconds(make)


@cache
def _pack() -> Any:
    _set_up()
    from xindai.policies.files import load_folder  # noqa: PLC0415
    from xindai.policies.packs import Pack  # noqa: PLC0415

    return Pack("cn", 1, load_folder(_PACK), _ON)


@cache
def _persons() -> list[dict[str, Any]]:
    _set_up()
    from xindai.classification.sampling import cases  # noqa: PLC0415

    return [case.rated_facts for case in cases()]


@cache
def _set_up() -> None:
    """Load the product; no database is needed."""
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xindai.config.settings")
    django.setup()


def _seconds(job: Callable[[], object]) -> float:
    """The median time of the job over a few rounds, after one that is not counted."""
    job()
    rounds = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        job()
        rounds.append(time.perf_counter() - started)
    return median(rounds)
