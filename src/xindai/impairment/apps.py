"""Impairment as a Django app."""

from django.apps import AppConfig


class ImpairmentConfig(AppConfig):
    """Class, provision and write-off; its figures stand in servicing's days, its decisions in identity's checks."""

    name = "xindai.impairment"
    label = "impairment"
