"""docs/openapi.json is the document of the API; `--write` makes it so.

The published document only grows: `--write` refuses to take away what it promised.
"""

import difflib
import json
import sys
from importlib import import_module
from pathlib import Path

import additive
import django

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"


def main(*, is_writing: bool, document: Path = DOCUMENT) -> int:
    """Compare (or write) the document; 1 when it differs or takes something away."""
    served = import_module("xindai.api.urls").api.get_openapi_schema()
    fresh = json.dumps(served, indent=2, sort_keys=True, ensure_ascii=False, default=str) + "\n"
    committed = document.read_text(encoding="utf-8") if document.exists() else ""
    faults = additive.api_faults(json.loads(committed), json.loads(fresh)) if committed else []
    for fault in faults:
        print(f"docs/openapi.json: {fault}: keep it, or give it another path")
    if faults or committed == fresh:
        return 1 if faults else 0
    if is_writing:
        document.write_text(fresh, encoding="utf-8")
        return 0
    sys.stdout.writelines(
        difflib.unified_diff(committed.splitlines(True), fresh.splitlines(True), "committed", "served", n=1)
    )
    print("docs/openapi.json differs from the API: ./xindai check api --write")
    return 1


if __name__ == "__main__":
    django.setup()
    sys.exit(main(is_writing="--write" in sys.argv))
