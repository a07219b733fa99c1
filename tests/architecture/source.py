"""The product's own source, read once, and what the checkers of this folder share."""

import ast
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
SRC: Final = CHECKOUT / "src"
BELOW_ALL: Final = "loanmath"


@dataclass(frozen=True, order=True)
class Finding:
    """A convention that a place breaks, and what to do about it."""

    path: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}; {self.remedy}"


@dataclass(frozen=True)
class Import:
    """One imported name with the whole path of what it stands for."""

    line: int
    target: str
    is_for_types: bool


@dataclass(frozen=True)
class Source:
    """A Python file: its path below src and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed text."""
        return ast.parse(self.text, self.path)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree."""
        return tuple(ast.walk(self.tree))

    @property
    def module(self) -> str:
        """The dotted name, such as xindai.ledger.posting."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def app(self) -> str:
        """The app (or the package of pure mathematics) that owns the file."""
        parts = self.path.split("/")
        return parts[0] if parts[0] == BELOW_ALL or len(parts) < 3 else parts[1]

    @property
    def name(self) -> str:
        """What the file is called within its app: ``services/repayment``, ``queries``."""
        return "/".join(self.path.removesuffix(".py").split("/")[1 if self.app == BELOW_ALL else 2 :])

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Every name that is imported, wherever in the file."""
        for_types = {id(node) for test in self.nodes if _is_for_types(test) for node in ast.walk(test)}
        found = []
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found += [Import(node.lineno, alias.name, id(node) in for_types) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                package = _origin(self, node)
                found += [Import(node.lineno, f"{package}.{alias.name}", id(node) in for_types) for alias in node.names]
        return tuple(found)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each imported name of the file stands for: ``{"services": "xindai.ledger.services"}``."""
        known = {}
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    known[alias.asname or alias.name.split(".")[0]] = (
                        alias.name if alias.asname else alias.name.split(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom):
                known |= {alias.asname or alias.name: f"{_origin(self, node)}.{alias.name}" for alias in node.names}
        return known

    def dotted(self, node: ast.AST) -> str:
        """The whole path of a name or a chain of attributes, imported names resolved; empty for anything else."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            before = self.dotted(node.value)
            return f"{before}.{node.attr}" if before else ""
        return ""

    def finding(self, node: ast.AST | Import | int, what: str, remedy: str) -> Finding:
        """A finding at a node of this file."""
        line = node if isinstance(node, int) else node.line if isinstance(node, Import) else getattr(node, "lineno", 1)
        return Finding(f"src/{self.path}", line, what, remedy)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def _origin(source: Source, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = source.module.split(".") if source.path.endswith("__init__.py") else source.module.split(".")[:-1]
    return ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])


@cache
def python_files() -> tuple[Source, ...]:
    """Every Python file below src."""
    return tuple(
        Source(path.relative_to(SRC).as_posix(), path.read_text(encoding="utf-8")) for path in sorted(SRC.rglob("*.py"))
    )


@cache
def product() -> tuple[Source, ...]:
    """What runs at the lender: neither tests, nor what only tests use, nor migrations."""
    return tuple(
        source
        for source in python_files()
        if not {"tests", "migrations"} & set(source.path.split("/")) and not source.path.endswith("/testing.py")
    )


@cache
def migrations() -> tuple[Source, ...]:
    """Every migration."""
    return tuple(source for source in python_files() if "/migrations/" in source.path)


@cache
def project() -> dict[str, Any]:
    """The contents of pyproject.toml."""
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


@cache
def floors() -> dict[str, int]:
    """The height of each app, the lowest first, as the import contract ``floors`` tells it."""
    contract = next(one for one in project()["tool"]["importlinter"]["contracts"] if one["id"] == "floors")
    return {
        name.strip(" ()").removeprefix("xindai."): height
        for height, layer in enumerate(reversed(contract["layers"]))
        for name in layer.split("|")
    }


def literal(node: ast.AST | None) -> str | None:
    """The text of a plain string, or None."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def calls(source: Source) -> Iterator[ast.Call]:
    """Every call of a file."""
    return (node for node in source.nodes if isinstance(node, ast.Call))


def told(findings: Iterable[Finding]) -> str:
    """The findings, one a line, for the message of a test."""
    return "\n" + "\n".join(str(finding) for finding in sorted(findings))
