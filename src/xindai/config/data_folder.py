"""The one folder in which everything lives that is not in the database: keys, logs, catalogues."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[3]


def locate(environment: Mapping[str, str]) -> Path:
    """The folder that ``XINDAI_DATA`` names, else ``.xindai`` in the checkout; made when missing."""
    folder = Path(environment.get("XINDAI_DATA") or CHECKOUT / ".xindai").resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret(folder: Path, name: str, length: int = 48) -> bytes:
    """A secret of the bank, readable by its owner alone, made at first use."""
    path = folder / name
    if not path.exists():
        _write_once(path, secrets.token_bytes(length))
    return path.read_bytes()


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a file so that readers see all of it or none: to a neighbour first, then renamed."""
    neighbour = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(neighbour, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    neighbour.rename(path)


def _write_once(path: Path, value: bytes) -> None:
    """Write a file as a whole; of two processes that start at once, one wins and both read its value."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
