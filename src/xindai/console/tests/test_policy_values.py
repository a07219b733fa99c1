"""Figures of a policy as a tree: what fits in a line stays in a line, tables get branches."""

from django.utils import translation

from xindai.console.views.policies import Shown, shown_value


def test_a_number_a_list_and_a_text_in_two_languages_are_one_line() -> None:
    assert shown_value(1_500_000) == Shown("", "1,500,000")
    with translation.override("en"):
        assert shown_value([3, 6, 12]) == Shown("", "3, 6, 12")
        assert shown_value({"zh": "优质", "en": "premium"}) == Shown("", "premium")


def test_a_table_has_a_branch_for_each_name() -> None:
    assert shown_value({"scale": 600, "seed": "a"}).parts == (Shown("scale", "600"), Shown("seed", "a"))


def test_tables_within_tables_keep_their_order_behind_the_plain_entries() -> None:
    with translation.override("en"):
        shown = shown_value({"bins": [{"codes": ["none"], "points": 0}, {"points": 74}], "fact": "account"})
    assert [part.name for part in shown.parts] == ["fact", "bins"]
    assert [part.text for part in shown.parts[1].parts] == ["codes: none; points: 0", "points: 74"]
