"""The page of policies in Chinese: no word of another language but names and codes, in every section."""

import re
from copy import deepcopy
from html import unescape
from typing import Any

import pytest
from django.urls import reverse

from xindai.console import words
from xindai.console.tests.people import browser
from xindai.identity.models import Branch
from xindai.identity.roles import Role
from xindai.policies.models import PolicyVersion
from xindai.policies.testing import put_in_force
from xindai.products.testing import shipped_pack
from xindai.servicing.testing import open_bank

pytestmark = pytest.mark.django_db

NAMES = {"GB", "T", "ROC", "CNY", "UCI", "germancredit", "South", "German", "Credit", "CC", "BY"}
"""Standards, data sets, licences and currencies keep their names."""


@pytest.fixture
def branch() -> Branch:
    """The branch of a bank with the shipped policy."""
    return open_bank()


def sections() -> list[str]:
    """Every section of the shipped pack that has figures."""
    return sorted({figure.key.partition(".")[0] for figure in shipped_pack().figures()})


def body(page: str) -> str:
    """The table of figures."""
    return page[page.index("<tbody>") : page.index("</tbody>")]


def text_of(markup: str) -> str:
    """What a reader sees, codes and the placeholders of texts left out."""
    markup = re.sub(r"\{[a-z_]+\}", "", markup)
    return unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<code.*?</code>", " ", markup, flags=re.DOTALL)))


def latin_in(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]+", text)) - NAMES


def section(branch: Branch, name: str, language: str = "zh-hans") -> str:
    client = browser(Role.POLICY_MANAGER, branch, language)
    return client.get(reverse("policies"), {"section": name}).content.decode()


def test_every_section_of_the_pack_can_be_opened_and_its_name_is_chinese(branch: Branch) -> None:
    page = section(branch, "collections")
    tabs = page[page.index('<nav class="xd-tabs"') : page.index("<tbody>")]
    assert all(f"?section={name}" in tabs for name in sections())
    assert latin_in(text_of(tabs[: tabs.index("</nav>")])) == set()


@pytest.mark.parametrize("name", sections())
def test_a_section_in_chinese_holds_no_other_word_but_names_and_codes(branch: Branch, name: str) -> None:
    shown = text_of(body(section(branch, name)))
    # Letters of industries are codes of a public standard.
    assert {word for word in latin_in(shown) if len(word) > 1} == set()


@pytest.mark.parametrize("name", sections())
def test_only_what_identifies_a_rule_a_text_or_a_step_is_told_as_a_code(branch: Branch, name: str) -> None:
    page = body(section(branch, name))
    told = re.findall(r"([^\s：；>]*)：<code[^>]*>([^<]*)</code>", page)
    assert {label for label, _code in told} <= {"代码"}
    parts = set(words.PARTS) - {"text", "seed"}
    assert not parts & set(re.findall(r"<code[^>]*>([^<]*)</code>：", page))


def test_a_step_of_collection_is_told_in_chinese(branch: Branch) -> None:
    page = section(branch, "collections")
    step = next(line for line in page.splitlines() if "reminder" in line)
    assert set(step.strip().split("；")) == {
        "逾期天数：1",
        '代码：<code lang="en">reminder</code>',
        "渠道：短信",
        "名称：短信提醒",
    }
    shown = text_of(body(page))
    assert {"营业日", "时刻", "次（每位债务人每天）", "演示机构，贷款委员会决定"} <= set(
        map(str.strip, shown.splitlines())
    )


def test_what_is_left_of_a_unit_beside_a_percentage_is_told_in_both_languages(branch: Branch) -> None:
    assert "占合同利率，加收" in section(branch, "penalty")
    assert "of the contract rate, added to it" in section(branch, "penalty", "en")


def test_a_version_imported_before_units_had_words_is_still_shown(branch: Branch) -> None:
    content: dict[str, Any] = deepcopy(dict(shipped_pack().content))
    del content["units"]
    content["write_off"]["overdue_days_min"]["reference"] = "an older law"
    PolicyVersion.objects.all().delete()
    put_in_force(content, "before units had words", number=2)
    assert "an older law" in section(branch, "write_off")
    assert "ppb per annum" in section(branch, "pricing")
