"""Inside an app one way leads: what answers people and machines -> services -> queries -> models."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tests.architecture.source import Finding, Import, Source

MODELS: Final = 0
QUERIES: Final = 1
SERVICES: Final = 2
OUTSIDE: Final = 3
TIERS: Final[Mapping[str, int]] = {
    "models": MODELS,
    "queries": QUERIES,
    "services": SERVICES,
    **dict.fromkeys(("admin", "api", "forms", "handlers", "tasks", "urls", "v1", "views"), OUTSIDE),
}


def wrong_ways(sources: Iterable[Source]) -> list[Finding]:
    """Imports within an app by which a lower file reaches a higher one, also by way of files of no tier."""
    by_module = {source.module: source for source in sources}
    return [
        source.finding(
            one,
            f"{source.name} reaches {by_module[higher].name} of its own app",
            "move what both need down, or the function up",
        )
        for source in by_module.values()
        if (tier := _tier(source)) is not None
        for one, higher in _reached(source, by_module)
        if (_tier(by_module[higher]) or MODELS) > tier
    ]


def _tier(source: Source) -> int | None:
    """The tier of a file; None for one that stands beside the order, such as a policy or a formula."""
    return TIERS.get(source.name.split("/")[0])


def _reached(source: Source, by_module: Mapping[str, Source]) -> Iterator[tuple[Import, str]]:
    """Files with a tier that a file reaches, each with the import by which it sets out."""
    for one in source.imports:
        waiting, seen = [_home(one, source.app, by_module)], set[str]()
        while waiting:
            module = waiting.pop()
            if not module or module in seen or one.is_for_types:
                continue
            seen.add(module)
            if _tier(by_module[module]) is not None:
                yield one, module
            else:
                waiting += [_home(next_one, source.app, by_module) for next_one in by_module[module].imports]


def _home(one: Import, app: str, by_module: Mapping[str, Source]) -> str:
    """The file of the same app that an import reads; empty for any other."""
    for module in (one.target, one.target.rpartition(".")[0]):
        if module in by_module and by_module[module].app == app and module.count(".") > 1:
            return module
    return ""
