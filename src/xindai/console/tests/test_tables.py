"""Every list has saved views, columns to choose and files to take away, within the reader's rights."""

import csv
import io
from decimal import Decimal
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from xindai.console import files
from xindai.console.tests.people import browser, browser_of
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.identity.testing import make_branch, make_user
from xindai.servicing.models import Loan
from xindai.servicing.testing import make_loan, open_bank
from xindai.workbench.models import Export, SavedView

pytestmark = pytest.mark.django_db

MARK = "\ufeff"


@pytest.fixture
def branch() -> Branch:
    return open_bank()


@pytest.fixture
def loan(branch: Branch) -> Loan:
    return make_loan(branch)


@pytest.fixture
def officer(branch: Branch) -> Client:
    return browser(Role.LOAN_OFFICER, branch)


def exported(client: Client, name: str = "loans", **data: str) -> list[list[str]]:
    answer = client.post(reverse("list-export", args=[name]), {"format": "csv", **data})
    assert answer.status_code == 200, answer.content.decode()[:400]
    text = answer.content.decode()
    assert text.startswith(MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(MARK))))


def saved(client: Client, name: str, state: str = "") -> str:
    answer = client.post(reverse("list-views", args=["loans"]), {"act": "save", "name": name, "state": state})
    assert answer.status_code == 302, answer.content.decode()[:400]
    return answer["Location"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_no_text_of_a_file_begins_like_a_formula(text: str) -> None:
    body = files.written(files.CSV, ["a"], [[text]]).decode().removeprefix(MARK)
    assert next(iter(csv.reader(io.StringIO(body.partition("\n")[2], newline=""))))[0].startswith("'")


def test_a_workbook_holds_texts_as_texts_and_amounts_exactly() -> None:
    body = files.written(files.XLSX, ["a", "b"], [["=1+1", Decimal("-1234567890123.45")]])
    with ZipFile(io.BytesIO(body)) as book:
        sheet, texts = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "&apos;=1+1" in texts or "'=1+1" in texts
    assert "<v>-1234567890123.45</v>" in sheet


def test_the_file_holds_the_rows_of_the_list_masked_as_on_the_page(officer: Client, loan: Loan) -> None:
    page = officer.get(reverse("loans")).content.decode()
    heads, row = exported(officer)
    cells = dict(zip(heads, row, strict=True))
    assert cells["Number"] == loan.no
    assert Decimal(cells["Principal"]) == Decimal(loan.principal_minor).scaleb(-2)
    assert cells["Currency"] == "CNY"
    assert cells["Customer"] in page
    assert "*" in cells["Customer"]


def test_the_file_keeps_to_filters_and_branch(branch: Branch, loan: Loan, officer: Client) -> None:
    assert len(exported(officer, state="state=closed")) == 1
    assert len(exported(officer, state="state=active")) == 2
    stranger = browser(Role.LOAN_OFFICER, make_branch("B99"))
    assert len(exported(stranger)) == 1


def test_who_took_what_is_noted(branch: Branch, loan: Loan) -> None:
    user = make_user(Role.LOAN_OFFICER, branch)
    exported(browser_of(user), state="state=active")
    note = Export.objects.get()
    assert (note.user_id, note.listing, note.format, note.rows) == (user.pk, "loans", "csv", 1)
    assert note.state == {"state": "active"}
    assert note.request_id


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"format": "exe"}, 422),
        ({}, 422),
        ({"format": "csv", "state": "sort=pk"}, 422),
        ({"format": "csv", "state": "class=green"}, 422),
    ],
)
def test_what_is_not_offered_is_refused_and_not_noted(officer: Client, data: dict[str, str], status: int) -> None:
    assert officer.post(reverse("list-export", args=["loans"]), data).status_code == status
    assert not Export.objects.exists()


def test_a_list_is_taken_away_only_by_those_who_may_open_it(branch: Branch) -> None:
    collector = browser(Role.COLLECTOR, branch)
    for route in ("list-export", "list-views", "list-columns"):
        assert collector.post(reverse(route, args=["applications"]), {"format": "csv"}).status_code == 403
        assert collector.post(reverse(route, args=["nothing"]), {"format": "csv"}).status_code == 404


def test_a_saved_view_is_a_tab_with_the_count_of_its_rows(officer: Client, loan: Loan) -> None:
    saved(officer, "Running", "state=active")
    where = saved(officer, "Ended", "state=closed&sort=no")
    page = officer.get(where)
    tabs = page.context["view_tabs"]
    assert [(tab.name, tab.count, tab.is_current) for tab in tabs[1:]] == [("Running", 1, False), ("Ended", 0, True)]
    assert "state=closed" in where
    assert page.context["is_changed"] is False


def test_a_changed_view_offers_to_be_updated(officer: Client, loan: Loan) -> None:
    saved(officer, "Running", "state=active")
    view = SavedView.objects.get()
    changed = officer.get(reverse("loans"), {"view": str(view.pk), "state": "active", "overdue": "30"})
    assert changed.context["is_changed"] is True
    officer.post(
        reverse("list-views", args=["loans"]), {"act": "update", "view": view.pk, "state": "state=active&overdue=30"}
    )
    view.refresh_from_db()
    assert view.state == {"state": "active", "overdue": "30"}
    officer.post(reverse("list-views", args=["loans"]), {"act": "delete", "view": view.pk})
    assert not SavedView.objects.exists()


def test_a_view_is_its_owner_s_alone(officer: Client, branch: Branch, loan: Loan) -> None:
    saved(officer, "Mine")
    view, other = SavedView.objects.get(), browser(Role.LOAN_OFFICER, branch)
    assert other.get(reverse("loans")).context["view_tabs"] == []
    assert other.get(reverse("loans"), {"view": view.pk}).status_code == 422
    for act in ("update", "delete"):
        answer = other.post(reverse("list-views", args=["loans"]), {"act": act, "view": view.pk})
        assert answer.status_code == 404
    view.refresh_from_db()


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_view_needs_a_name(officer: Client, branch: Branch, name: str) -> None:
    answer = officer.post(reverse("list-views", args=["loans"]), {"act": "save", "name": name})
    assert answer.status_code == 422
    assert not SavedView.objects.exists()


def test_the_same_name_twice_is_refused(officer: Client, branch: Branch) -> None:
    saved(officer, "Mine")
    answer = officer.post(reverse("list-views", args=["loans"]), {"act": "save", "name": "Mine"})
    assert answer.status_code == 409


def test_columns_and_density_are_remembered_for_the_reader(officer: Client, branch: Branch, loan: Loan) -> None:
    officer.post(reverse("list-columns", args=["loans"]), {"column": ["customer", "balance"], "density": "comfortable"})
    page = officer.get(reverse("loans"))
    assert [head.column.key for head in page.context["listing"].heads] == ["no", "customer", "balance"]
    assert page.context["is_comfortable"] is True
    other = browser(Role.LOAN_OFFICER, branch).get(reverse("loans"))
    assert len(other.context["listing"].heads) > 3


def test_an_unknown_density_is_refused(officer: Client, branch: Branch) -> None:
    answer = officer.post(reverse("list-columns", args=["loans"]), {"density": "airy"})
    assert answer.status_code == 422


def test_the_journal_of_a_day_balances_and_can_be_taken_away(branch: Branch, loan: Loan) -> None:
    accountant = browser(Role.ACCOUNTANT, branch)
    on = loan.disbursed_on.isoformat()
    totals = accountant.get(reverse("journal"), {"on": on}).context["listing"].totals
    assert totals["debit_minor"] == -totals["credit_minor"] > 0
    heads, *rows = exported(accountant, "journal", state=f"on={on}")
    at = heads.index("Debit")
    assert sum(Decimal(row[at]) for row in rows if row[at]) == Decimal(totals["debit_minor"]).scaleb(-2)
    assert accountant.get(reverse("journal"), {"on": "soon"}).status_code == 422
