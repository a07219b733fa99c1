"""One small bank for all tests of a module that only look at it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from xindai.demonstration.bank import Bank
from xindai.demonstration.testing import small_bank


@pytest.fixture(scope="module")
def bank(django_db_setup: None, django_db_blocker: Any) -> Iterator[Bank]:
    """A bank that has lived its small plan; everything is rolled back when the module's tests are over.

    The module must be marked ``django_db``: that is what makes a test database.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        assert connection.settings_dict["NAME"].startswith("test_")
        yield small_bank()
        transaction.set_rollback(True)
