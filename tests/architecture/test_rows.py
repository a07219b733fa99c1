"""Every row of business has its trail, its version and its currency."""

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.architecture import rows
from tests.architecture.source import floors, told
from xindai.kernel.fields import AmountMinorField, CurrencyField, RatePpbField


def test_every_change_of_a_row_leaves_a_trail() -> None:
    found = rows.without_trail(apps.get_models(), floors())
    assert not found, told(found)


def test_every_row_that_people_change_has_a_version() -> None:
    found = rows.without_version(apps.get_models(), floors())
    assert not found, told(found)


def test_every_amount_has_its_currency_and_is_kept_as_money() -> None:
    found = rows.loose_money(apps.get_models(), floors())
    assert not found, told(found)


def test_without_exceptions_just_the_excepted_models_are_found() -> None:
    checks = {
        rows.without_trail: rows.WITHOUT_TRAIL,
        rows.without_version: rows.WITHOUT_VERSION,
        rows.loose_money: rows.WITHOUT_CURRENCY,
    }
    for check, exceptions in checks.items():
        found = {finding.path.removeprefix("model ") for finding in check(apps.get_models(), floors(), ())}
        assert found == exceptions.keys()


@isolate_apps("xindai.servicing")
def test_a_plain_row_with_loose_money_is_found_on_every_count() -> None:
    planted = _model(fee_minor=models.IntegerField(), rate_ppb=models.BigIntegerField(), paid_minor=AmountMinorField())

    assert [one.what for one in rows.without_trail([planted], {"servicing"})] == ["changes leave no trail"]
    assert [one.what for one in rows.without_version([planted], {"servicing"})] == [
        "a change may overwrite another unseen"
    ]
    assert [one.what for one in rows.loose_money([planted], {"servicing"})] == [
        "amounts have no currency",
        "fee_minor is a IntegerField",
        "rate_ppb is a BigIntegerField",
    ]


@isolate_apps("xindai.servicing")
def test_money_with_its_currency_is_free_also_where_the_owner_has_it() -> None:
    loan = _model("Loan", currency=CurrencyField(), rate_ppb=RatePpbField(), paid_minor=AmountMinorField())
    event = _model("Event", loan=models.ForeignKey("servicing.Loan", models.PROTECT), paid_minor=AmountMinorField())

    assert rows.loose_money([loan, event], {"servicing"}) == []


def _model(name: str = "Planted", **fields: "models.Field[object, object]") -> type[models.Model]:
    meta = type("Meta", (), {"app_label": "servicing"})
    return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})
