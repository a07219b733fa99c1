"""What a file is, told from its own bytes; its name and what a browser says of it count for nothing."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import InvalidInput

LARGEST_BYTES: Final = 5 * 1024 * 1024
_SIGNS: Final = (
    ("application/pdf", b"%PDF-", b"%%EOF"),
    ("image/jpeg", b"\xff\xd8\xff", b"\xff\xd9"),
    ("image/png", b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
)
_TAIL: Final = 1024
ENDINGS: Final = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


def media_type(content: bytes) -> str:
    """The kind of a whole file: PDF, JPEG or PNG by its first and its last bytes.  Raises InvalidInput for any other."""
    if len(content) > LARGEST_BYTES:
        raise InvalidInput(
            "file",
            _("The file is too large."),
            _("Hand in at most {most} MB; a photograph of less resolution is enough."),
            most=LARGEST_BYTES // 1024 // 1024,
        )
    for found, first, last in _SIGNS:
        if content.startswith(first) and last in content[-_TAIL:]:
            return found
    raise InvalidInput(
        "file",
        _("This is no PDF, JPEG or PNG, or the file is not whole."),
        _("Save it as one of these and hand it in again; what its name ends in does not matter."),
    )
