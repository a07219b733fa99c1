"""The order inside each app."""

from tests.architecture import inner_order
from tests.architecture.source import Source, product, told


def test_no_file_reaches_up_in_its_own_app() -> None:
    found = inner_order.wrong_ways(product())
    assert not found, told(found)


def test_queries_that_read_a_service_and_models_that_read_a_query_are_found() -> None:
    planted = [
        Source("xindai/ledger/models.py", "from xindai.ledger import queries\n"),
        Source("xindai/ledger/queries.py", "import datetime\nfrom xindai.ledger.services import post\n"),
        Source("xindai/ledger/services/__init__.py", "from xindai.ledger.services.posting import post\n"),
        Source("xindai/ledger/services/posting.py", "def post():\n    from xindai.ledger.views import page\n"),
        Source("xindai/ledger/views.py", "page = 1\n"),
    ]

    assert [(finding.path, finding.line) for finding in inner_order.wrong_ways(planted)] == [
        ("src/xindai/ledger/models.py", 1),
        ("src/xindai/ledger/queries.py", 2),
        ("src/xindai/ledger/services/posting.py", 2),
    ]


def test_a_way_up_through_a_file_of_no_tier_is_found() -> None:
    planted = [
        Source("xindai/ledger/queries.py", "from xindai.ledger.rules import rule\n"),
        Source("xindai/ledger/rules.py", "from xindai.ledger import services\n"),
        Source("xindai/ledger/services.py", "x = 1\n"),
    ]

    assert [finding.path for finding in inner_order.wrong_ways(planted)] == ["src/xindai/ledger/queries.py"]


def test_the_right_way_and_other_apps_are_free() -> None:
    planted = [
        Source("xindai/ledger/models.py", "from xindai.ledger.rules import rule\n"),
        Source("xindai/ledger/rules.py", "from xindai.kernel import queries\n"),
        Source(
            "xindai/ledger/queries.py", "from xindai.ledger.models import Entry\nfrom xindai.kernel import services\n"
        ),
        Source("xindai/ledger/services.py", "from xindai.ledger import models, queries\n"),
        Source("xindai/ledger/views.py", "from xindai.ledger import services\n"),
        Source("xindai/kernel/services.py", "x = 1\n"),
        Source("xindai/kernel/queries.py", "x = 1\n"),
    ]

    assert inner_order.wrong_ways(planted) == []
