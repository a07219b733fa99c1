"""Foreign keys across apps point to a floor below, are written as text and leave no way back up."""

import ast
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import ForeignKey, ManyToManyField, Model

from tests.architecture.source import Finding, Source, literal

_FIELDS = frozenset({"ForeignKey", "OneToOneField", "ManyToManyField"})


def directions(models: Iterable[type[Model]], floors: Mapping[str, int]) -> list[Finding]:
    """Fields of the product's models that reach another app upwards or sideways, or can be walked backwards."""
    return [
        Finding(f"model {model._meta.label}", 1, what, remedy)
        for model in models
        if model._meta.app_label in floors
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]
        if isinstance(field, ForeignKey | ManyToManyField)
        for what, remedy in _faults(model._meta.app_label, field, floors)
    ]


def _faults(
    owner: str, field: "ForeignKey[Model, Model] | ManyToManyField[Model, Model]", floors: Mapping[str, int]
) -> Iterator[tuple[str, str]]:
    target = field.remote_field.model._meta.app_label
    if target == owner:
        return
    if target in floors and floors[target] >= floors[owner]:
        yield (
            f"{field.name} points from {owner} to {target}, which is no floor below",
            "keep the key below, or its number",
        )
    if not field.remote_field.hidden:
        yield f"{field.name} gives {target} a way back to {owner}", 'say related_name="+"'


def classes(source: Source) -> list[Finding]:
    """Fields that name the other model by its class although it lives in another app."""
    return [
        source.finding(node, f"{ast.unparse(target)} is another app's class", 'name it as text: "app.Model"')
        for node in source.nodes
        if isinstance(node, ast.Call) and source.dotted(node.func).rpartition(".")[2] in _FIELDS
        for target in [*node.args[:1], *(word.value for word in node.keywords if word.arg == "to")]
        if literal(target) is None and _home(source, target) not in {"", source.app}
    ]


def _home(source: Source, target: ast.AST) -> str:
    """The app from which a class is imported; empty for one of this file and for a setting."""
    path = source.dotted(target).split(".")
    return path[1] if path[0] == "xindai" and len(path) > 2 else ""
