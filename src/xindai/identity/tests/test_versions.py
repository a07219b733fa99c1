"""Rows that people change carry a version; nobody overwrites what they have not seen."""

import pytest
from django.db import transaction

from xindai.identity.models import Branch
from xindai.identity.testing import make_branch
from xindai.kernel.errors import VersionConflict
from xindai.kernel.testing import at_once

pytestmark = pytest.mark.django_db


def test_the_version_grows_with_each_save() -> None:
    branch = make_branch()
    assert branch.version == 1
    for expected in (2, 3):
        branch.save()
        branch.refresh_from_db()
        assert branch.version == expected


def test_who_has_an_outdated_row_does_not_overwrite_it() -> None:
    mine = make_branch()
    theirs = Branch.objects.get(pk=mine.pk)
    theirs.code = "THEIRS"
    theirs.save()
    mine.code = "MINE"
    with pytest.raises(VersionConflict) as caught, transaction.atomic():
        mine.save()
    assert (caught.value.params["expected"], caught.value.params["found"]) == (1, 2)
    assert Branch.objects.get(pk=mine.pk).code == "THEIRS"
    assert mine.version == 1


def test_some_columns_alone_are_saved_under_the_same_rule() -> None:
    mine = make_branch()
    theirs = Branch.objects.get(pk=mine.pk)
    theirs.code = "THEIRS"
    theirs.save(update_fields=["code"])
    assert Branch.objects.get(pk=mine.pk).version == 2
    with pytest.raises(VersionConflict), transaction.atomic():
        mine.save(update_fields=["name"])


def test_the_version_that_a_person_saw_is_the_one_that_counts() -> None:
    branch = make_branch()
    branch.save()
    with pytest.raises(VersionConflict):
        branch.save_versioned(expected=1)
    branch.save_versioned(expected=2)
    assert Branch.objects.get(pk=branch.pk).version == 3


def test_a_row_that_is_gone_is_not_brought_back() -> None:
    branch = make_branch()
    Branch.objects.filter(pk=branch.pk).delete()
    with pytest.raises(VersionConflict), transaction.atomic():
        branch.save()
    assert not Branch.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.pg15
def test_of_many_who_save_the_same_version_at_once_one_wins() -> None:
    pk = make_branch().pk
    copies = [Branch.objects.get(pk=pk) for _number in range(4)]

    def save(branch: Branch) -> bool:
        try:
            branch.save()
        except VersionConflict:
            return False
        return True

    won = at_once([lambda branch=branch: save(branch) for branch in copies])  # type: ignore[misc]
    assert won.count(True) == 1
    assert Branch.objects.get(pk=pk).version == 2
