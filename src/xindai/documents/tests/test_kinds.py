"""A file is what its bytes say, and only a whole one of the kinds that are taken."""

import pytest

from xindai.documents.kinds import LARGEST_BYTES, media_type
from xindai.kernel.errors import InvalidInput


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"%PDF-1.4 text %%EOF\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0 pixels \xff\xd9", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n pixels IEND\xaeB`\x82", "image/png"),
    ],
)
def test_each_kind_is_known_by_its_first_and_its_last_bytes(content: bytes, found: str) -> None:
    assert media_type(content) == found
    with pytest.raises(InvalidInput):
        media_type(content[1:])
    with pytest.raises(InvalidInput):
        media_type(content[:10])


def test_the_largest_file_is_taken_and_a_byte_more_is_not() -> None:
    frame = b"%PDF-1.4%%EOF"
    whole = b"%PDF-1.4" + b" " * (LARGEST_BYTES - len(frame)) + b"%%EOF"
    assert media_type(whole) == "application/pdf"
    with pytest.raises(InvalidInput) as told:
        media_type(whole + b" ")
    assert told.value.field == "file"
