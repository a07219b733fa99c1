"""Addresses of the portal."""

from django.urls import path

from xindai.portal import views
from xindai.portal.applying import agreeing
from xindai.portal.applying import views as applying
from xindai.portal.door import views as door
from xindai.portal.papers import views as papers
from xindai.portal.paying import views as paying

urlpatterns = [
    path("", views.home, name="my"),
    path("sign-in/", door.ask, name="my-sign-in"),
    path("sign-in/code/", door.enter, name="my-code"),
    path("security/", door.security, name="my-security"),
    path("security/end/", door.end, name="my-session-end"),
    path("applications/new/", applying.task_list, name="my-apply"),
    path("applications/new/check/", applying.check, name="my-apply-check"),
    path("applications/new/discard/", applying.discard, name="my-apply-discard"),
    path("applications/new/<slug:slug>/", applying.question, name="my-question"),
    path("applications/<str:no>/", applying.status, name="my-application"),
    path("applications/<str:no>/offer/", agreeing.offer, name="my-application-offer"),
    path("applications/<str:no>/contract/", agreeing.contract, name="my-contract"),
    path("applications/<str:no>/withdraw/", applying.withdraw, name="my-application-withdraw"),
    path("loans/<str:no>/", views.loan, name="my-loan"),
    path("loans/<str:no>/pay/", paying.pay, name="my-loan-pay"),
    path("loans/<str:no>/pay-off/", paying.pay_off, name="my-loan-pay-off"),
    path("loans/<str:no>/papers/", papers.page, name="my-loan-papers"),
    path("loans/<str:no>/statements/<str:month>.pdf", papers.statement, name="my-loan-statement"),
    path("loans/<str:no>/schedule.pdf", papers.schedule, name="my-loan-schedule"),
    path("payments/<uuid:key>/", paying.payment, name="my-payment"),
]
