"""Addresses of the portal that are open to everybody."""

from django.urls import path

from xindai.portal.calculator import views as calculator
from xindai.portal.finder import views as finder

urlpatterns = [
    path("calculator/", calculator.page, name="calculator"),
    path("calculator/schedule.csv", calculator.schedule_file, name="calculator-file"),
    path("find/", finder.page, name="finder"),
    path("eligibility/", finder.eligibility, name="eligibility"),
]
