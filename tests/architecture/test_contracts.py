"""The import contracts catch what they are for: the real contracts, on a copy of the real tree with planted imports."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.architecture.source import CHECKOUT, SRC, project

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@dataclass(frozen=True)
class Planted:
    """A file that is added to the tree, the contract that it breaks, and the import that the linter must name."""

    contract: str
    path: str
    text: str
    chain: str


PLANTED = {
    "upward": Planted(
        "floors",
        "xindai/customers/planted.py",
        "from xindai.servicing import queries\n",
        "xindai.customers.planted -> xindai.servicing.queries",
    ),
    "upward inside a function": Planted(
        "floors",
        "xindai/kernel/planted.py",
        "def late():\n    from xindai.identity import queries\n",
        "xindai.kernel.planted -> xindai.identity.queries",
    ),
    "upward by way of a file beside": Planted(
        "floors",
        "xindai/policies/planted.py",
        "import xindai.planted\n",
        "xindai.planted -> xindai.offers.queries",
    ),
    "sideways": Planted(
        "floors",
        "xindai/collateral/planted.py",
        "import xindai.customers.queries\n",
        "xindai.collateral.planted -> xindai.customers.queries",
    ),
    "sideways at the top": Planted(
        "floors",
        "xindai/console/planted.py",
        "from xindai.api import paging\n",
        "xindai.console.planted -> xindai.api.paging",
    ),
    "Django in the mathematics": Planted(
        "loanmath", "loanmath/planted.py", "from django.db import models\n", "loanmath.planted -> django"
    ),
    "the product in the mathematics": Planted(
        "loanmath",
        "loanmath/planted_too.py",
        "from xindai.kernel import clock\n",
        "loanmath.planted_too -> xindai.kernel.clock",
    ),
    "learning where it is decided": Planted(
        "learning",
        "xindai/underwriting/planted.py",
        "from sklearn.linear_model import LogisticRegression\n",
        "xindai.underwriting.planted -> sklearn",
    ),
    "a second way out": Planted(
        "http", "xindai/payments/planted.py", "import httpx\n", "xindai.payments.planted -> httpx"
    ),
    "a way out of the demonstration": Planted(
        "http", "xindai/demonstration/planted.py", "import requests\n", "xindai.demonstration.planted -> requests"
    ),
    "a second driver": Planted(
        "driver", "xindai/ledger/planted.py", "import psycopg\n", "xindai.ledger.planted -> psycopg"
    ),
    "a circle": Planted(
        "circles",
        "xindai/ledger/planted_circle.py",
        "from xindai.ledger.planted_back import y\nx = 1\n",
        "No cycles are allowed in xindai.ledger.",
    ),
}
COMPANIONS = {
    "xindai/planted.py": "from xindai.offers import queries\n",
    "xindai/ledger/planted_back.py": "from xindai.ledger.planted_circle import x\ny = 1\n",
}
LEGAL = {
    "xindai/servicing/legal.py": "from xindai.customers import queries\nfrom loanmath import replay\n",
    "loanmath/legal.py": "from fractions import Fraction\nimport numpy as np\n",
}


@dataclass(frozen=True)
class Answer:
    """What the linter said of a tree."""

    code: int
    output: str


@pytest.fixture(scope="module")
def of_planted(tmp_path_factory: pytest.TempPathFactory) -> Answer:
    """The linter's answer for the tree with everything planted at once."""
    planted = {one.path: one.text for one in PLANTED.values()}
    return _lint(tmp_path_factory.mktemp("planted"), planted | COMPANIONS | LEGAL)


@pytest.mark.parametrize("name", PLANTED)
def test_an_import_that_breaks_a_contract_is_named(of_planted: Answer, name: str) -> None:
    contract = _contracts()[PLANTED[name].contract]

    assert of_planted.code == 1
    assert f"{contract} BROKEN" in of_planted.output
    assert PLANTED[name].chain in _told_of(of_planted.output, contract)


def test_every_contract_has_an_import_that_breaks_it(of_planted: Answer) -> None:
    assert {one.contract for one in PLANTED.values()} == _contracts().keys()
    assert " KEPT" not in of_planted.output


def test_downward_imports_break_nothing(tmp_path: Path) -> None:
    answer = _lint(tmp_path, LEGAL)
    assert answer.code == 0, answer.output


def _contracts() -> dict[str, str]:
    """The name of each contract by its identity."""
    return {one["id"]: one["name"] for one in project()["tool"]["importlinter"]["contracts"]}


def _told_of(output: str, contract: str) -> str:
    """What the linter tells about one broken contract, dependencies on one line."""
    details = output.partition("Broken contracts")[2]
    after = details.partition(f"{contract}\n---")[2]
    ends = [place for other in _contracts().values() if (place := after.find(f"\n{other}\n---")) >= 0]
    return after[: min(ends, default=len(after))]


def _lint(folder: Path, added: dict[str, str]) -> Answer:
    shutil.copytree(
        SRC, folder / "src", ignore=lambda _, names: [n for n in names if "." in n and not n.endswith(".py")]
    )
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    for path, text in added.items():
        (folder / "src" / path).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Answer(done.returncode, done.stdout + done.stderr)
