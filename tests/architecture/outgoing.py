"""One module calls other machines."""

from collections.abc import Mapping
from typing import Final

from tests.architecture.source import Finding, Source

ROADS: Final = frozenset(
    {
        "aiohttp", "asyncio.open_connection", "django.core.mail", "ftplib", "http.client", "httpcore", "httpx", "imaplib", "paramiko",
        "poplib", "requests", "smtplib", "socket", "ssl", "telnetlib", "urllib.request", "urllib3", "websockets", "xmlrpc",
    }
)  # fmt: skip
"""Modules by which a program reaches another one over the network."""

ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    # The client itself: it holds every call to the allow-list of hosts.
    "xindai/kernel/http.py": frozenset({"httpcore", "httpx", "socket", "ssl"}),
    # Both ask the machine itself for a free port, or whether one is taken.
    "xindai/config/postgres/cluster.py": frozenset({"socket"}),
    "xindai/config/commands/serve.py": frozenset({"socket"}),
}


def other_roads(source: Source) -> list[Finding]:
    """Imports of a way out, besides those that are allowed to the file."""
    return [
        source.finding(one, f"{one.target} leads out of the house", "call xindai.kernel.http")
        for one in source.imports
        for road in _roads(one.target)
        if road not in ALLOWED.get(source.path, frozenset())
    ]


def unused_allowances(sources: Mapping[str, Source]) -> list[str]:
    """Allowances that no file needs any more."""
    return [
        f"{path}: {road}"
        for path, roads in ALLOWED.items()
        for road in sorted(roads)
        if path not in sources or not any(road in _roads(one.target) for one in sources[path].imports)
    ]


def _roads(target: str) -> list[str]:
    return [road for road in ROADS if target == road or target.startswith(f"{road}.")]
