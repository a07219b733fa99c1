"""How Django finds the calculator."""

from django.apps import AppConfig


class CalculatorConfig(AppConfig):
    """Calculator: what a loan would cost, before anybody has asked for one; it keeps nothing."""

    name = "xindai.calculator"
    label = "calculator"
