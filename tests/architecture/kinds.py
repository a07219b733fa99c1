"""Whose rows a value of the source is, told from annotations, imports and the models: enough to judge who writes what."""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db.models import Model

from tests.architecture.source import Source

_PASSING_ON: Final = frozenset(
    {
        "enumerate",
        "filter",
        "frozenset",
        "iter",
        "list",
        "max",
        "min",
        "next",
        "reversed",
        "set",
        "sorted",
        "tuple",
        "zip",
    }
)
"""Functions whose answer is made of what they are given."""


@dataclass(frozen=True)
class Schema:
    """The models by their whole path, and for each foreign key the model that it leads to."""

    models: frozenset[str]
    keys: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, models: Iterable[type[Model]]) -> "Schema":
        """The schema of Django's models."""
        models = list(models)
        return cls(
            frozenset(_path(model) for model in models),
            {
                (_path(model), field.name): _path(field.related_model)
                for model in models
                for field in model._meta.get_fields()
                if field.is_relation and isinstance(field.related_model, type)
            },
        )


class Kinds:
    """What is known of all files together: the models, classes that carry rows, and what functions answer with."""

    def __init__(self, sources: Iterable[Source], schema: Schema) -> None:
        self._sources = {source.module: source for source in sources}
        self.models = schema.models
        self._keys = dict(schema.keys)
        self._classes = set(schema.models) | {
            f"{source.module}.{node.name}"
            for source in self._sources.values()
            for node in source.tree.body
            if isinstance(node, ast.ClassDef)
        }
        for source in self._sources.values():
            self._keys |= dict(self._fields(source))

    def path(self, source: Source, node: ast.AST) -> str:
        """The whole path of a name, also of one that the file itself defines or that a package passes on."""
        dotted = source.dotted(node)
        if dotted and "." not in dotted and dotted not in source.names:
            dotted = f"{source.module}.{dotted}"
        module, _dot, name = dotted.rpartition(".")
        package = self._sources.get(module)
        return package.names.get(name, dotted) if package else dotted

    def of_annotation(self, source: Source, node: ast.AST | None) -> str | None:
        """The first class of ours in an annotation such as ``QuerySet[Loan] | None``."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = ast.parse(node.value, mode="eval").body
        for inner in ast.walk(node) if node else ():
            if isinstance(inner, ast.Name | ast.Attribute) and self.path(source, inner) in self._classes:
                return self.path(source, inner)
        return None

    def of_call(self, path: str) -> str | None:
        """What a function or class of ours answers with."""
        return path if path in self._classes else self._answers.get(path)

    def of_attribute(self, kind: str, name: str) -> str | None:
        """What an attribute of a value of ours is: where a key or a declared field leads, else more of the same."""
        return self._keys.get((kind, name), kind if kind in self.models else None)

    @cached_property
    def _answers(self) -> dict[str, str]:
        return {
            f"{source.module}.{node.name}": kind
            for source in self._sources.values()
            for node in source.tree.body
            if isinstance(node, ast.FunctionDef)
            if (kind := self.of_annotation(source, node.returns)) is not None
        }

    def _fields(self, source: Source) -> Iterator[tuple[tuple[str, str], str]]:
        for node in source.tree.body:
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                name = ast.unparse(inner.target) if isinstance(inner, ast.AnnAssign) else getattr(inner, "name", "")
                declared = getattr(inner, "annotation", None) or getattr(inner, "returns", None)
                kind = self.of_annotation(source, declared)
                if isinstance(node, ast.ClassDef) and kind:
                    yield (f"{source.module}.{node.name}", name), kind


class Scope:
    """The names of one function (or of a file's outermost part) and whose rows they hold."""

    def __init__(self, source: Source, kinds: Kinds, body: ast.AST, owner: str | None = None) -> None:
        self._source = source
        self._kinds = kinds
        self._names: dict[str, str] = {"self": owner, "cls": owner, "super": owner} if owner else {}
        for _ in range(2):  # a comprehension uses its names before it binds them
            for node in sorted(
                ast.walk(body), key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
            ):
                self._bind(node)

    def kind(self, node: ast.AST) -> str | None:
        """Whose row (or which class of ours) an expression is; None when nothing tells."""
        if isinstance(node, ast.Name | ast.Attribute):
            path = self._kinds.path(self._source, node)
            if path in self._kinds.models:
                return path
        if isinstance(node, ast.Name):
            return self._names.get(node.id)
        if isinstance(node, ast.Attribute):
            kind = self.kind(node.value)
            return self._kinds.of_attribute(kind, node.attr) if kind else None
        return self._of_call(node) if isinstance(node, ast.Call) else self._first(_parts(node))

    def _of_call(self, node: ast.Call) -> str | None:
        path = self._kinds.path(self._source, node.func)
        if (known := self._kinds.of_call(path)) is not None:
            return known
        if isinstance(node.func, ast.Name) and node.func.id in {"super", *self._names}:
            return self._names.get(node.func.id)
        if isinstance(node.func, ast.Attribute) and (before := self.kind(node.func.value)) is not None:
            return self._kinds.of_attribute(before, node.func.attr)
        if path.startswith("xindai.") or (isinstance(node.func, ast.Name) and node.func.id in _PASSING_ON):
            return next((kind for kind in map(self.kind, node.args) if kind in self._kinds.models), None)
        return None

    def _first(self, nodes: Iterable[ast.AST]) -> str | None:
        return next((kind for kind in map(self.kind, nodes) if kind), None)

    def _bind(self, node: ast.AST) -> None:
        match node:
            case ast.arg(annotation=annotation) if annotation is not None:
                self._name(node.arg, self._kinds.of_annotation(self._source, annotation))
            case ast.AnnAssign(target=target, annotation=annotation):
                self._name(ast.unparse(target), self._kinds.of_annotation(self._source, annotation))
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._target(target, value)
            case ast.For(target=target, iter=value) | ast.comprehension(target=target, iter=value):
                self._target(target, value)
            case ast.NamedExpr(target=target, value=value):
                self._target(target, value)

    def _target(self, target: ast.AST, value: ast.AST) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, its_value in zip(target.elts, value.elts, strict=True):
                self._target(one, its_value)
            return
        kind = self.kind(value)
        for inner in ast.walk(target):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                self._name(inner.id, kind)

    def _name(self, name: str, kind: str | None) -> None:
        if kind is None:
            self._names.pop(name, None)
        else:
            self._names[name] = kind


def _parts(node: ast.AST) -> list[ast.expr]:
    """The expressions whose rows an expression passes on."""
    match node:
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BoolOp():
            return node.values
        case ast.List() | ast.Tuple() | ast.Set():
            return node.elts
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
            return [node.elt]
        case ast.Subscript() | ast.Starred() | ast.NamedExpr() | ast.Await() | ast.DictComp():
            return [node.value]
    return []


def parts(source: Source) -> Iterator[tuple[ast.AST, str | None]]:
    """Every outermost function, every method with the class that owns it, and the rest of a file."""
    rest = ast.Module([], [])
    for node in source.tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, None
        elif isinstance(node, ast.ClassDef):
            yield from ((inner, f"{source.module}.{node.name}") for inner in node.body)
        else:
            rest.body.append(node)
    yield rest, None


def _path(model: type[Model]) -> str:
    return f"{model.__module__}.{model.__qualname__}"
