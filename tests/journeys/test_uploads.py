"""A file of new customers: chosen, read back, worked by the job, its wrong row told and taken away, and sent again."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Desk, SignIn, committed
from xindai.customers.models import Customer
from xindai.customers.testing import make_identity_number
from xindai.jobs import tasks

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

HEAD = "name,identity_number,mobile,consents,fact.disposable_income_minor"
NAME = "客户 customers.csv"
SOON = 15_000
"""A page that runs asks every three seconds how far the work is."""


def choose(desk: Desk, label: str, content: bytes) -> None:
    """Choose a file with this content."""
    desk.page.get_by_label(label, exact=True).set_input_files({"name": NAME, "mimeType": "text/csv", "buffer": content})


def choose_again(desk: Desk, label: str, button: str, content: bytes) -> None:
    """Come to the form once more and let the very same file be read."""
    desk.open("/uploads/new/")
    choose(desk, label, content)
    desk.press(button)


def confirm(desk: Desk, button: str, waiting: str) -> None:
    """Let the rows be worked: the page tells that they wait, until the job has run."""
    desk.press(button)
    expect(desk.page.locator("main")).to_contain_text(waiting)
    desk.check()
    let_the_job_run()


def let_the_job_run() -> None:
    """What the worker does once a minute."""
    committed(lambda: tasks.work_uploads(0))


def errors_of(desk: Desk, button: str, kept: Path) -> list[list[str]]:
    """The rows of the file that the button hands out."""
    with desk.page.expect_download() as download:
        desk.press(button)
    download.value.save_as(kept)
    return list(csv.reader(kept.read_text(encoding="utf-8-sig").splitlines()))


def refuse_the_misspelt_column(officer: Desk, content: bytes) -> None:
    """From the list to the form of persons, where a column that nobody knows is named."""
    page = officer.page
    officer.navigate("/uploads/")
    officer.check()
    officer.follow("上传文件")
    expect(page.get_by_role("link", name="自然人", exact=True)).to_have_attribute("aria-current", "page")
    officer.check()
    choose(officer, "文件", content.replace(b"mobile", b"phone"))
    officer.press("读取文件")
    expect(page.get_by_role("alert")).to_contain_text("没有名为“phone”的列。")
    expect(page.get_by_role("alert")).to_contain_text("可用的列：name, identity_number, mobile")
    officer.check()


def test_a_file_of_persons_is_worked_its_wrong_row_told_and_sent_again_it_records_nobody_twice(
    sign_in: SignIn, tmp_path: Path
) -> None:
    officer = sign_in("officer")
    page, main = officer.page, officer.page.locator("main")
    rows = [
        HEAD,
        f"欧阳上传,{make_identity_number(921)},13900001234,personal_data,800000",
        "李错号,110105198506150000,,personal_data,",
    ]
    content, known = "\n".join(rows).encode(), Customer.objects.count()
    refuse_the_misspelt_column(officer, content)
    choose(officer, "文件", content)
    officer.press("读取文件")
    expect(page.locator("h1")).to_have_text("核对文件")
    expect(main).to_contain_text(NAME)
    expect(main).to_contain_text("欧**传")
    expect(main).not_to_contain_text("欧阳上传")
    officer.check()
    let_the_job_run()
    assert Customer.objects.count() == known
    confirm(officer, "开始处理", "已处理 0 行，共 2 行。")
    expect(page.locator(".xd-figures dd")).to_have_text(["2", "1", "1", "0"], timeout=SOON)
    wrong = page.locator("tbody tr").nth(1)
    expect(wrong).to_contain_text("identity_number")
    expect(wrong).to_contain_text("这不是有效的居民身份证号码。 请照身份证抄写18位，末位可为X。")
    officer.check()
    assert errors_of(officer, "下载错误 CSV", tmp_path / "errors.csv") == [
        ["行", "项目", "问题", "处理办法", "错误代码"],
        [
            "2",
            "identity_number",
            "这不是有效的居民身份证号码。",
            "请照身份证抄写18位，末位可为X。",
            "invalid_input",
        ],
    ]
    number = page.locator("tbody tr").first.locator("a").inner_text()
    address = page.url

    choose_again(officer, "文件", "读取文件", content)
    expect(page.get_by_role("status")).to_contain_text("已办理的行会被识别，不会重复办理。")
    officer.check()
    confirm(officer, "开始处理", "已处理 0 行，共 2 行。")
    expect(page.locator("tbody tr").first).to_contain_text(number, timeout=SOON)
    assert page.url != address
    assert Customer.objects.count() == known + 1
    officer.follow(number)
    expect(page.locator("h1")).to_have_text("欧**传")
    officer.check()
    officer.navigate("/uploads/")
    expect(page.get_by_role("link", name=NAME)).to_have_count(2)
    officer.check()


def test_a_file_is_sent_from_a_phone_and_the_row_that_lacks_a_value_is_foretold(
    sign_in: SignIn, tmp_path: Path
) -> None:
    officer = sign_in("officer.west", language="en", width=390)
    page, main = officer.page, officer.page.locator("main")
    rows = [
        HEAD,
        f",{make_identity_number(923)},,personal_data,",
        f"Wang Upload,{make_identity_number(925)},13900001235,personal_data,800000",
    ]
    content, known = "\n".join(rows).encode(), Customer.objects.count()
    officer.open("/uploads/")
    officer.check()
    officer.follow("Upload a file")
    officer.check()
    officer.press("Read the file")
    expect(page.get_by_role("alert")).to_contain_text("Choose the file.")
    choose(officer, "File", b"PK\x03\x04 a workbook")
    officer.press("Read the file")
    expect(page.get_by_role("alert")).to_contain_text("The file is a workbook, not a CSV file.")
    expect(page.get_by_role("alert")).to_contain_text("Save its sheet as “CSV UTF-8 (comma delimited)”.")
    officer.check()

    choose(officer, "File", content)
    officer.press("Read the file")
    mistakes = page.get_by_role("region", name="1 row will be refused as it is")
    expect(mistakes).to_contain_text("“name” is missing.")
    expect(mistakes).to_contain_text("Write it as the template of the file and the meaning of its columns say.")
    officer.check()
    officer.open("/uploads/")
    expect(main).to_contain_text("waits for you to confirm it; it is removed after a day.")
    officer.check()
    officer.follow("Read it back")
    confirm(officer, "Work the rows", "0 of 2 rows worked.")
    expect(page.locator(".xd-figures dd")).to_have_text(["2", "1", "1", "0"], timeout=SOON)
    wrong = page.locator("tbody tr").first
    expect(wrong).to_contain_text("name")
    expect(wrong).to_contain_text("“name” is missing. Write it as the template of the file")
    officer.check()
    told = errors_of(officer, "Errors as CSV", tmp_path / "errors.csv")
    assert told[0] == ["Row", "Field", "What is wrong", "How to mend it", "Error code"]
    assert [row[:3] for row in told[1:]] == [["1", "name", "“name” is missing."]]
    number = page.locator("tbody tr").nth(1).locator("a").inner_text()

    choose_again(officer, "File", "Read the file", content)
    expect(page.get_by_role("status")).to_contain_text("nothing happens twice.")
    officer.check()
    confirm(officer, "Work the rows", "0 of 2 rows worked.")
    expect(page.locator("tbody tr").nth(1)).to_contain_text(number, timeout=SOON)
    assert Customer.objects.count() == known + 1
    officer.open("/uploads/")
    expect(page.get_by_role("link", name=NAME)).to_have_count(2)
    officer.check()
