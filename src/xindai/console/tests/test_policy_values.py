"""Figures of a policy as a tree: what fits in a line stays in a line, tables get branches, codes get words."""

from django.utils import translation

from xindai.console.policy_words import Speaker
from xindai.console.views.policies import Shown, shown_value

PLAIN = Speaker()
ACCOUNT = {"zh": "往来账户", "en": "checking account"}
NONE = {"zh": "无往来账户", "en": "no checking account"}
NAMED = Speaker(names={"account": ACCOUNT}, fact_codes={"account": {"none": NONE}})


def test_a_number_a_list_and_a_text_in_two_languages_are_one_line() -> None:
    assert shown_value(1_500_000, PLAIN) == Shown("", "1,500,000")
    with translation.override("en"):
        assert shown_value([3, 6, 12], PLAIN) == Shown("", "3, 6, 12")
        assert shown_value({"zh": "优质", "en": "premium"}, PLAIN) == Shown("", "premium")


def test_a_table_has_a_branch_for_each_name_in_words_or_as_a_code() -> None:
    with translation.override("zh-hans"):
        parts = shown_value({"points": 600, "drift": "a"}, PLAIN).parts
    assert parts == (Shown("分数", "600"), Shown('<code lang="en">drift</code>', '<code lang="en">a</code>'))


def test_tables_within_tables_keep_their_order_behind_the_plain_entries() -> None:
    with translation.override("en"):
        shown = shown_value({"bins": [{"codes": ["x"], "points": 0}, {"points": 74}], "fact": "account"}, NAMED)
    assert [part.name for part in shown.parts] == ["fact", "bins"]
    assert shown.parts[0].text == "checking account"
    assert [part.text for part in shown.parts[1].parts] == ['codes: <code lang="en">x</code>; points: 0', "points: 74"]


def test_the_codes_of_a_fact_are_said_as_the_fact_names_them() -> None:
    with translation.override("zh-hans"):
        shown = shown_value({"attributes": [{"fact": "account", "bins": [{"codes": ["none"], "points": 3}]}]}, NAMED)
        line = NAMED.value({"fact": "account", "is": ["none"]})
    assert line == "事实：往来账户；为：无往来账户"
    assert shown.parts[0].parts[0].parts[1].parts[0].text == "代码：无往来账户；分数：3"


def test_a_step_is_said_in_words_and_keeps_the_code_by_which_rules_call_it() -> None:
    step = {"overdue_days": 1, "code": "reminder", "channel": "message", "name": {"zh": "短信提醒", "en": "Reminder"}}
    with translation.override("zh-hans"):
        said = PLAIN.value(step)
    assert said == '逾期天数：1；代码：<code lang="en">reminder</code>；渠道：短信；名称：短信提醒'


def test_markup_in_a_policy_stays_text() -> None:
    said = PLAIN.value(["<b>bold</b>", 3])
    assert "<b>" not in said
    assert "&lt;b&gt;" in said
