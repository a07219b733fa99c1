"""YAML with the loose ends tied: what a policy file may contain, and nothing by accident.

No decimal fractions (a figure is a whole number of its unit), no key twice, only ``true`` and
``false`` as truth values (a code ``no`` or ``on`` stays a word), dates stay text.
"""

import re
from typing import Any

import yaml

_LOOSE_TAGS = ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")


class StrictLoader(yaml.SafeLoader):
    """Raises yaml.MarkedYAMLError with line and problem for everything the module forbids."""


StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _LOOSE_TAGS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def _mapping(loader: StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    """A mapping none of whose keys is written twice; keys that a merge brings in may be overridden."""
    seen: set[str] = set()
    for key, _value in node.value:
        if key.value in seen:
            raise yaml.MarkedYAMLError(problem=f"“{key.value}” stands twice", problem_mark=key.start_mark)
        seen.add(key.value)
    loader.flatten_mapping(node)
    return {
        loader.construct_object(key, deep=True): loader.construct_object(value, deep=True) for key, value in node.value
    }


def _no_fraction(loader: StrictLoader, node: yaml.ScalarNode) -> Any:
    raise yaml.MarkedYAMLError(problem=f"“{node.value}” is a decimal fraction", problem_mark=node.start_mark)


StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
StrictLoader.add_constructor("tag:yaml.org,2002:float", _no_fraction)
