"""Every mark and figure of every dashboard leads to a list that adds up to it and says where it comes from."""

import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from xindai.identity.models import User
from xindai.kernel import formatting
from xindai.reporting.figures.view import Tally, View
from xindai.servicing.models import Loan

pytestmark = pytest.mark.django_db

PAGES = ("/", "/portfolio/vintages/", "/portfolio/roll-rates/", "/portfolio/tiers/?since=2024-07-12",
         "/portfolio/approvals/", "/portfolio/losses/")  # fmt: skip
LISTS = ("/portfolio/loans/", "/portfolio/applications/", "/portfolio/customers/")


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["xindai_language"] = "en"
    return client


def marks_of(client: Client, path: str) -> list[str]:
    """The addresses behind the marks of a page: of its charts, tables and key figures."""
    answer = client.get(path)
    assert answer.status_code == 200
    text = answer.content.decode()
    drawn = [found for block in re.findall(r'<script id="[\w-]+-data"[^>]*>(.*?)</script>', text, re.DOTALL)
             for found in hrefs(json.loads(block))]  # fmt: skip
    linked = [unescape(href) for href in re.findall(r'href="([^"]+)"', text)]
    return sorted({href for href in [*drawn, *linked] if href.startswith(LISTS)})


def hrefs(data: Any) -> list[str]:
    if isinstance(data, dict):
        own = [str(data["href"])] if data.get("href") else []
        return own + [one for value in data.values() for one in hrefs(value)]
    return [one for value in data for one in hrefs(value)] if isinstance(data, list) else []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("who", ["everywhere", "east"])
def test_every_mark_leads_to_a_list_whose_rows_add_up_to_it(bank: dict[str, User], path: str, who: str) -> None:
    client = signed_in(bank[who])
    found = marks_of(client, path)
    assert len(found) > 4
    for href in found if who == "everywhere" else found[::4]:
        first = client.get(href)
        assert first.status_code == 200, href
        source = first.context["source"]
        assert source.agrees, (href, source.told, source.listed)
        assert "Agrees with the figure" in first.content.decode()
        assert summed(client, href, first) == source.told, href


def summed(client: Client, href: str, answer: Any) -> Tally:
    """What the rows of all pages of the list add up to, as they are drawn."""
    told, page = Tally(), 1
    while True:
        rows = answer.context["listing"].rows
        told += Tally(len(rows), sum(getattr(row, "figure_minor", 0) for row in rows))
        if page == answer.context["listing"].pages:
            return told
        page += 1
        answer = client.get(f"{href}&page={page}")


@pytest.mark.parametrize("as_of", ["2024-07-15", "2024-07-31", "2024-11-20"])
def test_marks_of_an_earlier_close_lead_to_lists_of_that_close(bank: dict[str, User], as_of: str) -> None:
    client = signed_in(bank["east"])
    for path in PAGES:
        for href in marks_of(client, f"{path.partition('?')[0]}?as_of={as_of}")[::3]:
            answer = client.get(href)
            assert answer.status_code == 200, href
            assert answer.context["source"].agrees, href


def test_a_list_says_in_words_where_it_comes_from(bank: dict[str, User]) -> None:
    client = signed_in(bank["everywhere"])
    text = client.get("/portfolio/loans/?figure=book&over=30&as_of=2024-12-31&branch=EAST").content.decode()
    for word in ("Portfolio at risk", "31 Dec 2024", "arrears over 30 days", "Agrees with the figure"):
        assert word in text
    client.cookies["xindai_language"] = "zh-hans"
    chinese = client.get("/portfolio/loans/?figure=book&over=30").content.decode()
    assert "来自" in chinese
    assert "与图一致" in chinese


def test_rows_of_other_branches_are_counted_and_not_shown(bank: dict[str, User], view_of_east: View) -> None:
    client = signed_in(bank["east"])
    context = client.get("/portfolio/loans/?figure=book").context
    shown = {row.branch_id for row in context["listing"].rows}
    everything = Loan.objects.filter(state=Loan.State.ACTIVE)
    hidden = everything.exclude(branch_id__in=view_of_east.actor.branch_ids or ()).count()
    assert shown == set(view_of_east.actor.branch_ids or ())
    assert context["source"].hidden == hidden > 0
    of_west = client.get("/portfolio/loans/?figure=book&branch=WEST")
    assert of_west.context["listing"].count == 0
    assert of_west.context["source"].hidden == hidden
    assert formatting.count(hidden) in of_west.content.decode()


def test_a_dashboard_of_a_branch_that_the_reader_does_not_see_is_not_there(bank: dict[str, User]) -> None:
    client = signed_in(bank["east"])
    for path in PAGES:
        assert client.get(path.partition("?")[0], {"branch": "WEST"}).status_code == 422, path


@pytest.mark.parametrize(
    "query",
    [
        "as_of=yesterday", "as_of=2030-01-01", "as_of=2024-06-30", "as_of=9999-99-99", "branch=MOON", "branch=%00", "figure=none",
        "figure=book&over=31", "figure=book&class=good", "figure=book&product=none", "figure=vintage&month=2024-13",
        "figure=vintage&month=2024-08&months=999", "figure=vintage&month=2024-08&months=-1", "figure=vintage&month=９９９９-01", "figure=roll&was=none",
        "figure=roll&was=current&now=none", "figure=collected&part=none", "figure=collected&part=due&at=2031-01-01",
        "figure=charge&at=x", "sort=none", "page=0", "figure=vintage",
    ],
)  # fmt: skip
def test_an_address_that_means_nothing_is_refused_by_name(bank: dict[str, User], query: str) -> None:
    answer = signed_in(bank["everywhere"]).get(f"/portfolio/loans/?{query}")
    assert answer.status_code == 422


def test_every_figure_explains_itself_in_both_languages(bank: dict[str, User]) -> None:
    client = signed_in(bank["everywhere"])
    english = client.get("/").content.decode()
    assert "divided by the gross outstanding principal" in english
    client.cookies["xindai_language"] = "zh-hans"
    assert "除以全部本金余额" in client.get("/").content.decode()


def test_before_the_first_close_a_dashboard_says_why_it_is_empty(db: None) -> None:
    from xindai.identity.roles import Role
    from xindai.identity.testing import make_branch, make_user

    client = signed_in(make_user(Role.RISK_MANAGER, make_branch("B01"), "early"))
    for path in PAGES:
        assert client.get(path.partition("?")[0]).status_code == 200
