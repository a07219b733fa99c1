"""The mathematics of loans: pure, exact, in whole numbers.

Values in, frozen values out; no database, no clock, no settings.  ``daily``, ``columns``, ``many`` and
``replay_many`` work on columns and need NumPy; they and ``apr`` are imported by their own names.
"""

from loanmath.account import Applied
from loanmath.allocation import Allocation, Component, Direction, Due
from loanmath.calendar import NO_REST_DAYS, BusinessDayRule, Calendar, add_months
from loanmath.charges import Charge
from loanmath.daycount import DayCount
from loanmath.errors import LoanMathError
from loanmath.events import Event, EventKind
from loanmath.floating import Floating, floating_rate
from loanmath.frequency import Frequency
from loanmath.grading import FiveTier, GradingPolicy
from loanmath.postings import Line, Posting, Role, difference, totals
from loanmath.replay import Replay, replay
from loanmath.rounding import Rounding
from loanmath.rows import Standings
from loanmath.schedule import PlanRow, Schedule, schedule
from loanmath.shape import Grace, Shape
from loanmath.splitting import Debt, split_payment
from loanmath.state import State, Status
from loanmath.terms import (
    Levelling,
    Method,
    Prepaid,
    RateStep,
    Recalculation,
    Terms,
    Tranche,
    TrancheRows,
)
from loanmath.working import explain_interest

__all__ = [
    "NO_REST_DAYS",
    "Allocation",
    "Applied",
    "BusinessDayRule",
    "Calendar",
    "Charge",
    "Component",
    "DayCount",
    "Debt",
    "Direction",
    "Due",
    "Event",
    "EventKind",
    "FiveTier",
    "Floating",
    "Frequency",
    "Grace",
    "GradingPolicy",
    "Levelling",
    "Line",
    "LoanMathError",
    "Method",
    "PlanRow",
    "Posting",
    "Prepaid",
    "RateStep",
    "Recalculation",
    "Replay",
    "Role",
    "Rounding",
    "Schedule",
    "Shape",
    "Standings",
    "State",
    "Status",
    "Terms",
    "Tranche",
    "TrancheRows",
    "add_months",
    "difference",
    "explain_interest",
    "floating_rate",
    "replay",
    "schedule",
    "split_payment",
    "totals",
]
