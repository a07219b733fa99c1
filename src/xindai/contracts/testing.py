"""Approved applications and contracts on their way, for tests."""

from datetime import date

from xindai.applications.models import Application
from xindai.applications.testing import answered
from xindai.collateral.models import Asset
from xindai.collateral.services import record_asset
from xindai.contracts import services
from xindai.contracts.models import Contract
from xindai.offers.need import Need
from xindai.offers.testing import CONSUMER, Scene
from xindai.products.testing import ON
from xindai.underwriting.services import decide_automatically


def approved(scene: Scene, need: Need = CONSUMER, on: date = ON) -> Application:
    """An application that the rules have approved."""
    application = answered(scene, need, on=on)
    decide_automatically(scene.officer, application_no=application.no, on=on)
    application.refresh_from_db()
    return application


def drawn_up(scene: Scene, need: Need = CONSUMER, on: date = ON) -> Contract:
    """A contract whose conditions are open."""
    application = approved(scene, need, on)
    return services.draw_up(scene.officer, application_no=application.no, disburse_on=on, on=on)


def ready_to_pay(scene: Scene, need: Need = CONSUMER, on: date = ON) -> Contract:
    """A signed contract without open conditions."""
    contract = drawn_up(scene, need, on)
    evidence = {condition["code"]: "seen" for condition in contract.conditions}
    services.satisfy_conditions(scene.officer, contract_no=contract.no, evidence=evidence, on=on)
    return services.sign(scene.officer, contract_no=contract.no, on=on)


def vehicle(scene: Scene, owner_no: str, value_minor: int = 20_000_00) -> Asset:
    """A car of a customer."""
    return record_asset(
        scene.officer,
        owner_no=owner_no,
        branch_id=scene.branch.pk,
        kind="vehicle",
        description="car",
        value_minor=value_minor,
        currency="CNY",
        valued_on=ON,
        valuer="dealer",
    )
