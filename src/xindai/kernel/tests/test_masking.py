"""What is shown of personal data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xindai.kernel import masking


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (masking.mask_identity_number("110105198506150019"), "1101**********0019"),
        (masking.mask_account("6222020200112233445"), "***************3445"),
        (masking.mask_mobile("13800005678"), "138****5678"),
        (masking.mask_name("王建国"), "王*国"),
        (masking.mask_name("欧阳建国"), "欧**国"),
        (masking.mask_name("王国"), "王*"),
        (masking.mask_name("王"), "*"),
        (masking.mask_name(""), ""),
    ],
)
def test_only_the_agreed_ends_are_shown(shown: str, expected: str) -> None:
    assert shown == expected


@given(st.text("0123456789X", max_size=24))
def test_no_mask_changes_the_length_or_shows_a_short_value(value: str) -> None:
    for mask, kept in ((masking.mask_identity_number, 8), (masking.mask_account, 4), (masking.mask_mobile, 7)):
        shown = mask(value)
        assert len(shown) == len(value)
        assert shown.count("*") == (len(value) if len(value) <= kept else len(value) - kept)
