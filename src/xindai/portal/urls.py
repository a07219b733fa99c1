"""Addresses of the portal."""

from django.urls import path

from xindai.portal import views
from xindai.portal.applying import agreeing, deciding, handing_in
from xindai.portal.applying import views as applying
from xindai.portal.asking import views as asking
from xindai.portal.door import views as door
from xindai.portal.papers import views as papers
from xindai.portal.paying import views as paying
from xindai.portal.self import consents, profile, standing, taking

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
    path("applications/<str:no>/decision/", deciding.decision, name="my-application-decision"),
    path("applications/<str:no>/documents/", handing_in.documents, name="my-application-documents"),
    path("documents/<uuid:key>/", handing_in.document, name="my-document"),
    path("questions/", asking.questions, name="my-questions"),
    path("profile/", profile.page, name="my-profile"),
    path("profile/mobile/", profile.mobile, name="my-mobile"),
    path("profile/mobile/code/", profile.code, name="my-mobile-code"),
    path("profile/class/", standing.page, name="my-class"),
    path("profile/consents/", consents.page, name="my-consents"),
    path("profile/export/", taking.page, name="my-export"),
    path("loans/<str:no>/", views.loan, name="my-loan"),
    path("loans/<str:no>/pay/", paying.pay, name="my-loan-pay"),
    path("loans/<str:no>/pay-off/", paying.pay_off, name="my-loan-pay-off"),
    path("loans/<str:no>/papers/", papers.page, name="my-loan-papers"),
    path("loans/<str:no>/statements/<str:month>.pdf", papers.statement, name="my-loan-statement"),
    path("loans/<str:no>/schedule.pdf", papers.schedule, name="my-loan-schedule"),
    path("payments/<uuid:key>/", paying.payment, name="my-payment"),
]
