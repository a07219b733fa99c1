"""Jobs as a Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs on top of the floors."""

    name = "xindai.jobs"
    label = "jobs"
