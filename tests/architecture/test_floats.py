"""No binary fraction near money."""

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture import floats
from tests.architecture.source import SRC, Source, floors, product, told


def test_no_module_that_handles_money_knows_a_binary_fraction() -> None:
    found = [finding for source in product() for finding in floats.binary_fractions(source)]
    assert not found, told(found)


def test_no_model_holds_a_fraction() -> None:
    found = floats.inexact_fields(apps.get_models(), floors())
    assert not found, told(found)


def test_every_exception_is_needed() -> None:
    for path in floats.ALLOWED:
        moved = Source("xindai/ledger/elsewhere.py", (SRC / path).read_text(encoding="utf-8"))
        assert floats.binary_fractions(moved), f"{path} needs no exception"


@pytest.mark.parametrize(
    "line",
    [
        "rate = 0.05",
        "limit = 1e6",
        "interest = principal * days / 360",
        "principal /= 2",
        "amount = float(text)",
        "def amount(minor: float) -> int: ...",
        "import numpy as np; share = np.mean(amounts)",
        "share = amounts.mean()",
        "import numpy as np; amounts = np.zeros(3, dtype=np.float64)",
        "import numpy as np; amounts = np.zeros(3, dtype='f8')",
        "import math; power = math.pow(1, 2)",
        "from math import log; power = log(2)",
        "from statistics import fmean; power = fmean(amounts)",
        "from operator import truediv; half = truediv(amount, 2)",
        "import operator; half = operator.truediv(amount, 2)",
        "from django.db import models; amount = models.FloatField()",
    ],
)
def test_a_planted_fraction_is_found(line: str) -> None:
    found = floats.binary_fractions(Source("xindai/servicing/planted.py", f"{line}\n"))
    assert found


@pytest.mark.parametrize(
    "text",
    [
        "interest = principal * rate * days // 360\n",
        "from fractions import Fraction\nhalf = Fraction(amount, 2) / 3\n",
        "from fractions import Fraction\ndef half(value: Fraction) -> Fraction:\n    return value / 2\n",
        "from pathlib import Path\nHERE = Path(__file__).parents[1] / 'x'\ndef at(name: str) -> Path:\n    return HERE / name\n",
        "from math import gcd, isqrt\nroot = isqrt(gcd(amount, 4))\n",
        "import numpy as np\namounts = np.zeros(3, dtype=np.int64)\nok = np.zeros(3, dtype='>i8')\n",
    ],
)
def test_whole_numbers_exact_fractions_and_paths_are_free(text: str) -> None:
    assert floats.binary_fractions(Source("xindai/servicing/planted.py", text)) == []


@isolate_apps("xindai.servicing")
def test_a_planted_field_is_found() -> None:
    fields = {"rate": models.FloatField(), "amount": models.DecimalField(), "amount_minor": models.BigIntegerField()}
    meta = type("Meta", (), {"app_label": "servicing"})
    planted = type("Loan", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})

    found = floats.inexact_fields([planted], {"servicing"})

    assert [finding.what.split()[0] for finding in found] == ["rate", "amount"]
