"""`./xindai demo`: the main job, its summary, and the product served with what came of it."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from importlib import import_module
from pathlib import Path

from django.utils import translation

from xindai.config import language, readiness
from xindai.config.commands import serve
from xindai.config.refusal import Refusal
from xindai.config.server import database_in_use
from xindai.config.setup.places import Places

_SERVERS = 2


def run(options: Namespace, places: Places) -> int:
    """Run the main job (or go on with it), then serve the product unless told not to."""
    _require_files(options)
    if not options.no_serve:
        serve.require_free(options.port)
    with database_in_use(places):
        readiness.migrate()
        if options.reset:
            _reset(places)
        translation.activate(language.locale(options.language))
        job = import_module("xindai.demonstration.run")
        code = int(job.main(options))
        if code or options.no_serve:
            return code
        return serve.serve(places, options.port, _SERVERS, lambda: _announce(options))


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
    if options.json and options.json != "-":
        _require_writable(Path(options.json))


def _require_writable(path: Path) -> None:
    """Refuse a place where the summary cannot be written, by trying; nothing is left there and nothing is changed."""
    if not path.absolute().parent.is_dir():
        raise Refusal(
            f"The summary cannot be written to {path}: its folder does not exist.",
            "Make the folder or name another.",
        )
    try:
        is_new = not path.is_symlink() and not path.exists()
        if is_new or path.is_file() or path.is_dir():
            path.open("ab").close()
        if is_new:
            path.unlink()
    except OSError as error:
        raise Refusal(
            f"The summary cannot be written to {path}: {error.strerror}.",
            "Name a file that you may write, such as --json summary.json.",
        ) from error


def _reset(places: Places) -> None:
    """Forget the demonstration bank."""
    from xindai.kernel import sql  # noqa: PLC0415 - models load after Django

    _refuse_what_must_stay()
    sql.drop_everything()
    shutil.rmtree(places.data / "demonstration", ignore_errors=True)
    readiness.migrate()


def _refuse_what_must_stay() -> None:
    """A bank that is no demonstration is never touched, nor are tables of other programs."""
    from django.apps import apps  # noqa: PLC0415 - models load after Django
    from django.db import connection  # noqa: PLC0415

    from xindai.identity import queries as identity  # noqa: PLC0415

    if identity.is_real():
        raise Refusal(
            "The database holds a bank that is not a demonstration.",
            "Name another data folder or database for the demonstration.",
        )
    models = apps.get_models(include_auto_created=True)
    own = {model._meta.db_table for model in models} | {"django_migrations"}  # noqa: SLF001 - public in Django
    others = sorted(set(connection.introspection.table_names()) - own)
    if others:
        raise Refusal(
            f"The database holds tables that are not xindai's ({others[0]}), which --reset would delete.",
            "Give the demonstration a database of its own.",
        )


def _announce(options: Namespace) -> None:
    """Say where the product is and who may sign in, beside the summary where that is JSON on standard output."""
    from xindai.demonstration import founding  # noqa: PLC0415 - models load after Django

    print(
        f"\nxindai is served at {serve.address(options.port)} with demonstration data; stop it with Ctrl-C.",
        "Sign in as:",
        *(f"  {role:<24} {name:<16} {password}" for role, name, password in founding.logins()),
        sep="\n",
        file=sys.stderr if options.json == "-" else sys.stdout,
    )
