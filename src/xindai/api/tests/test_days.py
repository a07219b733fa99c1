"""The end of day over the interface: how it went, another try by people, and the chain read again."""

from typing import Any

from django.db import connection
from django.test import Client

from xindai.api.tests.conftest import Program, SignIn
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.scopes import Scope
from xindai.jobs.end_of_day import close_date
from xindai.jobs.testing import TUESDAY, mend_first_day, stop_second_day
from xindai.kernel import business_date, sql
from xindai.ledger.models import ChainCheck, Entry
from xindai.servicing.testing import MONDAY, make_loan

DAYS = "/api/v1/business-days"
CHAIN = "/api/v1/chain"


def post(client: Client, path: str) -> Any:
    """Send an act as a browser does: with the token against forgery."""
    client.get("/api/v1/docs")
    token = client.cookies["csrftoken"].value
    return client.post(path, content_type="application/json", headers={"X-CSRFToken": token})


def states(client: Client) -> list[str]:
    return [step["state"] for step in client.get(f"{DAYS}/{TUESDAY}").json()["steps"]]


def test_an_end_of_day_that_stopped_is_told_step_by_step_and_done_again_until_it_is_closed(
    branch: Branch, sign_in: SignIn
) -> None:
    stop_second_day(branch)
    accountant = sign_in(Role.ACCOUNTANT)
    told = accountant.get(f"{DAYS}/{TUESDAY}").json()
    assert (told["is_open"], told["parts"]) == (True, [])
    assert [(step["code"], step["state"]) for step in told["steps"]] == [("part 0", "failed"), ("seal", "open")]
    assert told["steps"][0]["failure"]

    assert post(accountant, f"{DAYS}/{TUESDAY}/retry").status_code == 409
    mend_first_day()
    assert post(accountant, f"{DAYS}/{TUESDAY}/retry").status_code == 200
    assert states(accountant) == ["done", "open"]
    closed = post(accountant, f"{DAYS}/{TUESDAY}/retry").json()

    assert [step["state"] for step in closed["steps"]] == ["done", "done"]
    assert (closed["is_open"], len(closed["seal"]), closed["parts"][0]["loans"]) == (False, 64, 1)
    assert business_date.last_closed() == TUESDAY
    refused = post(accountant, f"{DAYS}/{TUESDAY}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "state_conflict")


def test_a_day_that_is_no_day_or_was_never_opened_is_not_found(branch: Branch, program: Program) -> None:
    reader = program(Role.AUDITOR, Scope.BOOKS_READ)
    assert {reader.get(f"{DAYS}/{on}").status_code for on in ("2025-02-30", "today", "2035-01-01")} == {404}


def test_programs_read_how_a_day_went_and_leave_another_try_and_the_check_to_people(
    branch: Branch, program: Program
) -> None:
    stop_second_day(branch)
    mend_first_day()
    books = program(Role.ACCOUNTANT)
    assert books.get(f"{DAYS}/{TUESDAY}").status_code == 200
    assert books.get(CHAIN).json()["last_check"] is None
    for path in (f"{DAYS}/{TUESDAY}/retry", f"{CHAIN}/checks"):
        assert books.post(path, content_type="application/json").status_code == 403
    assert business_date.last_closed() == MONDAY
    assert not ChainCheck.objects.exists()


def test_the_chain_is_read_again_and_an_entry_changed_behind_the_back_is_named(branch: Branch, sign_in: SignIn) -> None:
    auditor = sign_in(Role.AUDITOR)
    nothing = post(auditor, f"{CHAIN}/checks")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "state_conflict")
    make_loan(branch)
    close_date(MONDAY)

    sound = post(auditor, f"{CHAIN}/checks")
    assert sound.status_code == 201
    assert (sound.json()["on"], sound.json()["break_count"], sound.json()["is_whole"]) == (str(MONDAY), 0, True)
    assert auditor.get(CHAIN).json()["is_sound"]

    entry = Entry.objects.filter(amount_minor__gt=0).earliest("pk")
    with sql.protections_off(), connection.cursor() as cursor:
        cursor.execute("update ledger_entry set amount_minor = amount_minor + 1 where id = %s", [entry.pk])
    broken = post(auditor, f"{CHAIN}/checks").json()
    assert broken["break_count"] == len(broken["breaks"]) >= 1
    assert {one["on"] for one in broken["breaks"]} == {str(MONDAY)}
    standing = auditor.get(CHAIN).json()
    assert (standing["is_sound"], standing["last_check"]["break_count"]) == (False, broken["break_count"])
