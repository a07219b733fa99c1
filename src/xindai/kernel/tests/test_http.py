"""The way out: listed hosts over https at public addresses, and no other."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pytest_django.fixtures import Settings

from xindai.kernel import http
from xindai.kernel.errors import NotPermitted, Unavailable


@pytest.fixture
def knocks() -> Iterator[tuple[int, list[str]]]:
    """A server on the loopback address that notes who connects: its port and the notes."""
    noted: list[str] = []

    def note(listening: socket.socket) -> None:
        while True:
            try:
                peer, address = listening.accept()
            except OSError:
                return
            noted.append(address[0])
            peer.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        noting = threading.Thread(target=note, args=[listening])
        noting.start()
        yield listening.getsockname()[1], noted
        listening.shutdown(socket.SHUT_RDWR)
        noting.join()


def refused(url: str) -> NotPermitted:
    with http.client() as client, pytest.raises(NotPermitted) as caught:
        client.get(url)
    return caught.value


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "https://bureau.example.elsewhere.example/",
        "https://xbureau.example/",
        "http://bureau.example/",
        "https://elsewhere.example@xbureau.example/",
    ],
)
def test_only_listed_hosts_over_https_are_asked(settings: Settings, url: str) -> None:
    settings.OUTGOING_HOSTS = ["bureau.example"]
    problem = refused(url).as_problem("en")
    assert problem["status"] == 403
    assert "are not allowed" in str(problem["title"])
    assert "allow-list" in str(problem["remedy"])


def test_with_nothing_listed_nobody_is_asked(settings: Settings) -> None:
    settings.OUTGOING_HOSTS = []
    assert "bureau.example" in str(refused("https://bureau.example/"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_listed_host_at_the_loopback_address_is_never_connected_to(
    settings: Settings, knocks: tuple[int, list[str]], host: str
) -> None:
    port, noted = knocks
    settings.OUTGOING_HOSTS = [host]
    refused(f"https://{host}:{port}/")
    assert noted == []


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "192.0.2.1", "224.0.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%lo", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(NotPermitted):
        http.checked_address(address, 443)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111"])
def test_a_public_address_is_taken_as_it_is(address: str) -> None:
    assert http.checked_address(address, 443) == address


def test_a_host_of_which_one_address_is_private_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ["1.1.1.1", "10.0.0.1"]
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: entries)
    with pytest.raises(NotPermitted):
        http.checked_address("bureau.example", 443)


def test_a_host_that_nobody_knows_is_told_as_such(settings: Settings) -> None:
    settings.OUTGOING_HOSTS = ["no-such-host.invalid"]
    with http.client() as client, pytest.raises(Unavailable) as caught:
        client.get("https://no-such-host.invalid/")
    assert caught.value.as_problem("en")["title"] == "The host no-such-host.invalid cannot be found."


def test_no_proxy_of_the_environment_is_used(
    settings: Settings, knocks: tuple[int, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, noted = knocks
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    settings.OUTGOING_HOSTS = ["10.0.0.1"]
    refused("https://10.0.0.1/")
    assert noted == []


class Teller(BaseHTTPRequestHandler):
    """Tells where the answer is, and answers there."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/answer" else 302)
        self.send_header("Location", "/answer")
        self.end_headers()
        self.wfile.write(b"answer")

    def log_request(self, *_about: object) -> None:
        """Say nothing."""


@pytest.fixture
def bureau(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A real server for https on the loopback address, which the client takes for a public one: its URL.

    Its certificate is written to cert.pem.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), Teller)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    settings.OUTGOING_HOSTS = ["localhost"]
    monkeypatch.setattr(http, "_is_public", lambda _address: True)
    yield f"https://localhost:{server.server_port}/"
    server.shutdown()
    serving.join()
    server.server_close()


def _certificate(folder: Path) -> Path:
    """A certificate of localhost that vouches for itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    written = folder / "cert.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    written.write_bytes(certificate.public_bytes(Encoding.PEM) + secret)
    return written


def test_a_redirect_is_handed_back_and_not_followed(
    bureau: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    with http.client() as client:
        moved, answer = client.get(bureau), client.get(f"{bureau}answer")
    assert (moved.status_code, moved.headers["Location"]) == (302, "/answer")
    assert (answer.status_code, answer.text) == (200, "answer")


def test_a_server_whose_certificate_nobody_vouches_for_is_not_spoken_to(bureau: str) -> None:
    with http.client() as client, pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
        client.get(bureau)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "169.254.169.254", "::ffff:127.0.0.1", "10.21.0.1"])
def test_a_network_that_is_named_opens_itself_alone(address: str) -> None:
    with pytest.raises(NotPermitted):
        http.checked_address(address, 443, http.networks_of(["10.20.0.0/16"]))

    assert http.checked_address("10.20.3.4", 443, http.networks_of(["10.20.0.0/16"])) == "10.20.3.4"


def test_plain_http_leads_no_further_than_this_machine(knocks: tuple[int, list[str]]) -> None:
    port, noted = knocks
    networks = http.networks_of(["127.0.0.0/8", "10.0.0.0/8"])

    with pytest.raises(NotPermitted):
        http.post("http://10.20.3.4/", b"{}", {}, hosts=["10.20.3.4"], networks=networks, seconds=1)
    with pytest.raises(NotPermitted):
        http.post(f"http://127.0.0.1:{port}/", b"{}", {}, hosts=["127.0.0.1"], networks=(), seconds=1)
    assert noted == []


def test_a_receiver_that_drips_its_answer_is_given_no_more_than_the_time_allowed() -> None:
    def drip(listening: socket.socket, is_over: threading.Event) -> None:
        peer, _address = listening.accept()
        with peer:
            peer.recv(65_536)
            while not is_over.wait(0.05):
                try:
                    peer.sendall(b"H")
                except OSError:
                    return

    is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        dripping = threading.Thread(target=drip, args=[listening, is_over])
        dripping.start()
        url, networks = f"http://127.0.0.1:{listening.getsockname()[1]}/", http.networks_of(["127.0.0.0/8"])
        began = time.monotonic()
        with pytest.raises(Unavailable):
            http.post(url, b"{}", {}, hosts=["127.0.0.1"], networks=networks, seconds=0.5)
        took = time.monotonic() - began
        is_over.set()
        dripping.join()
    assert took < 5
