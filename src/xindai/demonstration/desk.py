"""What people at the bank do about applications: decide what was referred, contract and pay what was approved."""

from datetime import date, datetime

from xindai.applications.models import Application, State
from xindai.collateral import services as collateral
from xindai.contracts import services as contracts
from xindai.contracts.conditions import LIEN, open_codes
from xindai.contracts.models import Contract
from xindai.demonstration.bank import Bank
from xindai.demonstration.models import Arrival
from xindai.identity import queries as identity
from xindai.kernel import clock
from xindai.kernel.transactions import together
from xindai.payments import services as payments
from xindai.servicing import services as servicing
from xindai.servicing.models import Loan
from xindai.underwriting import queries as decisions
from xindai.underwriting import services as underwriting
from xindai.underwriting.services import CHECK_KIND as CREDIT_DECISION

APPROVED_BY_PEOPLE_PPM = {"high": 850_000, "medium": 500_000, "low": 150_000}
"""How often people approve what the rules leave to them, by credit rating."""

WORDS = {
    "approve": "经核实资料，还款来源可靠，同意。",
    "refuse": "经核实资料，还款来源不足，不同意。",
}
CONFIRMED = "同意经办意见。"

DECISION_TIME_PPM = (250_000, 1_050_000)
"""How much of the promised time people take for a decision; now and then a promise is missed."""

RECOMMENDED_AFTER_PPM = 600_000
CONCLUSION_MINUTES = (60, 1_200)
ACCOUNT_PREFIX = "622200"


def decide_referred(bank: Bank, until: datetime) -> None:
    """Recommend and confirm what was referred and whose time has come."""
    for arrival in _arrivals(State.REFERRED):
        application = _application(arrival)
        confirmed_at = _confirmed_at(bank, arrival.key, application)
        recommended_at = _recommended_at(bank, arrival.key, application)
        if recommended_at <= until and identity.waiting_check(CREDIT_DECISION, application.no) is None:
            with clock.simulated(recommended_at):
                _recommend(bank, arrival.key, application)
        if confirmed_at <= until:
            with clock.simulated(confirmed_at):
                _confirm(bank, application)


def conclude_approved(bank: Bank, until: datetime) -> None:
    """Contract and pay out what was approved and whose time has come."""
    paid = []
    for arrival in _arrivals(State.APPROVED):
        application = _application(arrival)
        assert application.decided_at is not None
        minutes = bank.chance.between(*CONCLUSION_MINUTES, "conclusion", arrival.key)
        concluded_at = bank.hours.after(application.decided_at, minutes)
        if concluded_at <= until:
            with clock.simulated(max(concluded_at, application.decided_at)):
                paid.append(_conclude(bank, arrival.key, application))
    bank.borrowers.add(paid)


def _arrivals(state: State) -> list[Arrival]:
    rows = Arrival.objects.filter(application__state=state).select_related("application__offer")
    return list(rows.order_by("arrives_at", "key"))


def _application(arrival: Arrival) -> Application:
    assert arrival.application is not None
    return arrival.application


def _decision_minutes(bank: Bank, key: str, application: Application) -> int:
    assert application.offer is not None
    taken_ppm = bank.chance.between(*DECISION_TIME_PPM, "decision time", key)
    return application.offer.promised_hours * 60 * taken_ppm // 1_000_000


def _confirmed_at(bank: Bank, key: str, application: Application) -> datetime:
    assert application.submitted_at is not None
    return bank.hours.after(application.submitted_at, _decision_minutes(bank, key, application))


def _recommended_at(bank: Bank, key: str, application: Application) -> datetime:
    assert application.submitted_at is not None
    minutes = _decision_minutes(bank, key, application) * RECOMMENDED_AFTER_PPM // 1_000_000
    return bank.hours.after(application.submitted_at, minutes)


def _recommend(bank: Bank, key: str, application: Application) -> None:
    assert application.offer is not None
    automatic = decisions.latest(application.pk)
    assert automatic is not None
    share_ppm = APPROVED_BY_PEOPLE_PPM[application.offer.standing["rating"]]
    is_approved = application.offer.amount_minor > 0 and bank.chance.happens(share_ppm, "people", key)
    outcome = "approve" if is_approved else "refuse"
    underwriting.recommend(
        bank.staff.officer(application.branch_id),
        application_no=application.no,
        outcome=outcome,
        reason_codes=automatic.reason_codes,
        words=WORDS[outcome],
        on=clock.today(),
    )


def _confirm(bank: Bank, application: Application) -> None:
    check = identity.waiting_check(CREDIT_DECISION, application.no)
    assert check is not None
    approver = bank.staff.checker(CREDIT_DECISION, application.branch_id, check.amount_minor)
    underwriting.confirm(approver, check_id=check.pk, approve=True, reason=CONFIRMED, on=clock.today())


@together()
def _conclude(bank: Bank, key: str, application: Application) -> Loan:
    """Contract, conditions, signature, disbursement by two people, and the mandate, as one act."""
    on = clock.today()
    officer = bank.staff.officer(application.branch_id)
    contract = contracts.draw_up(officer, application_no=application.no, disburse_on=on, on=on)
    _fulfil(bank, contract, on)
    contracts.sign(officer, contract_no=contract.no, on=on)
    check = servicing.request_disbursement(officer, contract_no=contract.no, on=on)
    payer = bank.staff.checker("disbursement", application.branch_id, contract.principal_minor)
    loan = servicing.disburse(payer, check_id=check.pk, on=on)
    payments.give_mandate(
        officer,
        loan_no=loan.no,
        branch_id=loan.branch_id,
        currency=loan.currency,
        subject_id=str(loan.customer.subject_id),
        account=f"{ACCOUNT_PREFIX}{bank.chance.below(10**13, 'account', key):013d}",
        given_on=on,
    )
    return loan


def _fulfil(bank: Bank, contract: Contract, on: date) -> None:
    """Bring evidence for every condition; the lien is entered in the register first."""
    officer = bank.staff.officer(contract.branch_id)
    codes = open_codes(contract.conditions)
    if not codes:
        return
    if LIEN in codes and contract.asset_id is not None:
        collateral.register_lien(
            officer,
            asset_id=contract.asset_id,
            contract_no=contract.no,
            registry_reference=f"DEMO-{contract.no}",
            registered_on=on,
        )
    evidence = {code: f"DEMO-{contract.no}-{number}" for number, code in enumerate(codes, start=1)}
    contracts.satisfy_conditions(officer, contract_no=contract.no, evidence=evidence, on=on)
