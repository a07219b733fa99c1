"""Every app is something, has its parts, and is written in pieces that fit a head."""

from pathlib import Path

from django.apps import apps

from tests.architecture import substance
from tests.architecture.source import CHECKOUT, SRC, Source, floors, product, told
from xindai.config.apps import FLOORS


def test_every_app_has_its_parts() -> None:
    with_models = {config.label for config in apps.get_app_configs() if any(config.get_models())}
    found = substance.missing_parts(FLOORS, with_models)
    assert not found, told(found)


def test_no_app_is_empty_and_each_stands_on_a_floor() -> None:
    found = substance.empty_apps(product())
    folders = {path.parent.name for path in (SRC / "xindai").glob("*/__init__.py")}
    assert not found, told(found)
    assert folders == floors().keys() - {"loanmath"} == {*FLOORS, "config"}


def test_no_file_and_no_function_is_too_long() -> None:
    files = [path for top in ("src", "tests", "tools", "benchmarks") for path in sorted((CHECKOUT / top).rglob("*.py"))]
    texts = {path.relative_to(CHECKOUT).as_posix(): path.read_text(encoding="utf-8") for path in files}
    found = substance.long_ones({path: text for path, text in texts.items() if "/migrations/" not in path})
    assert not found, told(found)


def test_the_product_uses_nothing_that_is_made_for_tests() -> None:
    found = substance.used_by_product(product())
    assert not found, told(found)


def test_missing_parts_are_found(tmp_path: Path) -> None:
    for name in ("whole/apps.py", "whole/tests/test_x.py", "whole/migrations/0001_initial.py", "bare/apps.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert substance.missing_parts(["whole"], ["whole"], tmp_path) == []
    assert [one.what for one in substance.missing_parts(["whole"], [], tmp_path)] == [
        "whole has no models but has migrations/0001_*.py"
    ]
    assert [one.what for one in substance.missing_parts(["bare"], ["bare"], tmp_path)] == [
        "bare lacks tests/test_*.py",
        "bare lacks migrations/0001_*.py",
    ]
    assert len(substance.missing_parts(["gone"], [], tmp_path)) == 2


def test_an_app_with_nothing_in_it_is_found() -> None:
    planted = [
        Source("xindai/hollow/__init__.py", ""),
        Source("xindai/hollow/apps.py", "class HollowConfig: ...\n"),
        Source("xindai/hollow/models.py", '"""Nothing yet."""\n'),
        Source("xindai/full/apps.py", "class FullConfig: ...\n"),
        Source("xindai/full/queries.py", "def answer(): ...\n"),
    ]

    assert [finding.path for finding in substance.empty_apps(planted)] == ["src/xindai/hollow"]


def test_long_files_and_functions_are_found() -> None:
    body = "    x = 1\n"
    texts = {
        "long.py": "x = 1\n" * (substance.LONGEST_FILE + 1),
        "function.py": "def f():\n" + body * substance.LONGEST_FUNCTION,
        "method.py": "class A:\n    async def f(self):\n" + f"    {body}" * substance.LONGEST_FUNCTION,
        "good.py": "def f():\n" + body * (substance.LONGEST_FUNCTION - 1),
    }

    assert [(finding.path, finding.line) for finding in substance.long_ones(texts)] == [
        ("long.py", 1),
        ("function.py", 1),
        ("method.py", 2),
    ]


def test_a_factory_in_the_product_is_found() -> None:
    text = "from xindai.customers.testing import make_person\nfrom tests import processes\nfrom xindai.ledger import queries\n"
    assert [finding.line for finding in substance.used_by_product([Source("xindai/jobs/planted.py", text)])] == [1, 2]
