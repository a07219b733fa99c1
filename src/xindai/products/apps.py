"""How Django finds products."""

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    """Products: versioned data that say what is lent, to whom and how."""

    name = "xindai.products"
    label = "products"
