"""One catalogue of Chinese texts for the whole product, merged from the apps' own .po files.

Each app keeps ``locale/zh_Hans.po`` beside its code; at start they are compiled into the data
folder when one of them is newer than the compiled catalogue.
"""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE: Final = "zh_Hans"


def po_files(root: Path) -> list[Path]:
    """The apps' catalogues below the package folder, in a fixed order."""
    return sorted(root.glob(f"*/locale/{LOCALE}.po"))


def merged(paths: Iterable[Path]) -> Catalog:
    """All texts in one catalogue; a message that two apps translate keeps the first translation."""
    catalog = Catalog(locale=LOCALE, fuzzy=False)
    for path in paths:
        with path.open("rb") as file:
            for message in read_po(file, locale=LOCALE):
                if message.id and message.string and not message.fuzzy and message.id not in catalog:
                    catalog.add(message.id, message.string, context=message.context)
    return catalog


def compile_into(locale_folder: Path, root: Path) -> Path:
    """Bring ``<locale_folder>/zh_Hans/LC_MESSAGES/django.mo`` up to date; returns its path."""
    target = locale_folder / LOCALE / "LC_MESSAGES" / "django.mo"
    paths = po_files(root)
    newest = max((path.stat().st_mtime for path in [*paths, root]), default=0.0)
    if target.exists() and target.stat().st_mtime >= newest:
        return target
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = target.with_name(f".{os.getpid()}.mo")
    with fresh.open("wb") as file:
        write_mo(file, merged(paths))
    fresh.replace(target)
    return target
