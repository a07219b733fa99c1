"""The mathematics of loans: pure, exact, in whole numbers.

Values in, frozen values out; no database, no clock, no settings.  ``loanmath.daily`` holds the
daily step over columns and is the only part that needs NumPy.
"""

from loanmath.account import Applied
from loanmath.allocation import Allocation, Component, Direction, Due
from loanmath.apr import AnnualRate, Flow, annual_rate, flows_of
from loanmath.calendar import NO_REST_DAYS, BusinessDayRule, Calendar, add_months
from loanmath.daycount import DayCount
from loanmath.errors import LoanMathError
from loanmath.events import Event, EventKind
from loanmath.grading import FiveTier, GradingPolicy
from loanmath.postings import Line, Posting, Role, difference, totals
from loanmath.replay import Replay, replay
from loanmath.rounding import Rounding
from loanmath.schedule import PlanRow, Schedule, schedule
from loanmath.state import State, Status
from loanmath.terms import Method, Terms
from loanmath.working import explain_interest

__all__ = [
    "NO_REST_DAYS",
    "Allocation",
    "AnnualRate",
    "Applied",
    "BusinessDayRule",
    "Calendar",
    "Component",
    "DayCount",
    "Direction",
    "Due",
    "Event",
    "EventKind",
    "FiveTier",
    "Flow",
    "GradingPolicy",
    "Line",
    "LoanMathError",
    "Method",
    "PlanRow",
    "Posting",
    "Replay",
    "Role",
    "Rounding",
    "Schedule",
    "State",
    "Status",
    "Terms",
    "add_months",
    "annual_rate",
    "difference",
    "explain_interest",
    "flows_of",
    "replay",
    "schedule",
    "totals",
]
