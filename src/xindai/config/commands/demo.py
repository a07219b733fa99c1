"""`./xindai demo`: the main job, its summary, and the product served with what came of it."""

from __future__ import annotations

import os
import shutil
from argparse import Namespace
from importlib import import_module
from pathlib import Path

from django.utils import translation

from xindai.config import readiness
from xindai.config.commands import serve
from xindai.config.refusal import Refusal
from xindai.config.server import database_in_use
from xindai.config.setup.places import Places

_SERVERS = 2
_LOCALES = {"zh": "zh-hans", "en": "en"}
"""Django's names of the languages that the command line knows."""


def run(options: Namespace, places: Places) -> int:
    """Run the main job (or go on with it), then serve the product unless told not to."""
    _require_files(options)
    if not options.no_serve:
        serve.require_free(options.port)
    with database_in_use(places):
        readiness.migrate()
        if options.reset:
            _reset(places)
        translation.activate(_LOCALES[options.language or _of_the_terminal()])
        job = import_module("xindai.demonstration.run")
        code = int(job.main(options))
        if code or options.no_serve:
            return code
        return serve.serve(places, options.port, _SERVERS, lambda: _announce(options.port))


def _of_the_terminal() -> str:
    """The language that the terminal's locale asks for; the first variable that is set counts, as POSIX says."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh" if said.startswith("zh") else "en"


def _require_files(options: Namespace) -> None:
    """Refuse files that are not there before anything is done."""
    if bool(options.applications) != bool(options.mapping):
        raise Refusal(
            "A lender's own applications need both the file and its mapping.",
            "Give --applications FILE.csv together with --mapping FILE.yaml.",
        )
    for name in (options.applications, options.mapping):
        if name and not Path(name).is_file():
            raise Refusal(f"There is no file {name}.", "Correct the name and run the same command again.")
    if options.json and options.json != "-" and not Path(options.json).absolute().parent.is_dir():
        raise Refusal(
            f"The summary cannot be written to {options.json}: its folder does not exist.",
            "Make the folder or name another.",
        )


def _reset(places: Places) -> None:
    """Forget the demonstration bank; a bank that is not one is never touched."""
    from xindai.identity import queries as identity  # noqa: PLC0415 - models load after Django
    from xindai.kernel import business_date, sql  # noqa: PLC0415

    has_books = business_date.current_or_none() is not None or business_date.last_closed() is not None
    if has_books and not identity.is_demonstration():
        raise Refusal(
            "The database holds a bank that is not a demonstration.",
            "Name another data folder or database for the demonstration.",
        )
    sql.drop_everything()
    shutil.rmtree(places.data / "demonstration", ignore_errors=True)
    readiness.migrate()


def _announce(port: int) -> None:
    from xindai.demonstration import founding  # noqa: PLC0415 - models load after Django

    print(f"\nxindai is served at {serve.address(port)} with demonstration data; stop it with Ctrl-C.")
    print("Sign in as:")
    for role, name, password in founding.logins():
        print(f"  {role:<24} {name:<16} {password}")
