"""The names of price steps, bounds and repayment methods, for screens and documents."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PRICE_STEPS: Final[dict[str, Promise]] = {
    "base_rate": _("cost of funds"),
    "operating_cost": _("operating cost"),
    "rating_premium": _("premium for the rating"),
    "risk_premium": _("premium for the risk level"),
    "tier_adjustment": _("adjustment of the service tier"),
    "floor": _("lowest price of the product"),
    "rounding": _("rounded up to the price step"),
    "cap": _("highest price of the product"),
    "lawful_floor": _("lowest lawful price"),
}

BOUNDS: Final[dict[str, Promise]] = {
    "lawful_term": _("longest lawful term for the purpose"),
    "lawful_bullet_term": _("longest lawful term of a loan repaid at the end"),
    "method_term": _("longest term of the repayment method"),
    "tier_term": _("longest term of the service tier"),
    "product_term": _("longest term of the product"),
    "forbidden_purpose": _("purpose forbidden by law"),
    "collateral_value": _("lawful share of the collateral's value"),
    "unsecured_cap": _("lawful cap without collateral"),
    "income_capacity": _("what income can repay"),
    "working_capital_need": _("computed need of working capital"),
    "cash_flow_capacity": _("what cash flow can repay"),
    "tier_limit": _("limit of the service tier"),
    "product_amount": _("largest loan of the product"),
}

METHODS: Final[dict[str, Promise]] = {
    "level": _("equal instalments"),
    "equal_principal": _("equal parts of principal"),
    "interest_first": _("interest first, principal at the end"),
    "bullet": _("all at the end"),
}
