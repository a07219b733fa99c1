"""Expected losses, provisioning, an impaired loan's journal: worked cases of public sources."""

from fractions import Fraction

from loanmath.credit_losses import ImpairedLoan, expected_loss, roll_rates
from loanmath.tests.published import needed
from tests.golden.test_shared_cases import WORKED, minor

pytestmark = needed


def test_the_loss_of_twelve_months() -> None:
    words = WORKED["IFRS-IE8"]["inputs"]
    found = expected_loss(minor(words["gca"]), Fraction(words["pd12"]), Fraction(words["lgd"]))
    assert found == minor(WORKED["IFRS-IE8"]["expected"]["ecl"])


def test_the_loss_rates_of_two_groups() -> None:
    words, expected = WORKED["IFRS-IE9"]["inputs"], WORKED["IFRS-IE9"]["expected"]
    for group in ("X", "Y"):
        exposure, lost = minor(words[group]["gca"]), minor(words[group]["pv_loss"])
        lent, _ = roll_rates((exposure, lost))
        assert lent == Fraction(expected[f"{group}_rate"])
        assert expected_loss(exposure, lent) == lost


def test_a_provision_matrix() -> None:
    rows = WORKED["IFRS-IE12"]["inputs"]["rows"]
    found = sum(expected_loss(minor(balance), Fraction(rate)) for balance, rate in rows)
    assert found == minor(WORKED["IFRS-IE12"]["expected"]["total"])


def test_a_provision_matrix_by_what_rolled_on() -> None:
    """The source rounds each allowance to a whole unit."""
    words, expected = WORKED["ECL-PM-1"]["inputs"], WORKED["ECL-PM-1"]["expected"]
    stages = ("not_overdue", "b1_30", "b31_60", "b61_90", "lost")
    rates = roll_rates([words[stage] for stage in stages])
    found = [expected_loss(balance, rate) for balance, rate in zip(words["balances"], rates, strict=True)]
    assert (found, sum(found)) == (expected["allowance"], expected["total"])


def test_the_journal_of_an_impaired_loan() -> None:
    """The source rounds to 0.01 万元 each quarter, which is its minor unit here."""
    words, expected = WORKED["JRN-1"]["inputs"], WORKED["JRN-1"]["expected"]
    quarter = Fraction(words["rate"]) / 4
    loan = ImpairedLoan(minor(words["loan"]), minor(words["impairment_2007_12_31"]))
    assert loan.carrying_minor == minor(expected["amortised_cost_after_impairment"])
    loan = loan.accrued(quarter).paid(minor(words["cash_2008_03_31"]))
    assert loan.carrying_minor == minor(expected["ac_2008_03_31"])
    for end, carried in (("06_30", "ac_06_30"), ("09_30", "ac_09_30"), ("12_31", "ac_before")):
        assert loan.interest_minor(quarter) == minor(expected[f"int_{end}"])
        loan = loan.accrued(quarter)
        assert loan.carrying_minor == minor(expected[carried])
    before, loan = loan, loan.remeasured(minor(words["pv_2008_12_31"]))
    assert loan.allowance_minor - before.allowance_minor == minor(expected["impairment"])
    assert loan.allowance_minor == minor(expected["allowance_released"])
    assert loan.gross_minor == minor(expected["impaired_loan_gross"])
    assert loan.gain_minor(minor(words["recovered_2009_01"])) == minor(expected["gain"])
