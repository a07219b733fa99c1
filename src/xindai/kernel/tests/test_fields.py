"""Money and rates are whole numbers of 64 bits; a currency is three capital letters."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, connection, models, transaction
from django.test.utils import isolate_apps
from django.utils import translation

from xindai.kernel.fields import AmountMinorField, CurrencyField, RatePpbField

LARGEST = 2**63 - 1

pytestmark = pytest.mark.django_db


@pytest.fixture
def prices(db: None) -> Iterator[type[models.Model]]:
    """A table with one column of each field."""
    with isolate_apps("xindai.kernel"):

        class Price(models.Model):
            amount_minor = AmountMinorField()
            rate_ppb = RatePpbField(default=0)
            currency = CurrencyField()

            class Meta:
                app_label = "kernel"

            def __str__(self) -> str:
                return f"{self.amount_minor} {self.currency}"

        with connection.schema_editor() as editor:
            editor.create_model(Price)
        yield Price


@pytest.mark.parametrize("amount", [0, 1, -1, LARGEST, -LARGEST - 1])
def test_the_whole_range_of_64_bits_comes_back_as_it_was(prices: type[models.Model], amount: int) -> None:
    row = prices._default_manager.create(amount_minor=amount, rate_ppb=amount)
    again = prices._default_manager.values("amount_minor", "rate_ppb", "currency").get(pk=row.pk)
    assert again == {"amount_minor": amount, "rate_ppb": amount, "currency": "CNY"}


def test_an_amount_beyond_64_bits_is_refused(prices: type[models.Model]) -> None:
    with pytest.raises(ValidationError):
        prices(amount_minor=LARGEST + 1).full_clean()
    with pytest.raises(DataError), transaction.atomic():
        prices._default_manager.create(amount_minor=LARGEST + 1)


@pytest.mark.parametrize("currency", ["cny", "CN", "C1Y", "CNY\n", "", "￥￥￥"])
def test_what_is_no_currency_code_is_refused_in_words(prices: type[models.Model], currency: str) -> None:
    with translation.override("en"), pytest.raises(ValidationError) as caught:
        prices(amount_minor=1, currency=currency).full_clean()
    assert set(caught.value.message_dict) == {"currency"}


@pytest.mark.parametrize("currency", ["CNY", "USD", "JPY"])
def test_a_currency_code_is_taken(prices: type[models.Model], currency: str) -> None:
    prices(amount_minor=1, currency=currency).full_clean()


def test_the_column_takes_no_longer_code(prices: type[models.Model]) -> None:
    with pytest.raises(DataError), transaction.atomic():
        prices._default_manager.create(amount_minor=1, currency="CNYX")


@pytest.mark.parametrize("field", [AmountMinorField(), RatePpbField(), CurrencyField(default="USD")])
def test_a_field_is_the_same_after_a_migration_has_written_it_down(field: "models.Field[int, int]") -> None:
    _name, _path, args, kwargs = field.deconstruct()
    again = type(field)(*args, **kwargs)
    assert again.deconstruct()[1:] == field.deconstruct()[1:]
    assert again.max_length == field.max_length
