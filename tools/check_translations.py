"""Every text that an app shows has a Chinese translation in the app's own locale/zh_Hans.po, and no other app's; the same text has the same translation everywhere.

Texts are the arguments of gettext and its kin in Python, and of the translate tags in templates.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

PRODUCT = Path(__file__).resolve().parents[1] / "src" / "xindai"
LANGUAGE = "zh_Hans"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
_CALL = re.compile(rf"(?<![A-Za-z])(?:_|n?p?gettext)\((?:{_STRING}(?:,\s*)?)+(?:,?\s*\w+)?\)")
_PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_]+\}")


def main() -> int:
    """Compare every app; 1 when something is missing or odd."""
    apps = [app for app in sorted(PRODUCT.iterdir()) if (app / "__init__.py").exists()]
    faults = [fault for app in apps for fault in _faults(app)] + _told_apart(apps)
    print("\n".join(faults))
    return 1 if faults else 0


def _faults(app: Path) -> list[str]:
    translated, faults = _catalogue(app)
    wanted = dict(_texts(app))
    missing = [text for text in wanted if text not in translated]
    faults += [f"{app.name}: not translated: {text!r} ({wanted[text]})" for text in missing]
    faults += [f"{app.name}: translated but no longer used: {text!r}" for text in translated if text not in wanted]
    for text in wanted.keys() & translated.keys():
        if set(_PLACEHOLDER.findall(text)) != set(_PLACEHOLDER.findall(translated[text])):
            faults.append(f"{app.name}: other placeholders in the translation of {text!r}")
    return faults


def _told_apart(apps: list[Path]) -> list[str]:
    """Texts that two apps translate each in its own way: all catalogues are one to a page, so that one of them is never shown."""
    found: dict[str, dict[str, str]] = {}
    for app in apps:
        for message in _messages(app):
            text = f"{message.context}: {_first(message.id)}" if message.context else _first(message.id)
            found.setdefault(text, {}).setdefault(_first(message.string), app.name)
    return [
        f"{', '.join(names.values())}: {text!r} has several translations: {', '.join(names)}"
        for text, names in found.items()
        if len(names) > 1
    ]


def _catalogue(app: Path) -> tuple[dict[str, str], list[str]]:
    messages = _messages(app)
    faults = [f"{app.name}: fuzzy: {message.id!r}" for message in messages if message.fuzzy]
    return {_first(message.id): _first(message.string) for message in messages if _first(message.string)}, faults


def _messages(app: Path) -> list[Message]:
    path = app / "locale" / f"{LANGUAGE}.po"
    if not path.exists():
        return []
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=LANGUAGE) if message.id]


def _first(text: object) -> str:
    """The singular of a text with a plural."""
    return str(text[0]) if isinstance(text, tuple | list) else str(text or "")


def _texts(app: Path) -> Iterator[tuple[str, str]]:
    for path in sorted([*app.rglob("*.py"), *app.rglob("*.html"), *app.rglob("*.txt")]):
        if not {"tests", "migrations", "static"} & set(path.relative_to(app).parts):
            source = path.read_text(encoding="utf-8")
            if path.suffix != ".py":
                source = _calls(templatize(source, origin=str(path)))
            for line, text, _comments, _context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
                yield _message(text), f"{path.relative_to(PRODUCT)}:{line}"


def _calls(template: str) -> str:
    """Of a template turned into half-Python, line by line the calls of gettext alone."""
    return "\n".join(";".join(_CALL.findall(line)) for line in template.splitlines())


def _message(found: object) -> str:
    """The text itself: with a plural the singular, with a context what follows it."""
    return _first(found)


if __name__ == "__main__":
    django.setup()
    sys.exit(main())
