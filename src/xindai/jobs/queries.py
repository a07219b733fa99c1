"""What has been run."""

from datetime import date

from django.db.models import QuerySet

from xindai.jobs.models import EodRun


def runs(on: date) -> QuerySet[EodRun]:
    """The parts of a business date that are closed, by their number."""
    return EodRun.objects.filter(business_date=on).order_by("part")
