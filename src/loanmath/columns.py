"""Many loans as columns: what they were agreed on, and the rows of their plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from sys import getrefcount
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from loanmath.calendar import day_of
from loanmath.errors import LoanMathError, wrong_kind
from loanmath.frequency import OddPeriod
from loanmath.planned import Schedule
from loanmath.terms import Levelling, Method, Repricing, Terms

IntColumn = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]

CARRIED_METHODS: Final = frozenset(
    {Method.LEVEL, Method.EQUAL_PRINCIPAL, Method.INTEREST_FIRST, Method.BULLET, Method.FLAT}
)
_SOME_DAY: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class LoanColumns:
    """Loans by position: what differs from loan to loan is a column of int64, all else a product.

    ``products`` are terms of which only what is no column counts; ``product`` says by place which one a loan has.
    Dates are proleptic ordinals, ``first_due_on`` 0 where the frequency gives it.
    """

    products: tuple[Terms, ...]
    product: IntColumn
    principal_minor: IntColumn
    rate_ppb: IntColumn
    disbursed_on: IntColumn
    first_due_on: IntColumn
    instalments: IntColumn
    balloon_minor: IntColumn

    @classmethod
    def of(cls, loans: Sequence[Terms]) -> Self:
        """Loans one by one: equal products are found, and what columns cannot carry stays a product of its own.

        Raises LoanMathError ``wrong_kind``.
        """
        places: dict[Terms, int] = {}
        rows = []
        for number, terms in enumerate(loans):
            if not isinstance(terms, Terms):
                raise wrong_kind(f"loans[{number}]", terms, "the terms of a loan")
            place = places.setdefault(product_of(terms), len(places))
            first = terms.first_due_on.toordinal() if terms.first_due_on else 0
            rows.append(
                (
                    place,
                    terms.principal_minor,
                    terms.rate_ppb,
                    terms.disbursed_on.toordinal(),
                    first,
                    terms.instalments,
                    terms.shape.balloon_minor,
                )
            )
        table = np.array(rows, dtype=np.int64).reshape(-1, 7)
        return cls(tuple(places), *(np.ascontiguousarray(table[:, place]) for place in range(7)))

    def __len__(self) -> int:
        return len(self.product)

    def check(self) -> None:
        """Refuse what is no set of columns: other numbers than int64, lengths that differ, products that are not there.

        Raises LoanMathError ``wrong_kind`` or ``no_such_product``.
        """
        for item in fields(self)[1:]:
            column = getattr(self, item.name)
            if getattr(column, "dtype", None) != np.int64 or column.shape != (len(self.product),):
                raise wrong_kind(f"loans.{item.name}", column, "a column of int64 with one number for each loan")
        if len(self) and not (int(self.product.min()) >= 0 and int(self.product.max()) < len(self.products)):
            position = int(np.flatnonzero((self.product < 0) | (self.product >= len(self.products)))[0])
            raise LoanMathError(
                "no_such_product",
                f"loans[{position}].product",
                "There is no product {product}: give its place among the products, from 0 on",
                product=int(self.product[position]),
            )

    def terms(self, position: int) -> Terms:
        """The terms of one loan.  Raises LoanMathError about ``loans[n].field`` where they have no meaning."""
        try:
            return self._terms(position)
        except LoanMathError as error:
            raise error.within(f"loans[{position}]") from None

    def _terms(self, position: int) -> Terms:
        first, product = int(self.first_due_on[position]), self.products[int(self.product[position])]
        if not is_carried(product):
            return product
        return replace(
            product,
            principal_minor=int(self.principal_minor[position]),
            rate_ppb=int(self.rate_ppb[position]),
            disbursed_on=day_of(int(self.disbursed_on[position]), "disbursed_on"),
            first_due_on=day_of(first, "first_due_on") if first else None,
            instalments=int(self.instalments[position]),
            shape=replace(product.shape, balloon_minor=int(self.balloon_minor[position])),
        )

    def take(self, index: IntColumn | npt.NDArray[np.bool_] | slice) -> Self:
        """The loans at these positions."""
        columns = {item.name: getattr(self, item.name)[index] for item in fields(self) if item.name != "products"}
        return type(self)(self.products, **columns)


def product_of(terms: Terms) -> Terms:
    """The terms without what is a column; those that columns cannot carry as they are."""
    if not is_carried(terms):
        return terms
    return replace(
        terms,
        principal_minor=1,
        rate_ppb=0,
        disbursed_on=_SOME_DAY,
        first_due_on=None,
        instalments=1,
        shape=replace(terms.shape, balloon_minor=0),
    )


def is_carried(terms: Terms) -> bool:
    """Whether columns carry what the terms say beside amounts and dates: a plain plan over regular dates."""
    shape = terms.shape
    is_plain = shape.is_plain and not (shape.advance or shape.amortised_over or shape.is_evened)
    has_more = terms.rate_steps or terms.tranches or terms.down_payment_ppb or terms.levelled_on_minor
    has_dates = terms.matures_on or terms.own_dates or terms.odd.first is OddPeriod.SEPARATE
    return (
        terms.method in CARRIED_METHODS
        and is_plain
        and not has_more
        and not has_dates
        and not terms.grace.holidays
        and not (terms.method is Method.BULLET and terms.grace.capitalised)
        and (terms.levelling is Levelling.ROWS or terms.method is not Method.LEVEL)
        and terms.repricing is not Repricing.TERM
    )


@dataclass(frozen=True, slots=True)
class PlanColumns:
    """Rows of many plans, a column for each figure: of one row the values stand at the same place.

    ``position`` is that of the loan, ``number`` that of the row in its plan (1 for the first); dates are ordinals;
    the balance after a row is opening + capitalised - principal.  Rows of a loan come by rising number, with those of
    other loans between them (see :meth:`ordered`).
    """

    position: npt.NDArray[np.int32]
    number: npt.NDArray[np.int16]
    accrual_to: npt.NDArray[np.int32]
    due_on: npt.NDArray[np.int32]
    opening_minor: IntColumn
    principal_minor: IntColumn
    interest_minor: IntColumn
    capitalised_minor: IntColumn

    @classmethod
    def of(cls, plans: Iterable[tuple[int, Schedule]]) -> Self:
        """Plans one by one, each with the position of its loan."""
        rows = [
            (
                position,
                row.number,
                row.accrual_to.toordinal(),
                row.due_on.toordinal(),
                row.opening_minor,
                row.principal_minor,
                row.interest_minor,
                row.capitalised_minor,
            )
            for position, plan in plans
            for row in plan
        ]
        table = np.array(rows, dtype=np.int64).reshape(-1, 8)
        kinds = (np.int32, np.int16, np.int32, np.int32, np.int64, np.int64, np.int64, np.int64)
        return cls(*(table[:, place].astype(kind) for place, kind in enumerate(kinds)))

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Several blocks as one."""
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return cls.of([])
        names = [item.name for item in fields(cls)]
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))

    def __len__(self) -> int:
        return len(self.position)

    def ordered(self) -> Self:
        """The same rows loan by loan, each by number."""
        order = np.lexsort((self.number, self.position))
        return type(self)(*(getattr(self, item.name)[order] for item in fields(self)))


class PlanLayout(NamedTuple):
    """How the columns of so many rows lie in one piece of memory.

    Due dates are the ends of the rows unless they are moved, and what is never capitalised is one zero.
    """

    rows: int
    is_moved: bool
    is_capitalised: bool

    @property
    def size(self) -> int:
        """Bytes that it needs."""
        return self.rows * (8 * (3 + self.is_capitalised) + 4 * (2 + self.is_moved) + 2)

    def columns(self, room: Bytes) -> PlanColumns:
        """The columns, with whatever the memory holds."""
        count, wide = self.rows, 3 + self.is_capitalised
        ends = 8 * wide * count, self.size - 2 * count
        large = room[: ends[0]].view(np.int64).reshape(wide, count)
        small = room[ends[0] : ends[1]].view(np.int32).reshape(2 + self.is_moved, count)
        number = room[ends[1] : self.size].view(np.int16)
        none = large[3] if self.is_capitalised else np.broadcast_to(np.int64(0), count)
        return PlanColumns(small[0], number, small[1], small[-1], large[0], large[1], large[2], none)


class Rooms:
    """Memory for columns, used again once nobody holds what was made in it: fresh memory costs as much as the figures."""

    def __init__(self) -> None:
        self._rooms: list[Bytes] = []

    def columns(self, layout: PlanLayout) -> PlanColumns:
        """Columns to be filled."""
        # A view holds the memory into which it looks, so what nobody else counts is free.
        for place in range(len(self._rooms)):
            if len(self._rooms[place]) >= layout.size and getrefcount(self._rooms[place]) == _FREE:
                return layout.columns(self._rooms[place])
        if len(self._rooms) == _MOST_ROOMS:  # somebody keeps the blocks: nothing to be won
            return layout.columns(np.empty(layout.size, dtype=np.uint8))
        self._rooms.append(np.empty(1 << layout.size.bit_length(), dtype=np.uint8))
        return layout.columns(self._rooms[-1])


_MOST_ROOMS: Final = 8
_PROBE: Final = [object()]
_FREE: Final = getrefcount(_PROBE[0])
"""References to a piece of memory that only the list which holds it and the question itself have, as this Python counts."""
