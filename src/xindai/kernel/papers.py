"""Papers as PDF: what they say comes as words and rows, how they look stands in one template beside this module.

The font lies in every paper (the letters that it uses), so that it reads alike on every machine; it comes with the web
packages.  The compiler reads nothing but the template and that font.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

import typst
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import Unavailable

TEMPLATE: Final = Path(__file__).with_name("paper.typ")
_FONT: Final = "@expo-google-fonts/noto-sans-sc"
_WEIGHTS: Final = ("400Regular", "700Bold")


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values in pairs."""

    rows: Sequence[tuple[str, str]]
    title: str = ""
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: numbers stand to the right; the wide ones share what is left."""

    name: str
    number: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that is repeated on every page, and what they come to."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    title: str = ""
    total: Sequence[str] = ()
    kind: str = field(default="table", init=False)


@dataclass(frozen=True, slots=True)
class Notes:
    """Paragraphs."""

    rows: Sequence[str]
    title: str = ""
    kind: str = field(default="notes", init=False)


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper in one language (``zh`` or ``en``)."""

    language: str
    sender: str
    title: str
    lead: str
    foot: str
    blocks: Sequence[Facts | Table | Notes]


def pdf(paper: Paper) -> bytes:
    """The paper as PDF.  Raises Unavailable when the font has not been installed."""
    words = json.dumps(asdict(paper), ensure_ascii=False)
    return bytes(typst.compile(TEMPLATE.read_bytes(), font_paths=_fonts(), sys_inputs={"data": words}))


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    folders = [settings.PAPER_FONTS / _FONT / weight for weight in _WEIGHTS]
    if not all(folder.is_dir() for folder in folders):
        raise Unavailable(
            _("The font for papers is not installed."), remedy=_("Run ./xindai setup, and ask for the paper again.")
        )
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
