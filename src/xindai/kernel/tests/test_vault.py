"""Personal data at rest: sealed for one subject, found by a keyed hash, unreadable when the key is destroyed."""

import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from xindai.kernel import vault
from xindai.kernel.errors import NotFound
from xindai.kernel.ids import uuid7
from xindai.kernel.models import SubjectKey
from xindai.kernel.testing import at_once

NUMBER = "110105198506150019"

pytestmark = pytest.mark.django_db


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.text(max_size=40))
def test_what_is_sealed_is_read_again(text: str) -> None:
    assert vault.unseal("a", vault.seal("a", text)) == text


def test_the_sealed_value_does_not_show_what_it_holds() -> None:
    sealed = vault.seal("a", NUMBER)
    assert NUMBER.encode() not in sealed
    assert NUMBER[-4:].encode() not in sealed


def test_the_same_text_never_looks_the_same() -> None:
    assert len({vault.seal("a", NUMBER) for _time in range(50)}) == 50


def test_a_value_cannot_be_moved_to_another_subject() -> None:
    sealed = vault.seal("a", NUMBER)
    vault.seal("b", NUMBER)
    with pytest.raises(InvalidTag):
        vault.unseal("b", sealed)


def test_also_with_the_very_key_the_subject_is_part_of_the_seal() -> None:
    sealed = vault.seal("a", NUMBER)
    SubjectKey.objects.create(
        subject_id="b", wrapped=SubjectKey.objects.get(pk="a").wrapped, created_at=SubjectKey.objects.get().created_at
    )
    with pytest.raises(InvalidTag):
        vault.unseal("b", sealed)


@pytest.mark.parametrize("place", [1, 5, 14, -1])
def test_one_altered_bit_is_noticed(place: int) -> None:
    altered = bytearray(vault.seal("a", NUMBER))
    altered[place] ^= 1
    with pytest.raises(InvalidTag):
        vault.unseal("a", bytes(altered))


def test_an_altered_key_is_noticed() -> None:
    sealed = vault.seal("a", NUMBER)
    wrapped = bytearray(SubjectKey.objects.get(pk="a").wrapped)
    wrapped[3] ^= 1
    SubjectKey.objects.filter(pk="a").update(wrapped=bytes(wrapped))
    _forget_this_transactions_keys()
    with pytest.raises(InvalidUnwrap):
        vault.unseal("a", sealed)


def test_another_process_reads_it_by_the_key_in_the_database() -> None:
    sealed = vault.seal("a", NUMBER)
    _forget_this_transactions_keys()
    assert vault.unseal("a", sealed) == NUMBER


def test_without_the_master_key_the_stored_keys_are_useless(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = vault.seal("a", NUMBER)
    _forget_this_transactions_keys()
    monkeypatch.setattr(settings, "MASTER_KEY", bytes(32))
    vault._derived.cache_clear()
    try:
        with pytest.raises(InvalidUnwrap):
            vault.unseal("a", sealed)
    finally:
        vault._derived.cache_clear()


def test_after_its_key_is_destroyed_a_value_is_never_read_again() -> None:
    subject = uuid7()
    sealed = vault.seal(subject, NUMBER)
    vault.destroy(subject)
    for act in (lambda: vault.unseal(subject, sealed), lambda: vault.seal(subject, NUMBER)):
        with pytest.raises(NotFound) as caught:
            act()
        problem = caught.value.as_problem("en")
        assert problem["remedy"] == "The personal data have been deleted and cannot be restored."
    kept = SubjectKey.objects.get(pk=str(subject))
    assert bytes(kept.wrapped) == b""
    assert kept.destroyed_at is not None


def test_destroying_one_key_leaves_the_others() -> None:
    sealed = vault.seal("b", NUMBER)
    vault.seal("a", NUMBER)
    vault.destroy("a")
    assert vault.unseal("b", sealed) == NUMBER


def test_a_subject_without_key_has_nothing_to_read() -> None:
    with pytest.raises(NotFound):
        vault.unseal("nobody", vault.seal("a", NUMBER))


def test_a_key_that_was_rolled_back_is_not_remembered() -> None:
    with transaction.atomic():
        vault.seal("a", NUMBER)
        transaction.set_rollback(True)
    sealed = vault.seal("a", NUMBER)
    _forget_this_transactions_keys()
    assert vault.unseal("a", sealed) == NUMBER


@pytest.mark.django_db(transaction=True)
@pytest.mark.pg15
def test_many_who_seal_for_one_subject_at_once_share_one_key() -> None:
    sealed = at_once([lambda: vault.seal("a", NUMBER)] * 4)
    vault.forget()
    assert [vault.unseal("a", one) for one in sealed] == [NUMBER] * 4
    assert SubjectKey.objects.count() == 1
    vault.destroy("a")
    with pytest.raises(NotFound):
        vault.unseal("a", sealed[0])


def test_the_lookup_hash_finds_the_same_text_and_tells_kinds_apart() -> None:
    found = vault.lookup_hash("identity", NUMBER)
    assert found == vault.lookup_hash("identity", NUMBER)
    assert len({found, vault.lookup_hash("account", NUMBER), vault.lookup_hash("identity", NUMBER[:-1] + "8")}) == 3
    assert NUMBER not in found


def test_the_lookup_hash_depends_on_the_master_key(monkeypatch: pytest.MonkeyPatch) -> None:
    found = vault.lookup_hash("identity", NUMBER)
    monkeypatch.setattr(settings, "MASTER_KEY", bytes(32))
    vault._derived.cache_clear()
    try:
        assert vault.lookup_hash("identity", NUMBER) != found
    finally:
        vault._derived.cache_clear()


def test_the_banks_keys_are_readable_by_their_owner_alone() -> None:
    for name in ("secret.key", "master.key"):
        assert stat.S_IMODE((Path(settings.DATA) / name).stat().st_mode) == 0o600


def _forget_this_transactions_keys() -> None:
    """As if another process looked: neither the cache nor the transaction knows a key."""
    vault.forget()
    transaction.get_connection().run_on_commit.clear()
