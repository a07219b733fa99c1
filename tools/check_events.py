"""The JSON schemas under docs/events are those of the events in the code; `--write` makes them so.

Schemas are additive only: a schema that has been published never disappears, and none of its required fields either.
"""

import json
import sys
from pathlib import Path

import django

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "events"


def main(*, is_writing: bool) -> int:
    """Compare (or write) the schemas; the number of those that differ."""
    from xindai.kernel import outbox  # noqa: PLC0415 - models load after Django

    fresh = {name: json.dumps(schema, indent=2, sort_keys=True) + "\n" for name, schema in outbox.schemas().items()}
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    if is_writing:
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, text in fresh.items():
            (FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    faults = [f"{name} differs from the code" for name in fresh if committed.get(name) not in {None, fresh[name]}]
    faults += [f"{name} is missing" for name in fresh if name not in committed]
    faults += [f"{name} is published but no longer in the code" for name in committed if name not in fresh]
    for fault in faults:
        print(f"docs/events/{fault}: ./xindai check events --write")
    return len(faults)


if __name__ == "__main__":
    django.setup()
    sys.exit(1 if main(is_writing="--write" in sys.argv) else 0)
