"""Registers the customers with Django."""

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Customers and their facts."""

    name = "xindai.customers"
    label = "customers"
