"""What is installed is pinned to the byte, and no pin names where it comes from."""

from __future__ import annotations

import json
import re

import pytest

from tests.setup.terminal import CHECKOUT

LOCKS = sorted((CHECKOUT / "requirements").glob("*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_requirement_has_a_version_and_a_hash(lock: object) -> None:
    text = (CHECKOUT / "requirements" / str(getattr(lock, "name", lock))).read_text()
    requirements = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n?", "", text).strip())
    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==[0-9][^\s;]*", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


def test_no_lock_names_a_host() -> None:
    for lock in (*LOCKS, CHECKOUT / "package-lock.json"):
        assert "://" not in lock.read_text(), lock.name


def test_the_web_packages_are_hashed() -> None:
    packages = json.loads((CHECKOUT / "package-lock.json").read_text())["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)


def test_development_installs_what_runs_in_a_bank() -> None:
    runtime, development = ((CHECKOUT / "requirements" / f"{name}.lock").read_text() for name in ("runtime", "dev"))
    pins = re.findall(r"(?m)^([a-z0-9._-]+(?:\[[a-z,]+\])?==\S+)", runtime)
    assert pins
    assert [pin for pin in pins if pin not in development] == []
