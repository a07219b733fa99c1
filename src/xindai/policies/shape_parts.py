"""What the shapes of all sections are made of: values that are possible, words in both languages, a part that knows its names."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

BILLION = 1_000_000_000
MILLION = 1_000_000

Ppb = Annotated[int, Field(strict=True, ge=-BILLION, le=BILLION)]
"""A rate: parts per billion, per annum where it is interest; never above 100 %."""
Ppm = Annotated[int, Field(strict=True, ge=0, le=10 * MILLION)]
"""A share: parts per million; up to ten times for multiples."""
Minor = Annotated[int, Field(strict=True, ge=0)]
Days = Annotated[int, Field(strict=True, ge=0, le=36_500)]
Months = Annotated[int, Field(strict=True, gt=0, le=1_200)]
Points = Annotated[int, Field(strict=True, ge=-10_000, le=10_000)]
BusinessHours = Annotated[int, Field(strict=True, gt=0, le=1_000)]
Flag = Annotated[bool, Field(strict=True)]

Rating = Literal["high", "medium", "low"]
RiskLevel = Literal["low", "medium", "high"]
Industry = Literal["manufacturing", "services", "agriculture", "other"]
Tier = Literal["premium", "standard", "prospective"]
Kind = Literal["person", "company"]
FiveTier = Literal["normal", "special_mention", "substandard", "doubtful", "loss"]


class Shape(BaseModel):
    """A frozen part of a section; an unknown name in it is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Shape):
    """A text for people, in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


def refuse_unless(holds: bool, problem: str) -> None:
    """A part whose figures do not agree is refused with the problem in words.  Raises ValueError."""
    if not holds:
        raise ValueError(problem)
