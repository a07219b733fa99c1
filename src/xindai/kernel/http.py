"""The only way out: one HTTP client with an allow-list of hosts and a check of the resolved address.

The address that was checked is the address that is connected to, so a name that resolves
differently a moment later gains nothing.  No redirects, certificates verified, time limits on.
"""

import ipaddress
import socket
import ssl
from collections.abc import Iterable
from typing import Any, Final

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import NotPermitted, Unavailable

_SECONDS: Final = 10.0


def client() -> httpx.Client:
    """A client for the hosts of ``settings.OUTGOING_HOSTS``; use it in a ``with`` block."""
    return httpx.Client(
        transport=_Transport(frozenset(settings.OUTGOING_HOSTS)),
        timeout=_SECONDS,
        follow_redirects=False,
        trust_env=False,
    )


def checked_address(host: str, port: int) -> str:
    """The first public address of a host.  Raises NotPermitted when any of its addresses is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable(_("The host {host} cannot be found."), host=host) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not all(map(_is_public, addresses)):
        raise _refused(host)
    return addresses[0]


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    return found.is_global and not found.is_multicast


class _Transport(httpx.HTTPTransport):
    """Refuses hosts outside the allow-list and plain http; connects to checked addresses only."""

    def __init__(self, hosts: frozenset[str]) -> None:
        super().__init__(verify=True, retries=0)
        self._hosts = hosts
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl.create_default_context(), retries=0, network_backend=_CheckedBackend()
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request when its host is allowed.  Raises NotPermitted."""
        if request.url.scheme != "https" or request.url.host not in self._hosts:
            raise _refused(request.url.host)
        return super().handle_request(request)


class _CheckedBackend(httpcore.NetworkBackend):
    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return self._sockets.connect_tcp(checked_address(host, port), port, timeout, local_address, socket_options)


def _refused(host: str) -> NotPermitted:
    return NotPermitted(
        "http.outgoing",
        _("Requests to {host} are not allowed."),
        _("Ask the operator to add the host to the allow-list of outgoing hosts."),
        host=host,
    )
