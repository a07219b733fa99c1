"""No binary fraction comes near money: amounts and rates are whole numbers, quotients are exact or rounded by name."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from django.db.models import DecimalField, FloatField, Model

from tests.architecture.source import Finding, Source, literal

MONEYLESS: Final = frozenset({"config"})
"""The composition root and the set-up: paths and seconds."""

ALLOWED: Final[Mapping[str, str]] = {
    "loanmath/guess.py": "a first guess of a quotient, which loanmath/exact.py corrects in integers",
    "loanmath/guesses.py": "guesses of many quotients, checked in integers, and of instalments, taken without doubt alone",
    "xindai/classification/fitting.py": "statistics over cases; the fitted table is whole points",
    "xindai/classification/measures.py": "a share of pairs of cases",
    "xindai/demonstration/stopwatch.py": "seconds",
    "xindai/demonstration/telling.py": "ratios and seconds as a person reads them; every amount stays in minor units",
    "xindai/kernel/http.py": "seconds of patience",
    "xindai/kernel/translations.py": "times of files",
    "xindai/kernel/vault.py": "seconds of a key in memory",
}
_EXACT: Final = frozenset({"pathlib.Path", "fractions.Fraction", "decimal.Decimal"})
"""What may be divided by /: paths are joined, and these quotients are exact (Decimal only reads what people write)."""

_WHOLE_MATH: Final = frozenset({"ceil", "comb", "factorial", "floor", "gcd", "isqrt", "lcm", "perm", "prod"})
_FLOATING: Final = frozenset(
    {
        "average",
        "double",
        "float16",
        "float32",
        "float64",
        "fsum",
        "longdouble",
        "mean",
        "median",
        "percentile",
        "quantile",
        "std",
        "var",
    }
)
_DIVIDING: Final = frozenset(
    {"numpy.divide", "numpy.linspace", "numpy.true_divide", "operator.itruediv", "operator.truediv"}
)
_REMEDY: Final = "use // with a named rounding, or Fraction"


def binary_fractions(source: Source) -> list[Finding]:
    """Literals, types, quotients and functions of binary fractions in a file."""
    if source.app in MONEYLESS or source.path in ALLOWED:
        return []
    exact = _exact_names(source)
    return [
        source.finding(node, what, _REMEDY)
        for node in source.nodes
        for what in [_literal(node) or _named(source, node) or _quotient(source, node, exact)]
        if what
    ]


def inexact_fields(models: Iterable[type[Model]], apps: Iterable[str]) -> list[Finding]:
    """Fields of the product's models that would hold anything but a whole number."""
    return [
        Finding(f"model {model._meta.label}", 1, f"{field.name} holds a fraction", "keep minor units or ppb")
        for model in models
        if model._meta.app_label in apps
        for field in model._meta.local_fields
        if isinstance(field, FloatField | DecimalField)
    ]


def _literal(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
        return f"{node.value!r} is a binary fraction"
    return ""


def _named(source: Source, node: ast.AST) -> str:
    path = source.dotted(node)
    first, _dot, last = path.partition(".")
    if path == "float" or (first == "statistics" and last):
        return f"{path} makes binary fractions"
    if first == "math" and last and last not in _WHOLE_MATH:
        return f"{path} makes binary fractions"
    if path in _DIVIDING:
        return f"{path} divides into binary fractions"
    if isinstance(node, ast.Attribute) and node.attr in {*_FLOATING, "FloatField"}:
        return f"{ast.unparse(node)[-40:]} makes binary fractions"
    if (
        isinstance(node, ast.keyword)
        and node.arg == "dtype"
        and (literal(node.value) or "").strip("<>=")[:1] in {"f", "d"}
    ):
        return f"dtype {ast.unparse(node.value)} is a binary fraction"
    return ""


def _quotient(source: Source, node: ast.AST, exact: frozenset[str]) -> str:
    if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Div):
        sides = [node.target, node.value]
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        sides = [node.left, node.right]
    else:
        return ""
    if any(_is_exact(source, side, exact) for side in sides):
        return ""
    return f"{ast.unparse(node)[:60]} divides into a binary fraction"


def _is_exact(source: Source, node: ast.AST, exact: frozenset[str]) -> bool:
    if literal(node) is not None or isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.BinOp):
        return _is_exact(source, node.left, exact) or _is_exact(source, node.right, exact)
    if isinstance(node, ast.Name) and node.id in exact:
        return True
    return any(source.dotted(inner).startswith(tuple(_EXACT)) for inner in _chain(node))


def _chain(node: ast.AST) -> Iterator[ast.AST]:
    """What a value was made from: ``Path(x).resolve().parents[3]`` leads back to ``Path``."""
    while True:
        yield node
        if isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        else:
            return


def _exact_names(source: Source) -> frozenset[str]:
    """Names of the file that are declared or made as a path or an exact fraction."""
    found = set()
    for node in source.nodes:
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation and source.dotted(node.annotation) in _EXACT:
            found.add(node.arg if isinstance(node, ast.arg) else ast.unparse(node.target))
        if (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and node.value
            and _is_exact(source, node.value, frozenset(found))
        ):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {ast.unparse(target) for target in targets}
    return frozenset(found)
