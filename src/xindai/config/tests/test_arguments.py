"""The words of the command line mean what their help says."""

import pytest

from xindai.config import arguments

COMMANDS = (
    "setup",
    "demo",
    "serve",
    "worker",
    "day",
    "people",
    "schedule",
    "replay",
    "apr",
    "bench",
    "policies",
    "manage",
    "test",
    "check",
    "remove",
)


def test_the_demonstration_takes_all_its_options() -> None:
    words = ["demo", "--no-serve", "--json", "-", "--reset", "--applications", "a.csv", "--mapping", "a.yaml"]
    found = arguments.parse([*words, "--port", "8080", "--language", "en"])
    assert (found.command, found.level) == ("demo", arguments.RUNTIME)
    assert (found.no_serve, found.json, found.reset) == (True, "-", True)
    assert (found.applications, found.mapping) == ("a.csv", "a.yaml")
    assert (found.port, found.language) == (8080, "en")


def test_without_options_the_demonstration_is_served_and_goes_on() -> None:
    found = arguments.parse(["demo"])
    assert (found.no_serve, found.json, found.reset, found.applications, found.language) == (
        False, None, False, None, None,
    )  # fmt: skip
    assert found.port == arguments.DEFAULT_PORT


@pytest.mark.parametrize(
    "words",
    [
        ["--data", "/srv/bank", "serve"],
        ["serve", "--data", "/srv/bank"],
        ["serve", "--port", "8080", "--data=/srv/bank"],
        ["manage", "showmigrations", "--data", "/srv/bank"],
        ["test", "-q", "--data=/srv/bank"],
    ],
)
def test_the_data_folder_may_be_named_anywhere(words: list[str]) -> None:
    assert arguments.parse(words).data == "/srv/bank"


def test_what_follows_is_passed_on_untouched() -> None:
    assert arguments.parse(["manage", "migrate", "--plan"]).rest == ["migrate", "--plan"]
    assert arguments.parse(["test", "-x", "-q"]).rest == ["-x", "-q"]
    found = arguments.parse(["test", "--without-browser", "src/xindai/ledger", "-q", "-k", "seal"])
    assert found.without_browser
    assert found.rest == ["src/xindai/ledger", "-q", "-k", "seal"]


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("setup", arguments.RUNTIME),
        ("serve", arguments.RUNTIME),
        ("worker", arguments.RUNTIME),
        ("bench", arguments.RUNTIME),
        ("test", arguments.DEVELOPMENT),
        ("check", arguments.DEVELOPMENT),
        ("remove", arguments.NOTHING),
    ],
)
def test_a_command_says_what_must_be_installed_for_it(name: str, level: int) -> None:
    assert arguments.parse([name]).level == level


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ([], "COMMAND"),
        (["bank"], "invalid choice: 'bank'"),
        (["demo", "--port", "0"], "0 is not a port"),
        (["demo", "--port", "http"], "http is not a port"),
        (["demo", "--language", "de"], "invalid choice: 'de'"),
        (["demo", "--no-serv"], "unrecognized arguments: --no-serv"),
        (["serve", "--workers", "0"], "0 is not a number above 0"),
        (["worker", "--concurrency", "-1"], "-1"),
        (["policies"], "VERB"),
    ],
)
def test_wrong_words_are_refused_with_the_usage(
    words: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        arguments.parse(words)
    assert raised.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("usage: ./xindai")
    assert problem in said.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_each_of_its_options_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        arguments.parse([name, "--help"])
    assert raised.value.code == 0
    shown = capsys.readouterr().out
    assert "examples:" in shown
    options = [line.split() for line in shown.splitlines() if line.startswith("  -")]
    assert options
    assert f"./xindai {name}" in shown
