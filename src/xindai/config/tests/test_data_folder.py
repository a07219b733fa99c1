"""The data folder: where it lies, and the secrets in it."""

import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from xindai.config import data_folder
from xindai.config.setup.places import Places


def test_the_named_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = data_folder.locate({"XINDAI_DATA": str(tmp_path / "bank")})
    assert folder == tmp_path / "bank"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_is_there_keeps_its_permissions(tmp_path: Path) -> None:
    tmp_path.chmod(0o751)
    data_folder.locate({"XINDAI_DATA": str(tmp_path)})
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o751


def test_a_secret_is_made_once_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    made = data_folder.secret(tmp_path, "master.key", 32)
    assert len(made) == 32
    assert data_folder.secret(tmp_path, "master.key", 32) == made
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["master.key"]


def test_processes_that_start_at_once_get_the_same_secret(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_bytes(b"of the one that was quicker")
    data_folder._write_once(tmp_path / "secret.key", b"of the other")
    assert data_folder.secret(tmp_path, "secret.key") == b"of the one that was quicker"


def test_a_file_is_seen_whole_or_not_at_all(tmp_path: Path) -> None:
    path, texts = tmp_path / "mark.json", ["a" * 100_000, "b" * 100_000]
    data_folder.write_whole(path, texts[0])
    seen, is_over = set(), threading.Event()

    def read() -> None:
        while not is_over.is_set():
            seen.add(path.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(200):
        data_folder.write_whole(path, texts[number % 2])
    is_over.set()
    reader.join()
    assert seen <= set(texts)
    assert [file.name for file in tmp_path.iterdir()] == ["mark.json"]


def test_byte_code_is_kept_in_the_data_folder_even_where_none_is_wanted_beside_the_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "something.py").write_text("")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    places = Places(tmp_path / "bank")
    subprocess.run(
        [sys.executable, "-c", "import something"], cwd=tmp_path / "source", env=places.child_environment(), check=True
    )
    assert list((places.cache / "bytecode").rglob("something.*.pyc"))
    assert [file.name for file in (tmp_path / "source").iterdir()] == ["something.py"]
