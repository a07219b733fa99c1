"""How Django knows the app."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Events told to other machines: their endpoints, what was sent to each, and what they answered."""

    name = "xindai.webhooks"
    label = "webhooks"
