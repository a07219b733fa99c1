"""Collateral: recorded, valued, pledged once at a time, released."""

from datetime import date

import pytest

from xindai.collateral import queries, services
from xindai.collateral.models import Asset, Lien, Valuation
from xindai.identity.actors import Actor
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import actor, make_branch
from xindai.kernel.errors import InvalidInput, NotFound, StateConflict
from xindai.kernel.fields import LARGEST_AMOUNT_MINOR

pytestmark = pytest.mark.django_db
ON = date(2024, 7, 1)


@pytest.fixture
def branch() -> Branch:
    return make_branch()


@pytest.fixture
def officer(branch: Branch) -> Actor:
    return actor(Role.LOAN_OFFICER, branch)


def record(officer: Actor, branch: Branch, **change: object) -> Asset:
    given: dict[str, object] = {
        "owner_no": "CU24-000001-1",
        "branch_id": branch.pk,
        "kind": "vehicle",
        "description": "car",
        "value_minor": 20_000_00,
        "currency": "CNY",
        "valued_on": ON,
        "valuer": "dealer",
    }
    return services.record_asset(officer, **{**given, **change})  # type: ignore[arg-type]


def test_an_asset_is_recorded_with_its_first_valuation(officer: Actor, branch: Branch) -> None:
    asset = record(officer, branch)
    assert Valuation.objects.get(asset=asset).value_minor == 20_000_00


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "moon"}, "kind"),
        ({"value_minor": 0}, "value_minor"),
        ({"value_minor": LARGEST_AMOUNT_MINOR + 1}, "value_minor"),
        ({"description": "x" * 201}, "description"),
        ({"description": "a car\0"}, "description"),
        ({"currency": "EURO"}, "currency"),
        ({"currency": "eur"}, "currency"),
    ],
)
def test_a_wrong_asset_names_the_field_and_is_not_recorded(
    officer: Actor, branch: Branch, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        record(officer, branch, **change)
    assert raised.value.field == field
    assert not Asset.objects.exists()


def test_the_latest_valuation_counts_and_the_earlier_ones_stay(officer: Actor, branch: Branch) -> None:
    asset = record(officer, branch)
    valued = services.revalue(
        officer, asset_id=asset.pk, value_minor=18_000_00, valued_on=date(2024, 8, 1), valuer="expert"
    )
    assert valued.value_minor == 18_000_00
    assert Valuation.objects.filter(asset=asset).count() == 2
    with pytest.raises(InvalidInput) as raised:
        services.revalue(officer, asset_id=asset.pk, value_minor=1, valued_on=ON, valuer="expert")
    assert raised.value.field == "valued_on"


def test_an_asset_secures_one_contract_until_it_is_released(officer: Actor, branch: Branch) -> None:
    asset = record(officer, branch)

    def pledge(contract_no: str, reference: str = "R-1") -> Lien:
        return services.register_lien(
            officer,
            asset_id=asset.pk,
            contract_no=contract_no,
            registry_reference=reference,
            registered_on=ON,
        )

    assert pledge("CT-1").pk == pledge("CT-1").pk
    assert queries.has_lien(asset.pk, "CT-1")
    with pytest.raises(StateConflict):
        pledge("CT-2")
    services.release_lien(officer, contract_no="CT-1", released_on=ON)
    assert not queries.has_lien(asset.pk, "CT-1")
    pledge("CT-2")
    with pytest.raises(InvalidInput):
        pledge("CT-3", reference=" ")


def test_another_branch_cannot_touch_the_asset(officer: Actor, branch: Branch) -> None:
    asset = record(officer, branch)
    outsider = actor(Role.LOAN_OFFICER, make_branch("B02"))
    with pytest.raises(NotFound):
        services.register_lien(
            outsider, asset_id=asset.pk, contract_no="CT-1", registry_reference="R", registered_on=ON
        )
