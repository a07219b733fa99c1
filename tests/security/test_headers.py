"""What browsers are told: nothing from elsewhere, nothing kept, nothing framed."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.outsiders.conftest import Staffed
from xindai.identity.roles import Role
from xindai.identity.testing import PASSWORD

pytestmark = pytest.mark.django_db

SCRIPT = re.compile(r"<script\b[^>]*>")
NONCE = re.compile(r"'nonce-([^']+)'")
PAGES = [
    "home",
    "results",
    "customers",
    "applications",
    "loans",
    "checks",
    "collections",
    "trial-balance",
    "end-of-day",
]


def policy_of(header: str) -> dict[str, list[str]]:
    parts = (part.split() for part in header.split(";") if part.strip())
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("page", ["sign-in", *PAGES])
def test_a_page_allows_only_our_own_files_and_scripts_with_its_nonce(bank: Staffed, page: str) -> None:
    answer = bank.client(Role.AUDITOR if page != "sign-in" else None).get(reverse(page))
    assert answer.status_code == 200
    policy = policy_of(answer["Content-Security-Policy"])
    assert (
        policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == ["'none'"]
    )
    assert policy["form-action"] == policy["connect-src"] == ["'self'"]
    allowed = {"'self'", "data:"}
    for sources in policy.values():
        assert all(source in allowed | {"'none'"} or NONCE.fullmatch(source) for source in sources), policy


def test_the_nonce_of_a_page_is_new_each_time_and_the_one_in_its_scripts(bank: Staffed) -> None:
    client, seen = bank.client(Role.AUDITOR), set()
    for _time in range(3):
        answer = client.get(reverse("home"))
        nonce = NONCE.search(answer["Content-Security-Policy"])
        text = answer.content.decode()
        for tag in SCRIPT.findall(text):
            assert "src=" in tag or "application/json" in tag or (nonce is not None and f'nonce="{nonce[1]}"' in tag), (
                tag
            )
        if nonce is not None:
            seen.add(nonce[1])
    assert len(seen) in {0, 3}


@pytest.mark.parametrize("page", PAGES)
def test_no_browser_and_no_proxy_keeps_a_private_page(bank: Staffed, page: str) -> None:
    answer = bank.client(Role.AUDITOR).get(reverse(page))
    assert "no-store" in answer["Cache-Control"]


def test_every_answer_forbids_framing_sniffing_and_telling_others_where_one_comes_from(bank: Staffed) -> None:
    for answer in (
        bank.client(None).get(reverse("sign-in")),
        bank.client(Role.AUDITOR).get(reverse("home")),
        bank.client(Role.AUDITOR).get(reverse("api-v1:portfolio")),
        bank.client(Role.COLLECTOR).get(reverse("trial-balance")),
    ):
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert "camera=()" in answer["Permissions-Policy"]
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["X-Request-ID"]


def test_cookies_cannot_be_read_by_scripts_and_do_not_travel_from_other_sites(bank: Staffed) -> None:
    client = Client()
    client.get(reverse("sign-in"))
    client.post(reverse("sign-in"), {"username": "outsider.auditor", "password": PASSWORD})
    client.post(reverse("language"), {"language": "en", "next": "/"})
    assert {"sessionid", "csrftoken", "xindai_language"} <= set(client.cookies)
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key
