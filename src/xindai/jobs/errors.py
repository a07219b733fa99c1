"""Why a business date cannot be closed."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import StateConflict, Unavailable


class DayBeforeNotClosed(StateConflict):
    """Days are closed one after the other, without a gap."""

    def __init__(self, on: date, latest: date) -> None:
        super().__init__(
            _("{on} cannot be closed: the latest day closed is {latest}."),
            field="on",
            remedy=_("Close the days in between first."),
            on=on,
            latest=latest,
        )


class PartsNotClosed(StateConflict):
    """Some part of the book is still open on the date."""

    def __init__(self, on: date) -> None:
        super().__init__(
            _("Not every part of the book is closed on {on}."), remedy=_("Start the end of day again."), on=on
        )


class BooksDoNotBalance(StateConflict):
    """Debits and credits of the date differ; the date stays open."""

    def __init__(self, on: date, imbalance: Mapping[str, int]) -> None:
        super().__init__(
            _("The books of {on} do not balance: {difference} (in minor units)."),
            remedy=_("Find the transaction that does not balance; the date closes when the difference is gone."),
            on=on,
            difference=", ".join(f"{currency} {amount}" for currency, amount in imbalance.items()),
        )


class ChannelLeftOut(Unavailable):
    """The channel did not answer every order; what it did answer has not been taken over."""

    def __init__(self, channel: str) -> None:
        super().__init__(
            _("The channel “{channel}” has left orders unanswered."),
            remedy=_("Start the mandate run again; orders keep their keys, nothing is drawn twice."),
            channel=channel,
        )
