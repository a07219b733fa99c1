"""Registers the policy packs with Django."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Policy packs, from draft to live."""

    name = "xindai.policies"
    label = "policies"
