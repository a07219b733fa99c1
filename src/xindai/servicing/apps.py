"""Loan accounts as a Django app."""

from django.apps import AppConfig


class ServicingConfig(AppConfig):
    """Loan accounts."""

    name = "xindai.servicing"
    label = "servicing"
