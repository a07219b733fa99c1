"""Books that are open: a chart of accounts and two branches."""

import pytest

from xindai.identity.models import Branch
from xindai.identity.testing import make_branch
from xindai.ledger.testing import open_chart


@pytest.fixture
def branch(db: None) -> Branch:
    """The branch that postings belong to."""
    open_chart()
    return make_branch("B01")


@pytest.fixture
def other(db: None) -> Branch:
    """Another branch."""
    return make_branch("B02")
