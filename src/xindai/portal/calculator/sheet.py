"""The sheet of the calculator: up to three loans in the address of the page, so that it can be kept and passed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from xindai.calculator import queries
from xindai.calculator.asked import MOST_LOANS
from xindai.calculator.queries import Quote
from xindai.kernel import business_date
from xindai.kernel.errors import InvalidInput
from xindai.portal.calculator.forms import FrameForm, LoanForm

LETTERS: Final = "abc"[:MOST_LOANS]
EXAMPLE: Final = {"principal": "100,000.00", "rate": "6.00", "months": "36", "method": "level"}
"""What the page shows before anybody has said anything; it is no offer."""
CURRENCY: Final = "CNY"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was asked, loan by loan; ``frame`` is the form of what they share."""

    said: Mapping[str, str]
    frame: FrameForm
    loans: tuple[LoanForm, ...]

    @property
    def is_valid(self) -> bool:
        """Whether every loan can be worked out as far as its form can tell."""
        forms = [self.frame.is_valid(), *(loan.is_valid() for loan in self.loans)]
        return all(forms)

    def quotes(self) -> list[Quote] | None:
        """The loans worked out; None where one cannot be, which its form then says."""
        if not self.is_valid:
            return None
        found = []
        for loan in self.loans:
            try:
                found.append(queries.quote(loan.asked(self.frame.cleaned_data["start"])))
            except InvalidInput as error:
                loan.refuse(error)
        return found if len(found) == len(self.loans) else None

    @property
    def address(self) -> str:
        """The sheet as the query of an address."""
        return urlencode(self.said)

    def with_one_more(self) -> str:
        """The address of the sheet with a copy of its last loan, where there is room."""
        if len(self.loans) == MOST_LOANS:
            return self.address
        last, new = LETTERS[len(self.loans) - 1], LETTERS[len(self.loans)]
        copied = {new + name[1:]: value for name, value in self.said.items() if name.startswith(f"{last}-")}
        return urlencode({**self.said, **copied})

    def without(self, letter: str) -> str:
        """The address of the sheet without a loan; the last one stays."""
        letters = LETTERS[: len(self.loans)]
        kept = [one for one in letters if one != letter]
        if letter not in letters or not kept:
            return self.address
        renamed = dict(zip(kept, LETTERS, strict=False))
        shared = {name: value for name, value in self.said.items() if name[1:2] != "-"}
        others = {
            renamed[name[0]] + name[1:]: value
            for name, value in self.said.items()
            if name[1:2] == "-" and name[0] in renamed
        }
        return urlencode({**shared, **others})


def read(query: QueryDict) -> Sheet:
    """The sheet that an address names; the example where it names none."""
    names = {"currency", "start", *(f"{letter}-{name}" for letter in LETTERS for name in LoanForm.base_fields)}
    asked = {name: str(value) for name, value in query.items() if name in names}
    letters = [letter for letter in LETTERS if any(name.startswith(f"{letter}-") for name in asked)]
    if not letters:
        letters = [LETTERS[0]]
        asked |= {f"{LETTERS[0]}-{name}": value for name, value in EXAMPLE.items()}
    asked.setdefault("currency", CURRENCY)
    asked.setdefault("start", business_date.to_show().isoformat())
    said = {name: value for name, value in asked.items() if value}
    frame = FrameForm(said)
    currency = frame.cleaned_data["currency"] if frame.is_valid() else CURRENCY
    return Sheet(said, frame, tuple(LoanForm(currency, said, prefix=letter) for letter in letters))
