"""A data folder is xindai's own: nobody's files are taken over, and none but its own are deleted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings

from tests.setup.terminal import assert_refused, everything_below, script
from xindai.config.setup import folder
from xindai.config.setup.places import Places


def laid_out(place: Path) -> Places:
    """A data folder as a set-up leaves it, without what takes long to fetch."""
    places = Places(place / "data")
    folder.prepare(places)
    (places.environment / "bin").mkdir(parents=True)
    (places.data / "master.key").write_bytes(b"key")
    (places.data / "rejects").mkdir()
    (places.data / "rejects" / "own.rejects.csv").write_text("row")
    return places


def test_a_folder_with_somebodys_files_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "my.txt").write_text("hi")
    for words in (["setup"], ["demo", "--no-serve"]):
        done = script("--data", tmp_path, *words)
        assert_refused(done, f"{tmp_path} is not empty", "my.txt", "Name an empty folder")
    assert everything_below(tmp_path) == {tmp_path / "my.txt"}
    assert_refused(script("--data", tmp_path, "remove", "--yes"), "not a data folder of xindai")
    assert (tmp_path / "my.txt").read_text() == "hi"


@pytest.mark.parametrize("name", ["cache", "tools", ".hidden"])
def test_a_name_that_xindai_uses_too_makes_no_folder_its_own(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert_refused(script("--data", tmp_path, "setup"), "is not empty", name)
    assert everything_below(tmp_path) == {tmp_path / name}


def test_an_empty_folder_and_an_empty_disk_are_taken(tmp_path: Path) -> None:
    (tmp_path / "lost+found").mkdir()
    folder.prepare(Places(tmp_path))
    assert folder.is_laid_out(tmp_path)


def test_a_first_set_up_that_was_interrupted_is_taken_up_again(tmp_path: Path) -> None:
    half = tmp_path / "half"
    half.mkdir()
    (half / ".layout.json.4711").write_text("{")
    folder.prepare(Places(half))
    places = Places(tmp_path / "data")
    folder.prepare(places)
    (places.data / "venv.new").mkdir()
    (places.data / "tmp").rmdir()
    folder.prepare(places)
    assert places.scratch.is_dir()


def test_the_mark_is_the_first_thing_that_is_written(tmp_path: Path) -> None:
    places = Places(tmp_path / "data")
    places.data.mkdir()
    places.data.joinpath("layout.json").write_text(json.dumps({"layout": folder.LAYOUT}))
    folder.prepare(places)
    assert places.cache.is_dir()


def test_the_folder_in_the_checkout_is_xindais_own_without_a_mark(tmp_path: Path) -> None:
    places = Places(tmp_path / ".xindai", checkout=tmp_path)
    places.data.mkdir()
    (places.data / "secret.key").write_bytes(b"made by tests that were run without the script")
    folder.prepare(places)
    assert folder.is_laid_out(places.data)


def test_a_removal_deletes_the_folder_that_holds_nothing_else(tmp_path: Path) -> None:
    places = laid_out(tmp_path)
    done = script("--data", places.data, "remove", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert everything_below(tmp_path) == set()


def test_a_removal_leaves_and_names_what_xindai_did_not_make(tmp_path: Path) -> None:
    places = laid_out(tmp_path)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text("kept")
    (places.data / "my.txt").write_text("hi")
    (places.data / "photos").mkdir()
    (places.data / "static").symlink_to(elsewhere)
    done = script("--data", places.data, "remove", "--yes")
    assert done.returncode == 0
    assert "did not make it: my.txt, photos" in done.stderr
    assert everything_below(places.data) == {places.data / "my.txt", places.data / "photos"}
    assert (elsewhere / "kept.txt").read_text() == "kept"
    assert_refused(script("--data", places.data, "setup"), "is not empty", "my.txt")


def test_every_place_that_the_product_writes_in_is_known_as_its_own() -> None:
    places = Places(Path(settings.DATA))
    written = [*settings.LOCALE_PATHS, Path(settings.STATIC_ROOT), Path(settings.MEDIA_ROOT)]
    written += [places.environment, places.assets, places.tools, places.cache, places.scratch]
    named = {path.relative_to(settings.DATA).parts[0] for path in written}
    assert all(Places.is_own(name) for name in named)
    assert not Places.is_own("my.txt")
