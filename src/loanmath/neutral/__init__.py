"""Loans of other systems in the format "neutral loan cases v1", run by this engine (docs/specs/neutral_cases.md)."""

from loanmath.neutral.case import EXPECTED, SCHEMA, run_case, run_cases
from loanmath.neutral.differences import Difference, differences

__all__ = ["EXPECTED", "SCHEMA", "Difference", "differences", "run_case", "run_cases"]
