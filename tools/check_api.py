"""docs/openapi.json is the document of the API; `--write` makes it so."""

import difflib
import json
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import django

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"


def main(*, is_writing: bool) -> int:
    """Compare (or write) the document; 1 when it differs."""
    if find_spec("xindai.api") is None or find_spec("xindai.api.urls") is None:
        print("the product serves no API yet")
        return 0
    api = import_module("xindai.api.urls").api
    fresh = json.dumps(api.get_openapi_schema(), indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n"
    if is_writing:
        DOCUMENT.write_text(fresh, encoding="utf-8")
        return 0
    committed = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    if committed == fresh:
        return 0
    sys.stdout.writelines(
        difflib.unified_diff(committed.splitlines(True), fresh.splitlines(True), "committed", "served", n=1)
    )
    print("docs/openapi.json differs from the API: ./xindai check api --write")
    return 1


if __name__ == "__main__":
    django.setup()
    sys.exit(main(is_writing="--write" in sys.argv))
