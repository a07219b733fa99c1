"""What may be shown of personal data: the server masks, no page decides for itself."""

from typing import Final

MASK: Final = "*"


def mask_identity_number(number: str) -> str:
    """First four and last four characters: ``1101**********1234``."""
    return _keep_ends(number, 4, 4)


def mask_account(account: str) -> str:
    """The last four characters only: ``***************1234``."""
    return _keep_ends(account, 0, 4)


def mask_mobile(number: str) -> str:
    """First three and last four digits: ``138****5678``."""
    return _keep_ends(number, 3, 4)


def mask_name(name: str) -> str:
    """Family name and last character for three and more (``王*国``), first character for two (``王*``)."""
    if len(name) <= 1:
        return MASK * len(name)
    if len(name) == len("王国"):
        return name[0] + MASK
    return _keep_ends(name, 1, 1)


def _keep_ends(text: str, first: int, last: int) -> str:
    if len(text) <= first + last:
        return MASK * len(text)
    return text[:first] + MASK * (len(text) - first - last) + text[len(text) - last :]
