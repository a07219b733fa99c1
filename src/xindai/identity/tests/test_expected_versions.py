"""The version that somebody has read is compared by the verb that changes the row, once, under its lock."""

import pytest

from xindai.identity.models import Branch
from xindai.identity.testing import make_branch
from xindai.kernel import versions
from xindai.kernel.errors import VersionConflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> Branch:
    """A row of version 1."""
    return make_branch()


def test_without_an_expectation_every_version_may_be_changed(row: Branch) -> None:
    versions.compare(("branch", 1), row)


def test_the_version_that_was_read_may_be_changed_and_another_one_may_not(row: Branch) -> None:
    with versions.expected(("branch", 1), {1}):
        versions.compare(("branch", 1), row)
    with pytest.raises(VersionConflict), versions.expected(("branch", 1), {2}):
        versions.compare(("branch", 1), row)


def test_the_act_itself_may_change_the_row_after_the_comparison(row: Branch) -> None:
    with versions.expected(("branch", 1), {1}):
        versions.compare(("branch", 1), row)
        row.save()
        versions.compare(("branch", 1), row)


def test_another_row_is_not_what_was_read(row: Branch) -> None:
    with versions.expected(("branch", 1), {2}):
        versions.compare(("branch", 7), row)
        with pytest.raises(VersionConflict):
            versions.compare(("branch", 1), row)


def test_an_act_that_never_compares_is_found(row: Branch) -> None:
    with pytest.raises(AssertionError, match="nothing has compared"), versions.expected(("branch", 1), None):
        pass
