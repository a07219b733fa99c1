"""Files of many acts at the desk: explained, read back, worked once, and every refusal told with field and remedy."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from xindai.console import upload_fields
from xindai.console.tests.people import browser
from xindai.customers.models import Customer
from xindai.customers.testing import make_identity_number
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.kernel import clock
from xindai.servicing.models import LoanEvent
from xindai.servicing.testing import MONDAY, make_loan, open_bank
from xindai.uploads import services, working
from xindai.uploads.models import HeldFile, Kind, Upload
from xindai.uploads.shapes import SHAPES
from xindai.workbench.models import Export

pytestmark = pytest.mark.django_db

NEW = "/uploads/new/"
HEAD = "key,loan_no,amount_minor,currency,on,source"


@pytest.fixture
def branch() -> Branch:
    """The branch of a bank that is open for business."""
    return open_bank()


@pytest.fixture
def accountant(branch: Branch) -> Client:
    return browser(Role.ACCOUNTANT, branch)


def payments(*rows: tuple[str, str, Any]) -> bytes:
    return "\n".join([HEAD, *(f"{key},{no},{amount},CNY,{MONDAY},transfer" for key, no, amount in rows)]).encode()


def choose(client: Client, content: bytes, name: str = "三月还款.csv", kind: str = "repayments") -> Any:
    return client.post(NEW, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def sent(client: Client, content: bytes, name: str = "三月还款.csv", kind: str = "repayments") -> str:
    """Choose, confirm, let the worker work; the address of the upload."""
    held = choose(client, content, name, kind)
    assert held.status_code == 302, held.content.decode()[-2000:]
    address: str = client.post(held["Location"], {"act": "confirm"})["Location"]
    working.run()
    return address


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_nothing_is_worked_before_the_file_has_been_read_back(branch: Branch, accountant: Client) -> None:
    loan = make_loan(branch)
    held = choose(accountant, payments(("a", loan.no, 63_244), ("b", loan.no, "12.5")))
    working.run()
    page = shown(accountant, held["Location"])

    assert not Upload.objects.exists()
    assert not LoanEvent.objects.filter(kind="repay").exists()
    for text in ("三月还款.csv", "CNY 632.44", "1 row will be refused as it is", "must be a whole number"):
        assert text in page, text
    assert "三月还款.csv" in shown(accountant, "/uploads/")


def test_what_came_of_each_row_is_told_in_the_readers_language(branch: Branch) -> None:
    reader = browser(Role.ACCOUNTANT, branch, "zh-hans")
    loan = make_loan(branch)
    address = sent(reader, payments(("a", loan.no, 100), ("b", loan.no, "x"), ("c", "LN00-000000-0", 100)))
    page = shown(reader, address)

    assert LoanEvent.objects.filter(loan=loan, kind="repay").count() == 1
    assert "必须是整数" in page or "整数" in page
    assert "下载错误 CSV" in page
    refused = shown(reader, f"{address}?outcome=refused")
    assert refused.count("circle-x") == 2
    done = shown(reader, f"{address}?outcome=done")
    assert "circle-x" not in done


def test_a_file_confirmed_twice_or_sent_again_books_nothing_twice(branch: Branch, accountant: Client) -> None:
    loan, content = make_loan(branch), payments(("a", make_loan(branch).no, 100))
    content = payments(("a", loan.no, 100))
    held = choose(accountant, content)["Location"]
    first = accountant.post(held, {"act": "confirm"})["Location"]
    assert accountant.post(held, {"act": "confirm"})["Location"] == first
    working.run()
    again = choose(accountant, content)["Location"]
    assert "You sent this very file at" in shown(accountant, again)
    accountant.post(again, {"act": "confirm"})
    working.run()

    assert Upload.objects.count() == 2
    assert LoanEvent.objects.filter(loan=loan, kind="repay").count() == 1


def test_a_discarded_file_and_one_that_waited_too_long_are_gone_with_their_keys(
    branch: Branch, accountant: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = payments(("a", make_loan(branch).no, 100))
    discarded, forgotten = (choose(accountant, content)["Location"] for _ in range(2))
    accountant.post(discarded, {"act": "discard"})
    assert accountant.get(discarded).status_code == 404
    late = clock.now() + services.HELD_FOR * 2
    monkeypatch.setattr(clock, "now", lambda: late)
    working.run()

    assert not HeldFile.objects.exists()
    assert accountant.post(forgotten, {"act": "confirm"}).status_code == 404
    assert not Upload.objects.exists()


def test_the_errors_are_taken_away_as_a_file_that_no_spreadsheet_runs_and_it_is_noted(
    branch: Branch, accountant: Client
) -> None:
    loan = make_loan(branch)
    address = sent(accountant, b'{"=1+1": 1}\n{"key": "a"}\n', "rows.jsonl")
    answer = accountant.post(f"{address}errors/")
    rows = list(csv.reader(io.StringIO(answer.content.decode().removeprefix("\ufeff"))))

    assert rows[0] == ["Row", "Field", "What is wrong", "How to mend it", "Error code"]
    assert [row[0] for row in rows[1:]] == ["1", "2"]
    assert all(row[3] for row in rows[1:])
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    noted = Export.objects.get()
    assert (noted.listing, noted.rows) == ("upload-errors", 2)
    fine = sent(accountant, payments(("a", loan.no, 100)))
    assert accountant.post(f"{fine}errors/").status_code == 409


BAD_FILES = [
    ("empty.csv", b"", "The file is empty.", "文件是空的"),
    ("head.csv", HEAD.encode(), "The file has no rows.", "没有数据行"),
    ("wrong.csv", HEAD.replace("source", "sauce").encode() + b"\n1", "“sauce”", "“sauce”"),
    ("gbk.csv", f"{HEAD}\n备注".encode("gbk"), "not written in UTF-8", "编码不是 UTF-8"),
    ("semicolon.csv", HEAD.replace(",", ";").encode(), "not separated by commas", "没有用逗号分隔"),
    ("book.csv", b"PK\x03\x04rest", "is a workbook", "工作簿"),
    ("book.xlsx", b"PK\x03\x04rest", "must end in .csv or .jsonl", "须以 .csv 或 .jsonl 结尾"),
    ("binary.csv", b"\x89PNG\r\n\x1a\n\x00", "UTF-8", "UTF-8"),
    ("large.csv", b"x" * 5_000_001, "larger than 5 MB", "超过 5 MB"),
]


@pytest.mark.parametrize(("name", "content", "en", "zh"), BAD_FILES)
def test_a_bad_file_is_refused_at_its_field_with_a_remedy_and_nothing_is_kept(
    branch: Branch, name: str, content: bytes, en: str, zh: str
) -> None:
    for language, words in (("en", en), ("zh-hans", zh)):
        answer = choose(browser(Role.ACCOUNTANT, branch, language), content, name)
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert 'href="#id_file"' in answer.content.decode()
    assert not HeldFile.objects.exists()


def test_a_form_without_a_file_names_it(accountant: Client) -> None:
    answer = accountant.post(NEW, {"kind": "repayments"})
    assert answer.status_code == 422
    assert "Choose the file." in answer.content.decode()
    assert accountant.post(NEW, {"kind": "colours"}).status_code == 404


def test_who_lacks_the_right_of_the_rows_chooses_and_confirms_nothing(branch: Branch, accountant: Client) -> None:
    content = f"name,identity_number\n王建国,{make_identity_number()}".encode()
    assert choose(accountant, content, kind="persons").status_code == 403
    assert accountant.get("/uploads/templates/persons.csv").status_code == 403
    assert "Natural persons" not in shown(accountant, NEW)
    assert not HeldFile.objects.exists()


def test_what_a_colleague_has_chosen_or_sent_does_not_exist(branch: Branch, accountant: Client) -> None:
    content = payments(("a", make_loan(branch).no, 100))
    address, held = sent(accountant, content), choose(accountant, content)["Location"]
    colleague = browser(Role.ACCOUNTANT, branch)
    for path in (address, held):
        assert colleague.get(path).status_code == 404
    for path, data in ((held, {"act": "confirm"}), (held, {"act": "discard"}), (f"{address}errors/", {})):
        assert colleague.post(path, data).status_code == 404
    assert HeldFile.objects.count() == 1


def test_names_and_numbers_of_persons_are_masked_when_the_file_is_read_back(branch: Branch) -> None:
    officer, no = browser(Role.LOAN_OFFICER, branch), make_identity_number()
    held = choose(officer, f"name,identity_number\n王建国,{no}".encode(), "persons.csv", "persons")
    page = shown(officer, held["Location"])

    assert no not in page
    assert "王建国" not in page
    assert "王*国" in page
    kept = HeldFile.objects.get()
    assert b"persons.csv" not in bytes(kept.sealed_name)
    assert no.encode() not in bytes(kept.sealed)


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
def test_a_template_can_be_read_and_its_made_up_row_is_refused(branch: Branch, kind: str, file_format: str) -> None:
    sender = browser(Role.ACCOUNTANT if kind == Kind.REPAYMENTS else Role.LOAN_OFFICER, branch)
    template = sender.get(f"/uploads/templates/{kind}.{file_format}")
    assert template.status_code == 200
    address = sent(sender, template.content, f"template.{file_format}", kind)

    assert "Refused" in shown(sender, address)
    assert not Customer.objects.exists()
    assert not LoanEvent.objects.filter(kind="repay").exists()


def test_every_column_of_a_file_is_explained() -> None:
    assert {name for shape in SHAPES.values() for name in shape.model_fields} - {"facts"} == set(upload_fields.MEANINGS)


def test_progress_is_told_while_it_runs_and_the_page_loads_anew_at_its_end(branch: Branch, accountant: Client) -> None:
    held = choose(accountant, payments(("a", make_loan(branch).no, 100)))
    address = accountant.post(held["Location"], {"act": "confirm"})["Location"]
    assert "0 of 1 rows worked" in shown(accountant, address).replace('<span class="xd-zero">0</span>', "0")
    poll = {"HX-Request": "true", "HX-Target": "progress"}
    assert 'hx-trigger="every 3s"' in accountant.get(address, headers=poll).content.decode()
    working.run()
    ended = accountant.get(address, headers=poll)
    assert (ended.status_code, ended["HX-Refresh"]) == (204, "true")
    assert "every 3s" not in shown(accountant, address)
