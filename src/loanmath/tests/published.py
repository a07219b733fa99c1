"""Worked cases of public sources, read in place: they are not ours to publish.

They lie in the folder that ``XINDAI_CASES`` names, else in ``../shared/cases`` beside the checkout.  Where there is no
such folder their tests are skipped; a folder that lacks a file is a fault, never a skip.
"""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("XINDAI_CASES") or Path(__file__).parents[3] / "../shared/cases")
needed = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"no worked cases in {FOLDER}: set XINDAI_CASES to their folder"
)


def read(name: str) -> Any:
    """The content of a file, figures as decimals; an empty list where there are no cases (the tests are skipped)."""
    if not FOLDER.is_dir():
        return []
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"), parse_float=Decimal)
