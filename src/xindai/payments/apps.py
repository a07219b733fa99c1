"""Payments as a Django app."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Mandates, debit orders and receipts."""

    name = "xindai.payments"
    label = "payments"
