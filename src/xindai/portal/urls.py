"""Addresses of the portal."""

from django.urls import path

from xindai.portal import views

urlpatterns = [
    path("", views.home, name="my"),
    path("loans/<str:no>/", views.loan, name="my-loan"),
]
