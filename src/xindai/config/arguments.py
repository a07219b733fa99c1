"""The words of the command line: every command, its options, its help and what it needs installed.

Standard library alone, because help is given before anything is installed.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence
from typing import Protocol

NOTHING, RUNTIME, DEVELOPMENT = 0, 1, 2

METHODS = ("level", "equal_principal", "interest_first", "bullet", "flat", "fixed", "minimum", "custom")
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

    for describe in (
        _setup,
        _demo,
        _serve,
        _worker,
        _day,
        _people,
        _schedule,
        _replay,
        _apr,
        _bench,
        _policies,
        _manage,
        _test,
        _check,
        _remove,
    ):
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


def _people(add: _Adder) -> None:
    parser = add(
        "people",
        RUNTIME,
        "help somebody who can no longer sign in",
        "./xindai people reset chief --reason 'Phone lost; the only administrator'",
    )
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    what = "take away somebody's authenticator app, recovery codes and passkeys and end their sessions"
    reset = verbs.add_parser("reset", help=what, description=what[0].upper() + what[1:] + ".")
    reset.add_argument("username", metavar="USERNAME", help="the name by which they sign in")
    reset.add_argument("--reason", required=True, metavar="TEXT", help="why; it stays on the person's page")


def _schedule(add: _Adder) -> None:
    parser = add(
        "schedule",
        RUNTIME,
        "plan a loan: every instalment to the cent, a chart, the total cost and the annual rates of China and the EU",
        "./xindai schedule --principal 100000 --rate 4.9 --months 120 --on 2026-01-15",
        "./xindai schedule --principal 200000 --rate 6 --months 240 --method equal_principal --on 2026-01-31 --csv > plan.csv",
        "./xindai schedule --principal 50000 --rate 7.2 --months 12 --on 2026-03-08 --every P1M@20 --day-count act/360 --why 1",
        "./xindai schedule --principal 8000 --rate 12 --instalments 26 --every biweekly --day-count act/365F --on 2026-01-05",
        "./xindai schedule --principal 300000 --rate 5 --months 36 --balloon 100000 --fee 1500 --on 2026-02-01",
        "./xindai schedule --principal 60000 --rate 9 --months 24 --grace-principal 6 --step 2027-01-01:8.4 --on 2026-01-10",
        "./xindai schedule --principal 10000 --rate 18 --method fixed --instalment 500 --on 2026-01-10",
        "./xindai schedule --principal 12000 --rate 6 --months 12 --multiple 1 --business-day following --calendar rest.json --on 2026-01-10",
        "./xindai schedule --principal 12000 --rate 6 --months 12 --fee 120 --on 2026-01-10 --carrying",
        "./xindai schedule --principal 12000 --rate 6 --months 12 --on 2026-01-10 --terms > terms.json",
    )
    _loan_options(parser)
    _plan_options(parser)
    shown = parser.add_argument_group("what is printed (a table and a chart)").add_mutually_exclusive_group()
    shown.add_argument("--csv", action="store_true", help="the rows as CSV and nothing else")
    shown.add_argument(
        "--json", action="store_true", help="terms, rows, totals and annual rates as JSON and nothing else"
    )
    shown.add_argument("--terms", action="store_true", help="the terms as JSON, which `./xindai replay` reads")
    shown.add_argument(
        "--carrying",
        action="store_true",
        help="the amortised cost after each payment, with the fee spread by the effective interest rate (IFRS 9, CAS 22)",
    )
    shown.add_argument("--why", type=_positive, metavar="ROW", help="how the interest of this row comes about")


def _loan_options(parser: argparse.ArgumentParser) -> None:
    """What every loan has."""
    group = parser.add_argument_group("the loan")
    group.add_argument(
        "--principal", required=True, metavar="AMOUNT", help="the sum paid out, such as 100000 or 2500.50"
    )
    group.add_argument("--rate", required=True, metavar="PERCENT", help="the rate a year, such as 4.9; 0 for none")
    group.add_argument(
        "--on", required=True, metavar="DATE", help="the day on which it is paid out, such as 2026-01-15"
    )
    group.add_argument("--currency", default="CNY", metavar="CODE", help="ISO 4217 code (CNY)")
    group.add_argument(
        "--method",
        choices=METHODS,
        default="level",
        help="how principal comes back: level (equal instalments, the default), equal_principal, interest_first, bullet,"
        " flat (interest on the whole sum), fixed (--instalment), minimum (--minimum, --floor), custom (--parts)",
    )
    group.add_argument("--months", type=_positive, metavar="N", help="how long it runs, in months")
    group.add_argument("--instalments", type=_positive, metavar="N", help="how many instalments, instead of --months")
    group.add_argument("--matures", metavar="DATE", help="the last due date, instead of a number")
    group.add_argument(
        "--every",
        default="monthly",
        metavar="FREQUENCY",
        help="daily, weekly, biweekly, half_monthly, monthly (the default), quarterly, semi_annual, annual,"
        " quarterly_on_the_20th, or a code: P10D, P2W, P1M@20, P3M@20/3, P1M@EOM",
    )
    group.add_argument("--first-due", metavar="DATE", help="the first due date, where it is not one period after --on")
    group.add_argument("--fee", metavar="AMOUNT", help="kept back of the sum paid out; it counts in the annual rates")


def _plan_options(parser: argparse.ArgumentParser) -> None:
    """What some loans have."""
    for options in (_interest_options, _shape_options, _grace_options, _rest_options):
        options(parser)


def _interest_options(parser: argparse.ArgumentParser) -> None:
    """How interest counts."""
    group = parser.add_argument_group("how interest counts")
    group.add_argument(
        "--day-count",
        default="30E/360",
        metavar="RULE",
        help="30E/360 (the default: months of 30 days), act/360, act/365F, act/act ISDA, act/364 and others",
    )
    group.add_argument(
        "--whole-periods", action="store_true", help="a whole period bears the annual rate over the periods of a year"
    )
    group.add_argument(
        "--step", action="append", default=[], metavar="DATE:PERCENT", help="from then on another rate; repeatable"
    )
    group.add_argument(
        "--rounding", default="half_up", metavar="MODE", help="half_up (the default), half_even, half_down, up, down"
    )
    group.add_argument(
        "--odd-first", default="short", metavar="HOW", help="odd days at first: short (the default), long, separate"
    )
    group.add_argument(
        "--odd-last", default="short", metavar="HOW", help="odd days at last: short (the default), long, separate"
    )
    group.add_argument(
        "--odd-days", type=_count, default=0, metavar="N", help="fewer odd days join the period beside them (0)"
    )


def _shape_options(parser: argparse.ArgumentParser) -> None:
    """The shape of the instalments."""
    group = parser.add_argument_group("the shape of the instalments")
    group.add_argument(
        "--multiple", metavar="AMOUNT", help="instalments are multiples of this amount, such as 1 or 100"
    )
    group.add_argument("--balloon", metavar="AMOUNT", help="what the last instalment pays besides")
    group.add_argument(
        "--amortised-over",
        type=_count,
        default=0,
        metavar="N",
        help="reckon with N instalments; the last real one pays the rest",
    )
    group.add_argument(
        "--advance", type=_count, default=0, metavar="N", help="so many instalments are paid on the first day"
    )
    group.add_argument(
        "--weights", metavar="N,N,...", help="relative sizes of the instalments, repeated; 0 pays no principal"
    )
    group.add_argument("--growth", metavar="PERCENT", help="instalments grow so much after each twelve")
    group.add_argument("--instalment", metavar="AMOUNT", help="the instalment of --method fixed")
    group.add_argument("--minimum", metavar="PERCENT", help="the share of what is owed for --method minimum")
    group.add_argument("--floor", metavar="AMOUNT", help="the least of --method minimum")
    group.add_argument("--parts", metavar="AMOUNT,AMOUNT,...", help="the principal of each row for --method custom")
    group.add_argument("--down-payment", metavar="PERCENT", help="the share that is due at once")


def _grace_options(parser: argparse.ArgumentParser) -> None:
    """What is spared at first."""
    group = parser.add_argument_group("what is spared at first, in instalments")
    group.add_argument("--grace-principal", type=_count, default=0, metavar="N", help="no principal")
    group.add_argument(
        "--grace-interest", type=_count, default=0, metavar="N", help="interest falls due with the first one after them"
    )
    group.add_argument("--interest-free", type=_count, default=0, metavar="N", help="no interest")
    group.add_argument("--capitalised", type=_count, default=0, metavar="N", help="interest is added to the principal")


def _rest_options(parser: argparse.ArgumentParser) -> None:
    """Days of rest."""
    group = parser.add_argument_group("days of rest")
    group.add_argument(
        "--business-day",
        default="none",
        choices=["none", "following", "modified_following", "preceding"],
        help="where a due date on a day of rest goes (none: it stays)",
    )
    _calendar_option(group)


def _calendar_option(group: argparse._ActionsContainer) -> None:
    group.add_argument(
        "--calendar",
        metavar="FILE",
        help='JSON: {"holidays": [dates], "workdays": [dates], "weekend": [5, 6]}, Monday 0',
    )


def _replay(add: _Adder) -> None:
    parser = add(
        "replay",
        RUNTIME,
        "replay loans event by event: cases of other systems in the neutral format, or a loan of your own",
        "./xindai replay cases.json                      which figures differ from those the file expects",
        "./xindai replay cases.json --json > answers.json",
        "./xindai replay cases.json --case B08           the rows and transactions at each check of a case",
        "./xindai replay cases.json --case B08 --after 4",
        "./xindai replay terms.json events.json          state, rows, postings, what the last event changed",
        "./xindai replay terms.json events.json --as-of 2026-06-30 --json",
        "./xindai replay terms.json events.json --calendar rest.json     with the days of rest of its schedule",
    )
    parser.add_argument(
        "file",
        metavar="FILE",
        help="neutral loan cases (docs/specs/neutral_cases.md), or the terms of a loan of your own",
    )
    parser.add_argument("events", nargs="?", metavar="EVENTS", help="the events of that loan, a JSON list")
    parser.add_argument(
        "--json", action="store_true", help='print JSON and nothing else: {"cases": [{"id", "checks"}]}'
    )
    parser.add_argument("--case", metavar="ID", help="only this case, with its rows and transactions")
    parser.add_argument(
        "--after", type=_count, metavar="N", help="the view after N events, instead of the case's checks"
    )
    parser.add_argument(
        "--as-of", metavar="DATE", help="the day whose close is told of a loan of your own (that of the last event)"
    )
    _calendar_option(parser)


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
    parser.add_argument("file", nargs="?", metavar="FILE", help="cases as docs/specs/rates.md describes them")
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


def _count(word: str) -> int:
    if not word.isdigit():
        raise argparse.ArgumentTypeError(f"{word} is not a whole number from 0 on")
    return int(word)


def _port_number(word: str) -> int:
    if not word.isdigit() or not 1 <= int(word) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"{word} is not a port: give a number from 1 to {LAST_PORT}")
    return int(word)
