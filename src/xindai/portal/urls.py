"""Addresses of the portal."""

from django.urls import path

from xindai.portal import views
from xindai.portal.door import views as door

urlpatterns = [
    path("", views.home, name="my"),
    path("sign-in/", door.ask, name="my-sign-in"),
    path("sign-in/code/", door.enter, name="my-code"),
    path("security/", door.security, name="my-security"),
    path("security/end/", door.end, name="my-session-end"),
    path("loans/<str:no>/", views.loan, name="my-loan"),
]
