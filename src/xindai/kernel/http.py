"""The only way out: one HTTP client with an allow-list of hosts and a check of the resolved address.

The address that was checked is the address that is connected to, so a name that resolves
differently a moment later gains nothing.  No redirects, certificates verified, time limits on.

Addresses inside the house are refused, unless they lie in a network that the operator has named for the purpose.
"""

import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import NotPermitted, Unavailable

_SECONDS: Final = 10.0
_ANY_SECONDS: Final = 3600.0

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Answer:
    """What is read of an answer: its status, and after how long it asks to be called again, in its own words."""

    status: int
    retry_after: str = ""


def client() -> httpx.Client:
    """A client for the hosts of ``settings.OUTGOING_HOSTS``; use it in a ``with`` block."""
    return _client(_Transport(frozenset(settings.OUTGOING_HOSTS), (), _ANY_SECONDS), _SECONDS)


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    hosts: Collection[str],
    networks: Collection[Network],
    seconds: float,
) -> Answer:
    """Post a body to a host that is allowed and return what the head of the answer says; its body is not read.

    ``networks`` may be called although they are not public; on the loopback of one of them plain http will do.
    Connecting, sending and the head of the answer together take no longer than ``seconds``.
    Raises NotPermitted, Unavailable when nobody answers in time.
    """
    transport = _Transport(frozenset(hosts), tuple(networks), seconds)
    try:
        with (
            _client(transport, seconds) as outgoing,
            outgoing.stream("POST", url, content=body, headers=dict(headers)) as answer,
        ):
            return Answer(answer.status_code, answer.headers.get("retry-after", ""))
    except httpx.HTTPError as error:
        raise Unavailable(_("No answer: {why}."), why=type(error).__name__) from error


def networks_of(words: Iterable[str]) -> tuple[Network, ...]:
    """The networks that are written so, such as ``10.20.0.0/16``.  Raises ValueError."""
    return tuple(ipaddress.ip_network(word) for word in words)


def checked_address(host: str, port: int, networks: Collection[Network] = ()) -> str:
    """The first address of a host.  Raises NotPermitted when any of its addresses is neither public nor in a network named."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable(_("The host {host} cannot be found."), host=host) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not all(_is_public(address) or _lies_in(address, networks) for address in addresses):
        raise _refused(host)
    return addresses[0]


def _client(transport: "_Transport", seconds: float) -> httpx.Client:
    return httpx.Client(transport=transport, timeout=seconds, follow_redirects=False, trust_env=False)


def _is_public(address: str) -> bool:
    found = _address(address)
    return found.is_global and not found.is_multicast


def _lies_in(address: str, networks: Collection[Network]) -> bool:
    found = _address(address)
    return any(found in network for network in networks)


def _address(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address without its zone; one of IPv4 that is written as of IPv6 is what it means."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return getattr(found, "ipv4_mapped", None) or found


class _Transport(httpx.HTTPTransport):
    """Refuses hosts outside the allow-list and plain http; connects to checked addresses only."""

    def __init__(self, hosts: frozenset[str], networks: tuple[Network, ...], seconds: float) -> None:
        super().__init__(verify=True, retries=0)
        self._hosts = hosts
        self._networks = networks
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), retries=0, network_backend=_CheckedBackend(networks, seconds)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request when its host is allowed.  Raises NotPermitted."""
        url = request.url
        if url.host not in self._hosts or not (url.scheme == "https" or self._is_inside(url)):
            raise _refused(url.host)
        return super().handle_request(request)

    def _is_inside(self, url: httpx.URL) -> bool:
        """Whether a plain address leads no further than this machine."""
        if url.scheme != "http" or not self._networks:
            return False
        return _address(checked_address(url.host, url.port or 80, self._networks)).is_loopback


class _CheckedBackend(httpcore.NetworkBackend):
    def __init__(self, networks: tuple[Network, ...], seconds: float) -> None:
        self._sockets = httpcore.SyncBackend()
        self._networks = networks
        self._until = time.monotonic() + seconds

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = checked_address(host, port, self._networks)
        stream = self._sockets.connect_tcp(address, port, timeout, local_address, socket_options)
        return _TimedStream(stream, self._until)


class _TimedStream(httpcore.NetworkStream):
    """A stream on which nothing waits beyond a moment, however slowly the other side speaks."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None, too_late: type[Exception]) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise too_late("the time is over")
        return left if timeout is None else min(left, timeout)


def _refused(host: str) -> NotPermitted:
    return NotPermitted(
        "http.outgoing",
        _("Requests to {host} are not allowed."),
        _("Ask the operator to add the host to the allow-list of outgoing hosts."),
        host=host,
    )
