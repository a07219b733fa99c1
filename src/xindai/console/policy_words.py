"""What a policy says in codes, in the reader's words: parts of tables, values, units and references.

Codes that the product itself knows have their words in `words`; those that a lender adds are named by the pack in
both languages (documents, steps, facts). What nobody has named is shown as the code that it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xindai.console import words
from xindai.console.templatetags.xd import local
from xindai.kernel import formatting
from xindai.policies.figures import Figure
from xindai.policies.packs import Pack

Names = Mapping[str, Mapping[str, str]]

LANGUAGE_KEYS: Final = {"zh", "en"}


@dataclass(frozen=True, slots=True)
class Speaker:
    """The words of one section of a pack; ``fact_codes`` names the codes of each fact."""

    names: Names = field(default_factory=dict)
    fact_codes: Mapping[str, Names] = field(default_factory=dict)

    def part(self, name: str, value: Any = None) -> str | SafeString:
        """Say the name of a part of a table; the name of a text is the code by which rules call the text."""
        if name in words.PARTS:
            return str(words.PARTS[name])
        return _code(name) if is_text(value) else self.code(name)

    def code(self, code: str, fact: str = "") -> str | SafeString:
        """Say a code, one of the codes of ``fact`` first."""
        own = self.fact_codes.get(fact, {})
        if code in own:
            return local(own[code])
        if code in words.POLICY_VALUES:
            return str(words.POLICY_VALUES[code])
        if code in self.names:
            return local(self.names[code])
        return _code(code) if any(letter.isalpha() and letter.isascii() for letter in code) else code

    def value(self, value: Any, name: str = "", fact: str = "") -> str | SafeString:
        """Say what fits in a line: a text in the reader's language, a list, a table as pairs."""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, int):
            return formatting.count(value)
        if isinstance(value, list):
            return _joined(_(", "), [self.value(one, name, fact) for one in value])
        if isinstance(value, dict):
            return local(value) if is_text(value) else self._pairs(value, fact)
        return _code(str(value)) if name == "code" else self.code(str(value), fact)

    def _pairs(self, table: Mapping[str, Any], fact: str) -> str | SafeString:
        below = str(table.get("fact", fact))
        pairs = [_joined(_(": "), [self.part(name, one), self.value(one, name, below)]) for name, one in table.items()]
        return _joined(_("; "), pairs)


def speaker(pack: Pack, section: str) -> Speaker:
    """The words of a section: what the pack names anywhere, and before that what the section names itself."""
    facts = _facts(pack)
    names: dict[str, Mapping[str, str]] = {name: fact["label"] for name, fact in facts.items()}
    for one in ("rating_bands", "risk", "industry", "tiers", "size", section):
        names |= _section(pack, one).get("names", {})
    names |= _section(pack, "packages").get("document_names", {}) | _section(pack, "annual_rate").get("labels", {})
    names |= {step["code"]: step["name"] for step in _section(pack, "collections").get("steps", ())}
    return Speaker(names, {name: fact.get("codes", {}) for name, fact in facts.items()})


def unit(pack: Pack, figure: Figure) -> str:
    """Say the unit of a figure, or what is left of it when the figure is written in percent or currency.

    A pack that was imported before units had words says them in its own.
    """
    units = _section(pack, "units")
    if not figure.quoted:
        return local(units.get("names", {}).get(figure.unit, figure.unit))
    return local(units["beside_quoted"].get(figure.unit, "")) if units else figure.unit


def is_text(value: Any) -> bool:
    """Tell whether a value is one text in both languages."""
    return isinstance(value, dict) and value.keys() == LANGUAGE_KEYS


def _facts(pack: Pack) -> Mapping[str, Any]:
    facts: Mapping[str, Any] = _section(pack, "facts").get("facts", {})
    return facts


def _section(pack: Pack, name: str) -> Mapping[str, Any]:
    """Return a section, empty where a pack of an earlier release lacks it."""
    return pack.section(name) if name in pack.content else {}


def _code(code: str) -> SafeString:
    return format_html('<code lang="en">{}</code>', code)


def _joined(separator: str, parts: list[str | SafeString]) -> str | SafeString:
    """Join what has been said; it stays plain text where every part is."""
    if any(isinstance(part, SafeString) for part in parts):
        return format_html_join(separator, "{}", [(part,) for part in parts])
    return separator.join(parts)
