"""Documents as a Django app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Files handed in with an application."""

    name = "xindai.documents"
    label = "documents"
