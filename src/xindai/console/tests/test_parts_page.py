"""The page of one business date: its parts as the end of day has written them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from xindai.identity.roles import Role
from xindai.identity.testing import make_user
from xindai.jobs.end_of_day import close_date
from xindai.jobs.models import EodRun
from xindai.servicing.testing import MONDAY, make_loan, open_bank

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A browser of an accountant who reads English."""
    user = make_user(Role.ACCOUNTANT)
    user.language = "en"
    user.save()
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(on: str) -> str:
    return reverse("end-of-day-date", args=[on])


def test_a_closed_date_shows_every_part_with_its_hashes(client: Client) -> None:
    branch = open_bank(parts=2)
    make_loan(branch)
    close_date(MONDAY)
    text = client.get(page(MONDAY.isoformat())).content.decode()
    for run in EodRun.objects.filter(business_date=MONDAY):
        assert run.output_hash in text
        assert run.input_hash in text
    assert text.partition('id="parts"')[2].count('<th scope="row">') == 3
    assert "Milliseconds" in text


def test_the_list_of_days_leads_to_the_parts(client: Client) -> None:
    open_bank()
    close_date(MONDAY)
    assert f'href="{page(MONDAY.isoformat())}"' in client.get(reverse("end-of-day")).content.decode()


def test_an_open_date_has_no_parts_yet(client: Client) -> None:
    open_bank()
    assert "No part of this day has been closed yet." in client.get(page(MONDAY.isoformat())).content.decode()


@pytest.mark.parametrize("on", ["2025-02-30", "today", (MONDAY + timedelta(days=400)).isoformat()])
def test_a_date_that_the_bank_has_not_opened_is_not_found(client: Client, on: str) -> None:
    open_bank()
    assert client.get(page(on)).status_code == 404
