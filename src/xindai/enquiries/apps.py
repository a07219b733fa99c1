"""Enquiries as a Django app."""

from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    """Questions of customers and their answers."""

    name = "xindai.enquiries"
    label = "enquiries"
