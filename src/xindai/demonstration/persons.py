"""The 1,000 real applications of germancredit.csv, completed with people who do not exist.

Real, from the file: amount (1:1 as yuan), term, purpose, the answers of the form, age, and whether the loan
was repaid.  Derived from the file: disposable income and, for cars, nothing else.  Synthetic: name, identity
number, household, employer, income evidence, price of the car, repayment method.  No synthetic value reaches
the score.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from xindai.classification import sampling
from xindai.demonstration.chance import Chance
from xindai.demonstration.records import DERIVED, FILE, SYNTHETIC, ApplicationRecord, Outcome, Statement, Wish
from xindai.demonstration.synthetic_numbers import birth_date, resident_identity_number
from xindai.offers.annuity import level_instalment

SOURCE = "germancredit"
CURRENCY = "CNY"
MILLION = 1_000_000

REFERENCE_RATE_PPB = 100_000_000
"""10 % a year: at this rate the instalment is computed from which disposable income is derived.

The file tells the instalment only as a share of disposable income; its own rate is not known.
"""

BAND_MIDPOINT_PPM = {
    "below_20": 150_000,
    "from_20_below_25": 225_000,
    "from_25_below_35": 300_000,
    "from_35": 400_000,
}
"""Share of disposable income that the instalment takes: the middle of its band in the corrected reading.

The two open bands are closed as wide as their neighbours: below 20 % counts as 10 to 20 %, 35 % and more as
35 to 45 %.
"""

PRODUCT_OF_PURPOSE = {"car_new": "car", "car_used": "car", "business": "personal_business"}

MARITAL_STATUS = {
    "female_divorced_separated_married": "not_told_apart",
    "male_divorced_separated": "divorced_or_separated",
    "male_married_widowed": "married_or_widowed",
    "male_single": "single",
}

CAR_PRICE_TO_LOAN_PPM = {"car_new": (1_200_000, 1_700_000), "car_used": (1_350_000, 1_900_000)}

EMPLOYERS = ("机械厂", "商贸公司", "物流公司", "学校", "医院", "餐饮公司", "建筑公司", "软件公司")
NO_EMPLOYER = "unemployed"

METHODS = {
    "car": (("level", 8), ("equal_principal", 2)),
    "consumer": (("level", 9), ("equal_principal", 1)),
    "personal_business": (("level", 5), ("equal_principal", 2), ("interest_first", 3)),
}
SHORT_METHODS = (("level", 7), ("bullet", 3))
LONGEST_SHORT_MONTHS = 6


def records(arrivals: Mapping[str, date], chance: Chance) -> Iterator[ApplicationRecord]:
    """The applications whose keys have a day of arrival, in the file's order.

    Raises InvalidInput when the package that carries the file is not installed.
    """
    for case in sampling.cases():
        key = key_of(case.number)
        if key in arrivals:
            yield record(case, arrivals[key], chance)


def key_of(number: int) -> str:
    """The name of a row of the file within the bank."""
    return f"{SOURCE}/{number:04d}"


def record(case: sampling.Case, arrives_on: date, chance: Chance) -> ApplicationRecord:
    """One row of the file as a complete application."""
    key = key_of(case.number)
    is_male = case.protected["personal_status_sex"].startswith("male")
    born_on = birth_date(case.protected["age_years"], arrives_on, chance, key)
    return ApplicationRecord(
        key=key,
        kind="person",
        name=f"演示{'甲' if is_male else '乙'}{case.number:04d}",
        identity_number=resident_identity_number(born_on, is_male=is_male, chance=chance, names=(key,)),
        wish=_wish(case, chance),
        facts=_from_file(case) | _derived(case) | _synthetic(case, chance),
        request_facts={"instalment_rate_band": Statement(case.request["instalment_rate_band"], FILE)},
        outcome=Outcome(is_bad=case.is_bad, was_fitted_on=not case.is_unseen),
        arrives_on=arrives_on,
    )


def _wish(case: sampling.Case, chance: Chance) -> Wish:
    purpose = case.request["purpose"]
    product_code = PRODUCT_OF_PURPOSE.get(purpose, "consumer")
    return Wish(
        product_code=product_code,
        amount_minor=case.request["amount_minor"],
        currency=CURRENCY,
        term_months=case.request["term_months"],
        purpose=purpose,
        purpose_statement="演示用途说明",
        method=_method(case, product_code, chance),
        collateral_value_minor=_car_price_minor(case, purpose, chance),
    )


def _method(case: sampling.Case, product_code: str, chance: Chance) -> str:
    """Most people take level instalments; some short loans are repaid in one sum."""
    is_short = case.request["term_months"] <= LONGEST_SHORT_MONTHS and product_code != "car"
    weights = SHORT_METHODS if is_short else METHODS[product_code]
    return chance.by_weight(weights, "method", case.number)


def _car_price_minor(case: sampling.Case, purpose: str, chance: Chance) -> int:
    """The price of the car that the loan buys, in whole yuan; 0 for other purposes."""
    if purpose not in CAR_PRICE_TO_LOAN_PPM:
        return 0
    multiple_ppm = chance.between(*CAR_PRICE_TO_LOAN_PPM[purpose], "car price", case.number)
    price_minor: int = case.request["amount_minor"] * multiple_ppm // MILLION
    return price_minor // sampling.MINOR_PER_UNIT * sampling.MINOR_PER_UNIT


def _from_file(case: sampling.Case) -> dict[str, Statement]:
    protected = {name: value for name, value in case.protected.items() if name != "age_years"}
    return {name: Statement(value, FILE) for name, value in {**case.person, **protected}.items()}


def _derived(case: sampling.Case) -> dict[str, Statement]:
    status = case.protected["personal_status_sex"]
    return {
        "disposable_income_minor": Statement(disposable_income_minor(case.request), DERIVED),
        "marital_status": Statement(MARITAL_STATUS[status], DERIVED),
    }


def disposable_income_minor(request: Mapping[str, Any]) -> int:
    """Monthly disposable income: the instalment at the reference rate over the middle of its rate band."""
    instalment_minor = level_instalment(request["amount_minor"], REFERENCE_RATE_PPB, request["term_months"])
    income_minor: int = instalment_minor * MILLION // BAND_MIDPOINT_PPM[request["instalment_rate_band"]]
    return income_minor


def _synthetic(case: sampling.Case, chance: Chance) -> dict[str, Statement]:
    has_work = case.person["employment_since_band"] != NO_EMPLOYER
    many = case.protected["dependants"] == "three_or_more"
    made_up = {
        "household_size": chance.between(4, 6, "household", case.number)
        if many
        else chance.between(1, 3, "household", case.number),
        "employer": f"演示{chance.one_of(EMPLOYERS, 'employer', case.number)}" if has_work else "",
        "income_evidence": "payslips" if has_work else "bank_statements",
    }
    return {name: Statement(value, SYNTHETIC) for name, value in made_up.items()}
