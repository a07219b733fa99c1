"""Where events may be sent: to hosts that the administrator has allowed, over https, never into the house by accident."""

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xindai.kernel.errors import InvalidInput
from xindai.kernel.texts import is_line
from xindai.webhooks.models import AllowedHost

LONGEST_URL: Final = 500
LONGEST_HOST: Final = 253
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]*:[0-9a-f:.]*")


def checked_host(text: str) -> str:
    """A host as it is compared.  Raises InvalidInput."""
    host = text.strip().lower()
    if len(host) > LONGEST_HOST or not _HOST.fullmatch(host):
        raise InvalidInput(
            "host", _("This is no name of a host."), _("Write it without https:// and path, such as hooks.example.com.")
        )
    return host


def checked_url(text: str) -> str:
    """An address to which events may be sent.  Raises InvalidInput naming what is wrong with it."""
    url = text.strip()
    parts = _parts(url)
    if parts is None or not parts.hostname or not url.isascii() or not is_line(url) or len(url) > LONGEST_URL:
        raise InvalidInput(
            "url",
            _("This is no address of at most {longest} characters."),
            _("Write it whole, such as https://hooks.example.com/xindai."),
            longest=LONGEST_URL,
        )
    if parts.username is not None or parts.password is not None or parts.fragment or " " in url:
        raise InvalidInput(
            "url",
            _("An address of an endpoint holds no name, password, fragment or space."),
            _("Leave it out: what is sent is signed."),
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_named_loopback(parts.hostname)):
        raise InvalidInput(
            "url", _("Events are sent over https only."), _("Write an address that begins with https://.")
        )
    if not AllowedHost.objects.filter(host=parts.hostname).exists():
        raise InvalidInput(
            "url",
            _("Nothing may be sent to the host {host}."),
            _("Ask the administrator to allow this host on the page “Integrations”."),
            host=parts.hostname,
        )
    return url


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        return parts if parts.port is None or parts.port > 0 else None
    except ValueError:
        return None


def _is_named_loopback(host: str) -> bool:
    """Whether the host is this machine and the operator has named its network."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        return False
    return address.is_loopback and any(address in network for network in settings.WEBHOOK_NETWORKS)
