"""Addresses of the portal that are open to everybody."""

from django.urls import path

from xindai.portal.calculator import views

urlpatterns = [
    path("", views.page, name="calculator"),
    path("schedule.csv", views.schedule_file, name="calculator-file"),
]
