"""How Django finds contracts."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """Contracts: terms frozen from the decision, clauses, conditions precedent, signing."""

    name = "xindai.contracts"
    label = "contracts"
