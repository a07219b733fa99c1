"""A bank that is open for business on a Monday."""

import pytest

from xindai.identity.models import Branch
from xindai.servicing.testing import open_bank


@pytest.fixture
def branch(db: None) -> Branch:
    """The branch of the open bank."""
    return open_bank()
