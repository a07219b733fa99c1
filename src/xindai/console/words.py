"""Words for codes that the floors below store: facts, price steps, methods, documents and the like.

A code without a word is shown as it is: new policy must not break a page.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PRICE_STEPS: Final[dict[str, Promise]] = {
    "base_rate": _("Base rate"),
    "operating_cost": _("Cost of the loan"),
    "rating_premium": _("Premium for the credit rating"),
    "risk_premium": _("Premium for the risk level"),
    "collateral_discount": _("Discount for full security"),
    "tier_adjustment": _("Adjustment of the service tier"),
    "floor": _("Held to the lender's floor"),
    "rounding": _("Rounded up to the price step"),
    "cap": _("Held to the lender's cap"),
    "lawful_floor": _("Held to the lawful floor"),
}

METHODS: Final[dict[str, Promise]] = {
    "level": _("Level instalments"),
    "equal_principal": _("Equal principal"),
    "interest_first": _("Interest first, principal at the end"),
    "bullet": _("Principal and interest at the end"),
}

DAY_COUNTS: Final[dict[str, Promise]] = {
    "30E/360": _("30-day months, 360-day year"),
    "act/360": _("Actual days, 360-day year"),
    "act/364": _("Actual days, 364-day year"),
    "act/365F": _("Actual days, 365-day year"),
    "act/365.25": _("Actual days, year of 365.25 days"),
    "act/act ISDA": _("Actual days over the days of each year"),
    "act/act 31 December": _("Actual days over the days of each year, 31 December with the next"),
    "act/year of disbursement": _("Actual days over the days of the year of disbursement"),
    "30/360": _("30-day months by the bond rule, 360-day year"),
    "30/360 US": _("30-day months by the US rule, 360-day year"),
    "30E/360 ISDA": _("30-day months, the last of February too, 360-day year"),
    "act/365A": _("Actual days, 366 where the period has a 29 February"),
    "act/365L": _("Actual days, 366 where the period ends in a leap year"),
    "NL/365": _("Actual days without 29 February, 365-day year"),
}

ROUNDINGS: Final[dict[str, Promise]] = {
    "half_up": _("Half up to the cent"),
    "half_even": _("Half to even to the cent"),
    "down": _("Down to the cent"),
}

DOCUMENTS: Final[dict[str, Promise]] = {
    "identity": _("Proof of identity"),
    "purpose_statement": _("Statement of purpose"),
    "income_evidence": _("Evidence of income"),
    "bank_statements": _("Bank statements"),
    "financial_statements": _("Financial statements"),
    "tax_returns": _("Tax returns"),
    "purchase_contract": _("Purchase contract"),
    "vehicle_registration": _("Vehicle registration"),
    "property_certificate": _("Property certificate"),
    "valuation_report": _("Valuation report"),
}

SOURCES: Final[dict[str, Promise]] = {
    "declared": _("Declared by the customer"),
    "application": _("Application"),
    "derived": _("Derived"),
    "synthetic": _("Synthetic"),
    "registry": _("Public registry"),
    "lender_file": _("Lender's file"),
    "dataset": _("Data set"),
    "file": _("From a file"),
    "online": _("Stated online"),
    "upload": _("From an upload"),
}

ASSETS: Final[dict[str, Promise]] = {
    "vehicle": _("Vehicle"),
    "real_estate": _("Real estate"),
    "equipment": _("Equipment"),
    "deposit": _("Deposit"),
}
"""What secures loans."""

DIMENSIONS: Final[dict[str, Promise]] = {
    "kind": _("Kind of customer"),
    "rating": _("Credit rating"),
    "industry": _("Industry"),
    "risk_level": _("Risk level"),
    "size": _("Size"),
    "tier": _("Service tier"),
}

CHANNELS: Final[dict[str, Promise]] = {
    "check": _("After a check"),
    "branch": _("Branch"),
    "online": _("Online"),
    "file": _("From a file"),
    "mandate": _("Direct debit"),
    "single_payment": _("Single payment"),
    "counter": _("Counter"),
    "transfer": _("Bank transfer"),
    "demonstration": _("Demonstration channel"),
}

OCCASIONS: Final[dict[str, Promise]] = {
    "application": _("Application"),
    "new_facts": _("New facts"),
    "behaviour": _("Payment behaviour"),
    "policy": _("Change of policy"),
}

POSTING_KINDS: Final[dict[str, Promise]] = {
    "disburse": _("Disbursement"),
    "disbursement": _("Disbursement"),
    "repay": _("Repayment"),
    "repayment": _("Repayment"),
    "prepay": _("Early repayment of principal"),
    "settle": _("Early settlement"),
    "write_off": _("Write-off"),
    "recover": _("Recovery"),
    "reverse": _("Reversal"),
    "suspense": _("Money in suspense"),
    "end_of_day": _("End of day"),
}

MESSAGE_CHANNELS: Final[dict[str, Promise]] = {"sms": _("Text message"), "mail": _("Mail")}

CONTACT_CHANNELS: Final[dict[str, Promise]] = {
    "message": _("message"),
    "call": _("telephone call"),
    "letter": _("letter"),
    "visit": _("visit"),
    "court": _("court"),
}

SECTIONS: Final[dict[str, Promise]] = {
    "rating": _("Points of the credit rating"),
    "rating_company": _("Points of companies"),
    "rating_report": _("Performance of the points table"),
    "rating_bands": _("Bands of the credit rating"),
    "industry": _("Industries"),
    "size": _("Size of companies"),
    "risk": _("Risk level"),
    "tiers": _("Service tiers"),
    "packages": _("Service packages"),
    "pricing": _("Pricing"),
    "underwriting": _("Underwriting"),
    "legal": _("Legal limits"),
    "five_tier": _("Five-tier classification"),
    "provisioning": _("Provisions"),
    "collections": _("Collections"),
    "penalty": _("Penalty interest"),
    "annual_rate": _("Annual rate"),
    "calendar": _("Calendar"),
    "write_off": _("Write-off"),
    "facts": _("Facts"),
    "decision_reasons": _("Reasons of decisions"),
    "units": _("Units"),
    "protected": _("Protected attributes"),
    "work": _("Work within the house"),
    "webhooks": _("Webhooks"),
}

CLAUSES: Final[dict[str, Promise]] = {
    "parties": _("Parties"),
    "amount_and_purpose": _("Amount and purpose"),
    "term_and_repayment": _("Term and repayment"),
    "rate_and_annual_rate": _("Rate and annual rate"),
    "penalty_interest": _("Penalty interest"),
    "early_repayment": _("Early repayment"),
    "allocation_of_payments": _("Order of allocation"),
    "data_protection": _("Data protection"),
    "governing_law": _("Governing law"),
    "collateral": _("Collateral"),
    "entrusted_payment": _("Entrusted payment"),
}

STEP_OUTCOMES: Final[dict[str, Promise]] = {
    "reached": _("Debtor reached"),
    "not_reached": _("Debtor not reached"),
    "promised": _("Promised to pay"),
    "refused": _("Refused to pay"),
    "delivered": _("Delivered"),
    "undeliverable": _("Undeliverable"),
    "filed": _("Filed"),
    "overtaken": _("No longer needed"),
}

WORK: Final[dict[str, Promise]] = {
    "application.complete": _("Complete the application"),
    "application.offer": _("Make the offer"),
    "application.decide": _("Let the rules decide"),
    "application.recommend": _("Recommend a decision"),
    "application.draw_up": _("Draw up the contract"),
    "contract.sign": _("Note the signatures"),
    "contract.conditions": _("Close open conditions"),
    "contract.disburse": _("Ask for disbursement"),
    "check.credit_decision": _("Decide on the recommendation"),
    "check.disbursement": _("Check the disbursement"),
    "check.write_off": _("Decide on the write-off"),
    "collection.step": _("Take the collection step"),
    "enquiry.answer": _("Answer the customer's question"),
    "receipt.suspense": _("Say what the receipt is for"),
    "day.close": _("Bring the end of day to its end"),
    "event.failed": _("Mend an event that was given up"),
    "endpoint.disabled": _("Look at an endpoint that was disabled"),
}
"""Kinds of work: verb and object, as the button says that leads there."""

STAGES: Final[dict[str, Promise]] = {
    "application": _("Application"),
    "contract": _("Contract"),
    "check": _("Check"),
    "collection": _("Collection"),
    "customers": _("Customers"),
    "books": _("Books"),
    "machines": _("Machines"),
}

TURNS: Final[dict[str, Promise]] = {"customer": _("the customer")}
"""Who acts while the clock stands still."""

WORK_ACTS: Final[dict[str, Promise]] = {
    "work.claim": _("taken"),
    "work.assign": _("given"),
    "work.release": _("given back"),
    "work.snooze": _("put off"),
    "work.wake": _("taken up again"),
}

CHECKS: Final[dict[str, Promise]] = {
    "credit_decision": _("Credit decision"),
    "disbursement": _("Disbursement"),
    "write_off": _("Write-off"),
}

BREAKS: Final[dict[str, Promise]] = {
    "content": _("The transaction is no longer what was written."),
    "chain": _("The transaction's seal does not follow from the one before it."),
    "day": _("The day's seal or its number of transactions does not agree."),
    "previous day": _("The day does not follow from the seal of the day before."),
}

TRAIL: Final[dict[str, Promise]] = {
    "insert": _("made"),
    "update": _("changed"),
    "delete": _("removed"),
}

JOBS: Final[dict[str, Promise]] = {
    "todo": _("waiting"),
    "doing": _("running"),
    "succeeded": _("done"),
    "failed": _("failed"),
    "cancelled": _("cancelled"),
    "aborting": _("being stopped"),
    "aborted": _("stopped"),
}
"""States of the workers' jobs."""

SUSPENSE: Final[dict[str, Promise]] = {
    "state_conflict": _("The loan has ended. Pay the money back, or record it as a recovery."),
}

CONDITIONS: Final[dict[str, Promise]] = {
    "lien_registered": _("Lien registered"),
    "entrusted_payment_payee": _("Payee of the entrusted payment"),
}

BOUNDS: Final[dict[str, Promise]] = {
    "product_amount": _("Largest amount of the product"),
    "forbidden_purpose": _("Forbidden purpose"),
    "collateral_value": _("Lawful share of the collateral's value"),
    "unsecured_cap": _("Lawful cap of unsecured loans"),
    "income_capacity": _("Capacity of the income"),
    "cash_flow_capacity": _("Capacity of the cash flow"),
    "working_capital_need": _("Need of working capital"),
    "tier_limit": _("Limit of the service tier"),
}

PARTS: Final[dict[str, Promise]] = {
    "above": _("above"),
    "and": _("and"),
    "at_least": _("at least"),
    "attributes": _("attributes"),
    "base_points": _("base points"),
    "below": _("below"),
    "bins": _("bins"),
    "channel": _("channel"),
    "code": _("code"),
    "codes": _("codes"),
    "cycle_days": _("days of the cycle"),
    "divisions": _("divisions"),
    "fact": _("fact"),
    "fitted_half": _("fitted half"),
    "fitted_half_bad": _("fitted half, bad"),
    "fitted_half_with_protected": _("fitted half, with protected attributes"),
    "group": _("group"),
    "is": _("is"),
    "is_date": _("is a date"),
    "is_money": _("is an amount"),
    "is_number": _("is a number"),
    "is_personal": _("is personal"),
    "is_share": _("is a share"),
    "label": _("label"),
    "longest_term_months": _("longest term in months"),
    "name": _("name"),
    "of": _("belongs to"),
    "overdue_days": _("days overdue"),
    "points": _("points"),
    "points_to_double_odds": _("points to double the odds"),
    "raise_to": _("raise to"),
    "rate_ppb": _("rate in parts per billion"),
    "rating": _("credit rating"),
    "read_by": _("read by"),
    "relationship_months_at_least": _("months as a customer, at least"),
    "risk_level": _("risk level"),
    "scale_points": _("points of the scale"),
    "seed": _("seed"),
    "text": _("text"),
    "tier": _("service tier"),
    "unseen_half": _("unseen half"),
    "unseen_half_bad": _("unseen half, bad"),
    "unseen_half_with_protected": _("unseen half, with protected attributes"),
    "up_to": _("up to"),
    "when": _("when"),
    "worst_to_best": _("from worst to best"),
}
"""Names of the parts of a policy's tables, as `policies.shapes` knows them."""

POLICY_VALUES: Final[dict[str, Promise]] = {
    "person": _("person"),
    "company": _("company"),
    "customer": _("customer"),
    "request": _("request"),
    "rating": _("credit rating"),
    "industry": _("industry"),
    "risk": _("risk level"),
    "size": _("size"),
    "tier": _("service tier"),
    "ethnicity": _("ethnicity"),
    "religion": _("religion"),
    "message": _("message"),
    "call": _("telephone call"),
    "letter": _("letter"),
    "visit": _("visit"),
    "court": _("court"),
    "branch": _("Branch"),
    "branch_or_online": _("branch or online"),
    "dedicated_officer": _("dedicated officer"),
    "penalty": _("penalty interest"),
    "interest": _("interest"),
    "principal": _("principal"),
    "fees": _("fees"),
    "normal": _("Normal"),
    "special_mention": _("Special mention"),
    "substandard": _("Substandard"),
    "doubtful": _("Doubtful"),
    "loss": _("Loss"),
    "sales_margin_growth_turnover": _("sales, margin, growth and turnover"),
    "monday": _("Monday"),
    "tuesday": _("Tuesday"),
    "wednesday": _("Wednesday"),
    "thursday": _("Thursday"),
    "friday": _("Friday"),
    "saturday": _("Saturday"),
    "sunday": _("Sunday"),
}
"""Values of a policy that the product itself knows; the pack names all others."""

EVENTS: Final[dict[str, Promise]] = {
    "application.decided": _("Application decided"),
    "application.submitted": _("Application handed in"),
    "application.withdrawn": _("Application withdrawn"),
    "classification.customer_reclassified": _("Customer classified anew"),
    "contract.signed": _("Contract signed"),
    "loan.closed": _("Loan closed"),
    "loan.cured": _("Arrears cured"),
    "loan.disbursed": _("Loan disbursed"),
    "loan.event_reversed": _("Booking reversed"),
    "loan.fell_overdue": _("Loan fell overdue"),
    "loan.reclassified": _("Loan classified anew"),
    "loan.recovery_recorded": _("Recovery recorded"),
    "loan.reopened": _("Loan opened again"),
    "loan.repayment_recorded": _("Repayment recorded"),
    "loan.written_off": _("Loan written off"),
}

DELIVERY_STATES: Final[dict[str, Promise]] = {
    "waiting": _("To be sent"),
    "delivered": _("Delivered"),
    "failed": _("Given up"),
}

DELIVERY_ERRORS: Final[dict[str, Promise]] = {
    "no_answer": _("no answer in time"),
    "not_allowed": _("the host is not allowed, or lies inside the house"),
    "refused": _("refused by the receiver"),
    "ended": _("the endpoint was ended"),
}

ENDPOINT_REASONS: Final[dict[str, Promise]] = {
    "failing": _("it had failed for too long"),
    "gone": _("it answered that it is gone"),
    "by_hand": _("somebody disabled it"),
}

UPLOAD_KINDS: Final[dict[str, Promise]] = {
    "persons": _("Natural persons"),
    "companies": _("Companies"),
    "applications": _("Applications"),
    "repayments": _("Repayments"),
}
"""What the rows of a file ask for."""

MAPS: Final[dict[str, dict[str, Promise]]] = {
    "price_step": PRICE_STEPS,
    "method": METHODS,
    "day_count": DAY_COUNTS,
    "rounding": ROUNDINGS,
    "asset": ASSETS,
    "document": DOCUMENTS,
    "source": SOURCES,
    "dimension": DIMENSIONS,
    "channel": CHANNELS,
    "occasion": OCCASIONS,
    "posting": POSTING_KINDS,
    "section": SECTIONS,
    "stage": STAGES,
    "job": JOBS,
    "trail": TRAIL,
    "turn": TURNS,
    "work": WORK,
    "work_act": WORK_ACTS,
    "step_outcome": STEP_OUTCOMES,
    "clause": CLAUSES,
    "check": CHECKS,
    "condition": CONDITIONS,
    "break": BREAKS,
    "suspense": SUSPENSE,
    "bound": BOUNDS,
    "message_channel": MESSAGE_CHANNELS,
    "contact": CONTACT_CHANNELS,
    "event": EVENTS,
    "delivery": DELIVERY_STATES,
    "delivery_error": DELIVERY_ERRORS,
    "endpoint_reason": ENDPOINT_REASONS,
    "upload_kind": UPLOAD_KINDS,
}


def word(kind: str, code: str) -> str | Promise:
    """Return the word for a code, or the code itself."""
    return MAPS[kind].get(code, code)
