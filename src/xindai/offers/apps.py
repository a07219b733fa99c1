"""How Django finds offers."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    """Offers: class x product x policy gives price, limit, documents and promised time."""

    name = "xindai.offers"
    label = "offers"
