"""The words of the command line: every command, its options, its help and what it needs installed.

Standard library alone, because help is given before anything is installed.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from typing import Protocol

NOTHING, RUNTIME, DEVELOPMENT = 0, 1, 2

DEFAULT_PORT = 8000
LAST_PORT = 65535


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read the words typed after `./xindai`.

    The result has `command`, `level` (what must be installed), `data` (the data folder, if named) and the command's own
    options. Words that a command passes on to another program are in `rest`.
    """
    parser = _parser()
    options, unknown = parser.parse_known_args(_data_first(words))
    if unknown and "rest" not in options:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    if unknown:
        options.rest = [*unknown, *options.rest]
    return options


def _data_first(words: Sequence[str]) -> list[str]:
    """Move `--data FOLDER` to the front, so that it may stand anywhere, also among words that are passed on."""
    named: list[str] = []
    others: list[str] = []
    remaining = iter(words)
    for word in remaining:
        if word == "--data":
            named += [word, *itertools.islice(remaining, 1)]
        elif word.startswith("--data="):
            named.append(word)
        else:
            others.append(word)
    return named + others


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./xindai",
        description="xindai, a loan-management platform: from the application to the last entry in the books.",
        epilog=_examples(
            "./xindai demo                    found a demonstration bank, run its 24 months and serve it",
            "./xindai test                    run the whole test suite",
            "./xindai --data /srv/xindai serve    serve the bank that lies in /srv/xindai",
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--data",
        metavar="FOLDER",
        help="the one folder that everything is written in, at first new or empty"
        " (else XINDAI_DATA, else .xindai in the checkout)",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", title="commands")

    def add(name: str, level: int, help_text: str, *examples: str) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name,
            help=help_text,
            description=help_text[0].upper() + help_text[1:] + ".",
            epilog=_examples(*examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.set_defaults(level=level)
        return command

    for describe in (_setup, _demo, _serve, _worker, _day, _apr, _bench, _policies, _manage, _test, _check, _remove):
        describe(add)
    return parser


class _Adder(Protocol):
    """Adds a command: its name, what must be installed for it, its help and examples."""

    def __call__(self, name: str, level: int, help_text: str, *examples: str) -> argparse.ArgumentParser: ...


def _examples(*lines: str) -> str:
    return "examples:\n" + "\n".join(f"  {line}" for line in lines)


def _setup(add: _Adder) -> None:
    add("setup", RUNTIME, "install everything and bring the database up to date, and stop there", "./xindai setup")


def _demo(add: _Adder) -> None:
    parser = add(
        "demo",
        RUNTIME,
        "found a demonstration bank, take in its applications, run its 24 months and serve it",
        "./xindai demo",
        "./xindai demo --no-serve --json summary.json",
        "./xindai demo --applications mine.csv --mapping mine.yaml",
        "./xindai demo --reset --port 8080",
    )
    parser.add_argument("--no-serve", action="store_true", help="stop after the summary")
    parser.add_argument("--json", metavar="PATH", help="write the summary to this file ('-' is standard output)")
    parser.add_argument("--reset", action="store_true", help="forget the demonstration bank and start afresh")
    parser.add_argument(
        "--language",
        choices=["zh", "en"],
        help="language of the summary (else that of the terminal: Chinese where LANG says so, English elsewhere)",
    )
    parser.add_argument("--applications", metavar="FILE.csv", help="a lender's own applications, taken in besides")
    parser.add_argument("--mapping", metavar="FILE.yaml", help="which column of that file is which fact")
    _port(parser)


def _serve(add: _Adder) -> None:
    parser = add("serve", RUNTIME, "serve the product on this machine", "./xindai serve", "./xindai serve --port 8080")
    _port(parser)
    parser.add_argument("--workers", type=_positive, default=2, metavar="N", help="server processes (2)")


def _port(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=_port_number, default=DEFAULT_PORT, help=f"port on 127.0.0.1 ({DEFAULT_PORT})")


def _worker(add: _Adder) -> None:
    parser = add(
        "worker",
        RUNTIME,
        "carry out waiting jobs: events to deliver",
        "./xindai worker",
        "./xindai worker --once",
    )
    parser.add_argument("--once", action="store_true", help="stop when no job is waiting")
    parser.add_argument("--concurrency", type=_positive, default=1, metavar="N", help="jobs at a time (1)")


def _day(add: _Adder) -> None:
    parser = add(
        "day",
        RUNTIME,
        "tell the open business date, draw what is due on it, or close it",
        "./xindai day",
        "XINDAI_DEBIT_CHANNEL=bank.debits.Channel ./xindai day draw 2026-03-31",
        "./xindai day close 2026-03-31",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    for name, what in (
        (
            "draw",
            (
                "run the mandates of the open business date through the class that XINDAI_DEBIT_CHANNEL names;"
                " repeated, it goes on where it stopped"
            ),
        ),
        ("close", "carry out the end of day and open the next date; repeated, it changes nothing"),
    ):
        verb = verbs.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        verb.add_argument("date", metavar="DATE", help="the open business date, such as 2026-03-31")


def _apr(add: _Adder) -> None:
    parser = add(
        "apr",
        RUNTIME,
        "compute annual rates by the rules of China, the EU, the UK or the US, of a file of cases or of one loan",
        "./xindai apr --advance 2026-01-15:10000 --payment 2026-02-15:322.67x36",
        "./xindai apr --advance 2026-01-15:10000 --payment 2026-02-15:322.67x36 --fee origination:2026-01-15:100 --regime us",
        "./xindai apr --advance 2026-01-12:500 --payment 2026-01-19:52.50x10/week --regime eu",
        "./xindai apr cases.json",
        "./xindai apr cases.json --json > rates.json",
    )
    parser.add_argument("file", nargs="?", metavar="FILE", help="cases as docs/specs/annual_rates.md describes them")
    parser.add_argument("--json", action="store_true", help='print [{"id", "apr_percent"}] and nothing else')
    parser.add_argument(
        "--advance", action="append", default=[], metavar="DATE:AMOUNT", help="money paid out; repeatable"
    )
    parser.add_argument(
        "--payment",
        action="append",
        default=[],
        metavar="DATE:AMOUNT[xTIMES][/STEP]",
        help="money paid back; STEP is day, week, half-month, month (the default), quarter, year, or 2weeks, 10days; repeatable",
    )
    parser.add_argument(
        "--fee",
        action="append",
        default=[],
        metavar="KIND:DATE:AMOUNT",
        help="a fee, counted if the regime counts it; repeatable",
    )
    parser.add_argument(
        "--regime", choices=["cn", "eu", "uk", "us"], default="cn", help="whose rule holds for dates (cn)"
    )
    parser.add_argument("--currency", default="CNY", metavar="CODE", help="currency of the amounts (CNY)")


def _bench(add: _Adder) -> None:
    parser = add(
        "bench",
        RUNTIME,
        "measure the product against benchmarks/goals.yaml",
        "./xindai bench",
        "./xindai bench main_job",
        "./xindai bench --json > figures.json",
    )
    parser.add_argument("name", nargs="?", help="one figure (all of them)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON and nothing else")


def _policies(add: _Adder) -> None:
    parser = add("policies", DEVELOPMENT, "work on the policy pack in policies/", "./xindai policies fit")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    fit = verbs.add_parser(
        "fit",
        help="fit the points table of the credit rating again and write it into the pack",
        description="Fit the points table of the credit rating on the known half of the public credit data.",
        epilog=_examples("./xindai policies fit", "./xindai policies fit --check"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    fit.add_argument("--check", action="store_true", help="write nothing; fail when the pack holds another table")


def _manage(add: _Adder) -> None:
    parser = add(
        "manage",
        RUNTIME,
        "pass a command on to Django's own command line",
        "./xindai manage showmigrations",
        "./xindai manage shell",
    )
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="the command and its options")


def _test(add: _Adder) -> None:
    parser = add(
        "test",
        DEVELOPMENT,
        "run the test suite; what follows is passed on to pytest",
        "./xindai test",
        "./xindai test src/xindai/ledger -q",
        "./xindai test --without-browser --without-pg15",
    )
    parser.add_argument("--without-browser", action="store_true", help="leave the browser tests out")
    parser.add_argument(
        "--without-pg15", action="store_true", help="do not repeat the database's tests on PostgreSQL 15"
    )
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="...", help="arguments of pytest")


def _check(add: _Adder) -> None:
    parser = add(
        "check",
        DEVELOPMENT,
        "check format, lint, types, contracts, migrations, translations, templates, API, events and pins",
        "./xindai check",
        "./xindai check types contracts",
        "./xindai check --write",
    )
    parser.add_argument("names", nargs="*", metavar="CHECK", help="only these checks")
    parser.add_argument(
        "--write", action="store_true", help="write the format, the API document and the event schemas anew"
    )


def _remove(add: _Adder) -> None:
    parser = add(
        "remove",
        NOTHING,
        "delete what xindai made in the data folder, and the embedded database; other files there stay and are named",
        "./xindai remove --yes",
        "./xindai --data /srv/xindai remove --yes",
    )
    parser.add_argument("--yes", action="store_true", help="really do it")


def _positive(word: str) -> int:
    if not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word} is not a number above 0")
    return int(word)


def _port_number(word: str) -> int:
    if not word.isdigit() or not 1 <= int(word) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{word} is not a port: give a number from 1 to {LAST_PORT}")
    return int(word)
