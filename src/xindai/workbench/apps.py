"""How Django knows the app."""

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """What people of the lender note about their own work; the work itself is the state of the floors below."""

    name = "xindai.workbench"
    label = "workbench"
