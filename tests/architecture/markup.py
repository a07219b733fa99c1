"""Pages are made by templates alone, everything from people is escaped, and nothing in them needs a looser policy."""

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.architecture.source import CHECKOUT, SRC, Finding, Source, calls, literal

_UNESCAPED: Final = frozenset(
    {
        "django.template.Template", "django.template.Engine", "django.utils.safestring.mark_safe",
        "django.utils.safestring.SafeString", "django.utils.safestring.SafeText", "jinja2.Template",
    }
)  # fmt: skip
_FORMATS: Final = {"django.utils.html.format_html": 0, "django.utils.html.format_html_join": 1}
"""Functions that escape what they fill in, and the place of the pattern that they do not."""

_MARKUP: Final = (
    (r"<script(?![^>]*\bsrc=)(?![^>]*\bnonce=)", "a script without src and nonce"),
    (r"<style\b(?![^>]*\bnonce=)", "a style sheet without nonce"),
    (r"<[a-z][^>]*\sstyle\s*=", "a style attribute"),
    (r"<[a-z][^>]*\son[a-z]+\s*=", "a handler written as an attribute"),
    (r"(href|src|action)\s*=\s*[\"']?\s*javascript:", "a script in an address"),
    (r"<(script|link|img|iframe|form)\b[^>]*\b(src|href|action)=[\"']?(https?:)?//", "something of another host"),
    (r"<(object|embed|base|iframe)\b", "an element that the policy forbids"),
)
_TEMPLATE: Final = (
    *_MARKUP,
    (r"\|\s*safe(seq)?\b", "text that is not escaped (safe)"),
    (r"\{%-?\s*autoescape\s+off", "text that is not escaped (autoescape off)"),
    (r"\bhx-(on|vals\s*=\s*[\"']js:)", "a script in an attribute of htmx"),
    (r"\{%-?\s*(csp|script)_unsafe", "a looser policy"),
)
_SCRIPT: Final = (
    (r"\b(inner|outer)HTML\b(?!\s*[!=]==)", "markup made from text"),
    (r"\binsertAdjacentHTML\b|\bdocument\.write\b|\bcreateContextualFragment\b|\bDOMParser\b", "markup made from text"),
    (r"\beval\s*\(|\bnew\s+Function\b|\bset(Timeout|Interval)\s*\(\s*[\"'`]", "a script made from text"),
)
_DOORS: Final = frozenset(
    {
        "django.views.decorators.csrf.csrf_exempt", "django.views.decorators.clickjacking.xframe_options_exempt",
        "csp.decorators.csp_exempt", "csp.decorators.csp_replace", "csp.decorators.csp_update",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """A template or a script of ours: its path below the checkout and its text."""

    path: str
    text: str


def pages(pattern: str) -> list[Page]:
    """Files of ours below src by the end of their names, minified ones of others left out."""
    return [_read(path) for path in sorted(SRC.rglob(pattern)) if ".min." not in path.name]


def templates(page: Page) -> list[Finding]:
    """What a template must not hold."""
    return _matches(page, _TEMPLATE, "let the template escape it; styles and scripts have files of their own")


def scripts(page: Page) -> list[Finding]:
    """What a script of ours must not do."""
    return _matches(page, _SCRIPT, "make elements and set their textContent")


def markup_in_code(source: Source) -> list[Finding]:
    """Templates made from text, text declared safe, patterns that are not plain text, and forbidden markup."""
    found = []
    for call in calls(source):
        name = source.dotted(call.func)
        last = ast.unparse(call.func).rpartition(".")[2]
        if name in _UNESCAPED or last in {"from_string", "mark_safe"}:
            found.append(
                source.finding(call, f"{ast.unparse(call.func)}() lets text become markup", "write a template")
            )
        if name in _FORMATS and (len(call.args) <= _FORMATS[name] or literal(call.args[_FORMATS[name]]) is None):
            found.append(source.finding(call, "the pattern is not plain text", "give the values as arguments"))
    found += [
        source.finding(one, f"{one.target} opens a door", "let the middleware stand before every view")
        for one in source.imports
        if one.target in _DOORS
    ]
    for node in source.nodes:
        if text := literal(node):
            found += [
                source.finding(node, f"{what} in markup", "use a class of the style sheet")
                for pattern, what in _MARKUP
                if re.search(pattern, text)
            ]
    return found


def _matches(page: Page, rules: tuple[tuple[str, str], ...], remedy: str) -> list[Finding]:
    return [
        Finding(page.path, page.text.count("\n", 0, match.start()) + 1, what, remedy)
        for pattern, what in rules
        for match in re.finditer(pattern, page.text, re.IGNORECASE)
    ]


def _read(path: Path) -> Page:
    return Page(path.relative_to(CHECKOUT).as_posix(), path.read_text(encoding="utf-8"))
