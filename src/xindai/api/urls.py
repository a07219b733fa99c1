"""Addresses of the interface."""

from django.urls import path

from xindai.api import docs
from xindai.api.v1 import api

urlpatterns = [path("v1/docs", docs.page, name="interface"), path("v1/", api.urls)]
