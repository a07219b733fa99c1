"""The one error of the loan mathematics: what is wrong, where, and what to do about it."""

from __future__ import annotations


class LoanMathError(ValueError):
    """An input that has no meaning as a loan, an event or a cash flow.

    ``code`` is stable and is what the product translates; ``field`` names the input; ``params``
    fill the placeholders of the message.  The English message says what to do.
    """

    def __init__(self, code: str, field: str, message: str, **params: object) -> None:
        super().__init__(message.format(**params) if params else message)
        self.code = code
        self.field = field
        self.message = message
        self.params = params
