"""Every way out of the house goes through kernel.http."""

import pytest

from tests.architecture import outgoing
from tests.architecture.source import Source, product, told


def test_only_the_http_client_calls_other_machines() -> None:
    found = [finding for source in product() for finding in outgoing.other_roads(source)]
    assert not found, told(found)


def test_every_allowance_is_needed() -> None:
    assert outgoing.unused_allowances({source.path: source for source in product()}) == []


@pytest.mark.parametrize(
    "text",
    [
        "import requests\n",
        "import httpx as client\n",
        "from urllib.request import urlopen\n",
        "from urllib import request\n",
        "import http.client\n",
        "from socket import create_connection\n",
        "from django.core.mail import send_mail\n",
        "def ask():\n    import smtplib\n",
    ],
)
def test_a_planted_way_out_is_found(text: str) -> None:
    assert len(outgoing.other_roads(Source("xindai/payments/planted.py", text))) == 1


def test_addresses_and_status_codes_are_no_way_out() -> None:
    harmless = "from http import HTTPStatus\nfrom urllib.parse import urlencode\nfrom xindai.kernel import http\n"
    assert outgoing.other_roads(Source("xindai/console/planted.py", harmless)) == []


def test_an_allowance_holds_for_its_module_alone() -> None:
    planted = Source("xindai/config/commands/serve.py", "import socket\nimport httpx\n")
    assert [finding.line for finding in outgoing.other_roads(planted)] == [2]
