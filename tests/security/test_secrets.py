"""Keys are their owner's alone, and no secret is committed."""

import re
import stat
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

CHECKOUT = Path(__file__).resolve().parents[2]
INVENTED = ("password", "secret", "wrong", "guest", r"\.\.\.")
"""Passwords of documentation and tests, at hosts that do not exist or that a test makes."""

SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a cloud key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "a token": re.compile(r"\b(ghp|gho|github_pat|glpat|xox[abp]|sk_live)[_-][0-9A-Za-z_-]{16,}"),
    "a password in an address": re.compile(
        rf"\b\w+://[^\s:/@\"'{{}}]+:(?!(?:{'|'.join(INVENTED)})@)[^\s:/@\"'{{}}<>*]{{3,}}@(?!\w+\.example)"
    ),
    "an assigned secret": re.compile(
        r"""(?i)\b(secret_key|api_key|master_key|token)\s*=\s*["'][0-9A-Za-z+/=_-]{20,}["']"""
    ),
}


def secrets_in(text: str) -> list[str]:
    return [name for name, pattern in SECRETS.items() if pattern.search(text)]


@pytest.mark.parametrize(
    "sample",
    [
        "-----BEGIN RSA " + "PRIVATE KEY-----",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1B2" * 6,
        "postgres://bank:" + "s3cr3tw0rd@db.internal/xindai",
        'SECRET_KEY = "' + "0123456789abcdef" * 2 + '"',
    ],
)
def test_the_search_finds_a_planted_secret(sample: str) -> None:
    assert secrets_in(sample)


def test_no_committed_file_holds_a_secret() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, text=True, check=True).stdout
    found = {}
    for name in filter(None, listed.split("\0")):
        path = CHECKOUT / name
        if path.suffix not in {".png", ".lock"} and path.is_file():
            found[name] = secrets_in(path.read_text(encoding="utf-8", errors="replace"))
    assert not {name: kinds for name, kinds in found.items() if kinds}


@pytest.mark.parametrize("name", ["master.key", "secret.key"])
def test_a_key_is_readable_by_its_owner_alone(name: str) -> None:
    path = Path(settings.DATA) / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_size >= 32


def test_what_the_product_writes_of_people_is_closed_to_others() -> None:
    for name in ("log", "demonstration"):
        path = Path(settings.DATA) / name
        if path.exists():
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, name


def test_the_product_runs_without_debugging_and_with_a_secret_of_its_own() -> None:
    assert settings.DEBUG is False
    assert len(settings.SECRET_KEY) >= 50
    assert len(set(settings.SECRET_KEY)) > 10
