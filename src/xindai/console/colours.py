"""The design tokens' colours, read from the style sheet itself, and their contrast after WCAG 2."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

SCHEMES: Final = {"light": 0, "dark": 1}
TEXT_ON: Final = (
    ("ink", "surface"), ("ink", "bg"), ("muted", "surface"), ("muted", "bg"), ("primary", "surface"), ("ink", "hover"),
    ("ink", "selected"), ("on-solid", "solid"), ("good", "good-tint"), ("watch", "watch-tint"), ("bad", "bad-tint"),
    ("danger", "danger-tint"), ("loss", "loss-tint"), ("info", "info-tint"), ("neutral", "neutral-tint"),
    ("danger", "surface"), ("nav-text", "nav-bg"), ("nav-group", "nav-bg"), ("on-class-2", "class-2"),
    ("on-class-3", "class-3"), ("surface", "series-1"), ("surface", "series-2"), ("surface", "series-3"),
)  # fmt: skip
"""Text and the ground on which it stands: at least 4.5."""
MARK_ON: Final = (("field-line", "surface"), ("focus", "surface"), ("focus", "bg"))
"""Controls and focus rings: at least 3."""
TEXT_LEAST: Final = Fraction(9, 2)
MARK_LEAST: Final = Fraction(3)

_TOKENS: Final = Path(__file__).parent / "static" / "xd" / "tokens.css"
_PAIR: Final = re.compile(r"--xd-([a-z0-9-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
_SINGLE: Final = re.compile(r"--xd-([a-z0-9-]+): (#[0-9a-f]{6});")
_DIGITS: Final = 15


def _linear(step: int) -> Fraction:
    """Return the linear light of a step of a channel, 0 to 255, after sRGB."""
    part = Fraction(step, 255)
    if part <= Fraction("0.04045"):
        return part * Fraction(100, 1292)
    base = (part + Fraction("0.055")) * Fraction(1000, 1055)
    return Fraction(Decimal(int(base * 10**_DIGITS)).scaleb(-_DIGITS) ** Decimal("2.4"))


_LINEAR: Final = tuple(_linear(step) for step in range(256))
"""Linear light of each of the 256 steps of a channel."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Two tokens that meet, in one scheme: their colours, the contrast and the least that is asked."""

    front: str
    ground: str
    scheme: str
    front_colour: str
    ground_colour: str
    contrast: Fraction
    least: Fraction

    @property
    def is_enough(self) -> bool:
        """True when it can be read."""
        return self.contrast >= self.least


@cache
def colours(scheme: str) -> dict[str, str]:
    """Return the colour of every token in a scheme."""
    text = _TOKENS.read_text(encoding="utf-8")
    both = {name: (light, dark) for name, light, dark in _PAIR.findall(text)}
    both |= {name: (colour, colour) for name, colour in _SINGLE.findall(text)}
    return {name: pair[SCHEMES[scheme]] for name, pair in both.items()}


def luminance(colour: str) -> Fraction:
    """Return the relative luminance of #rrggbb."""
    red, green, blue = (_LINEAR[int(colour[place : place + 2], 16)] for place in (1, 3, 5))
    return Fraction("0.2126") * red + Fraction("0.7152") * green + Fraction("0.0722") * blue


def contrast(one: str, other: str) -> Fraction:
    """Return the contrast ratio of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + Fraction("0.05")) / (darker + Fraction("0.05"))


def pairings() -> list[Pairing]:
    """Return every pair of tokens that meets on pages, in both schemes."""
    found = []
    for pairs, least in ((TEXT_ON, TEXT_LEAST), (MARK_ON, MARK_LEAST)):
        for front, ground in pairs:
            for scheme in SCHEMES:
                known = colours(scheme)
                ratio = contrast(known[front], known[ground])
                found.append(Pairing(front, ground, scheme, known[front], known[ground], ratio, least))
    return found
