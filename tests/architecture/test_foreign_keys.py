"""Foreign keys of the product's models, and of models that were planted to break the rule."""

from typing import Any

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture import foreign_keys
from tests.architecture.source import Source, floors, product, told

FLOORS = {"customers": 1, "collateral": 1, "servicing": 2}


def test_every_foreign_key_across_apps_points_down_and_leaves_no_way_back() -> None:
    found = foreign_keys.directions(apps.get_models(), floors())
    assert not found, told(found)


def test_no_model_names_another_apps_model_by_its_class() -> None:
    found = [finding for source in product() for finding in foreign_keys.classes(source)]
    assert not found, told(found)


def test_the_floors_are_those_of_the_import_contract() -> None:
    assert floors()["loanmath"] < floors()["kernel"] < floors()["ledger"] < floors()["servicing"] < floors()["config"]
    assert floors()["customers"] == floors()["payments"]
    assert {label for label in floors() if apps.is_installed(f"xindai.{label}")} == floors().keys() - {
        "loanmath",
        "config",
    }


@isolate_apps("xindai.customers", "xindai.collateral", "xindai.servicing")
def test_keys_upwards_sideways_and_with_a_way_back_are_found() -> None:
    planted = [
        _model("servicing", "Loan"),
        _model("collateral", "Asset"),
        _model(
            "customers",
            "Customer",
            loan=models.ForeignKey("servicing.Loan", models.PROTECT, related_name="+"),
            assets=models.ManyToManyField("collateral.Asset", related_name="+"),
        ),
        _model(
            "servicing",
            "Payer",
            customer=models.ForeignKey("customers.Customer", models.PROTECT),
            named=models.OneToOneField("customers.Customer", models.PROTECT, related_name="payer"),
        ),
    ]

    found = [str(finding) for finding in foreign_keys.directions(planted, FLOORS)]

    assert [line.partition(";")[0] for line in found] == [
        "model customers.Customer:1: loan points from customers to servicing, which is no floor below",
        "model customers.Customer:1: assets points from customers to collateral, which is no floor below",
        "model servicing.Payer:1: customer gives customers a way back to servicing",
        "model servicing.Payer:1: named gives customers a way back to servicing",
    ]


@isolate_apps("xindai.customers", "xindai.servicing")
def test_hidden_keys_down_and_open_keys_at_home_are_free() -> None:
    planted = [
        _model("customers", "Customer"),
        _model(
            "servicing",
            "Loan",
            customer=models.ForeignKey("customers.Customer", models.PROTECT, related_name="+"),
            renews=models.ForeignKey("self", models.PROTECT, null=True, related_name="renewals"),
        ),
    ]

    assert foreign_keys.directions(planted, FLOORS) == []


def test_a_class_of_another_app_is_found_and_one_of_the_own_app_is_not() -> None:
    planted = Source(
        "xindai/servicing/models.py",
        "from django.db import models\n"
        "from xindai.customers.models import Customer\n"
        "class Loan(models.Model):\n"
        "    customer = models.ForeignKey(Customer, models.PROTECT)\n"
        "    payer = models.OneToOneField(to=Customer, on_delete=models.PROTECT)\n"
        "    branch = models.ForeignKey('identity.Branch', models.PROTECT)\n"
        "class Day(models.Model):\n"
        "    loan = models.ForeignKey(Loan, models.CASCADE)\n",
    )

    assert [finding.line for finding in foreign_keys.classes(planted)] == [4, 5]


def _model(app: str, name: str, **fields: "models.Field[Any, Any]") -> type[models.Model]:
    meta = type("Meta", (), {"app_label": app})
    return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
