"""How much working capital a company needs: the formula of the working-capital measures.

Source: 流动资金贷款管理办法 (National Financial Regulatory Administration Order 2024 No. 2), annex;
the earlier annex of 2010 has the same formula.
"""

from dataclasses import dataclass

DAYS_IN_YEAR = 360
MILLION = 1_000_000


@dataclass(frozen=True)
class WorkingCapital:
    """Amounts in minor units, shares in parts per million, turnover in days.

    ``cycle_days`` = days of inventory + receivables - payables + prepayments made - advances
    received; a year of 360 days divided by it is the number of turnovers.
    """

    prior_sales_minor: int
    sales_margin_ppm: int
    sales_growth_ppm: int
    cycle_days: int
    own_funds_minor: int
    existing_loans_minor: int
    other_sources_minor: int = 0

    @property
    def need_minor(self) -> int:
        """Sales x (1 - margin) x (1 + growth) / turnovers, rounded down; never below zero."""
        if self.cycle_days <= 0:
            return 0
        cost_of_sales = self.prior_sales_minor * (MILLION - self.sales_margin_ppm)
        grown = cost_of_sales * (MILLION + self.sales_growth_ppm)
        return max(0, grown * self.cycle_days // (MILLION * MILLION * DAYS_IN_YEAR))

    @property
    def new_loan_minor(self) -> int:
        """What of the need is left for a new loan; never below zero."""
        covered = self.own_funds_minor + self.existing_loans_minor + self.other_sources_minor
        return max(0, self.need_minor - covered)
