"""The JSON schemas under docs/events are those of the events in the code; `--write` makes them so.

A published schema only grows: `--write` refuses to take away what it promised.
"""

import json
import sys
from pathlib import Path

import additive
import django

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "events"


def main(*, is_writing: bool, folder: Path = FOLDER) -> int:
    """Compare (or write) the schemas; the number of faults."""
    from xindai.kernel import outbox  # noqa: PLC0415 - models load after Django

    fresh = {name: json.dumps(schema, indent=2, sort_keys=True) + "\n" for name, schema in outbox.schemas().items()}
    committed = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    faults = _taken_away(committed, fresh)
    if is_writing and not faults:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in fresh.items():
            (folder / name).write_text(text, encoding="utf-8")
    elif not is_writing:
        faults += [
            _differs(name, "differs from the code") for name in fresh if committed.get(name, fresh[name]) != fresh[name]
        ]
        faults += [_differs(name, "is missing") for name in fresh if name not in committed]
    print("\n".join(faults), end="\n" if faults else "")
    return len(faults)


def _taken_away(committed: dict[str, str], fresh: dict[str, str]) -> list[str]:
    """What published schemas promised and the code no longer keeps."""
    faults = [
        f"docs/events/{name}: published, but no longer in the code: keep the class of that version"
        for name in sorted(committed.keys() - fresh.keys())
    ]
    return faults + [
        f"docs/events/{name}: {fault}: give the event the next schema_version instead"
        for name in sorted(committed.keys() & fresh.keys())
        for fault in additive.event_faults(json.loads(committed[name]), json.loads(fresh[name]))
    ]


def _differs(name: str, how: str) -> str:
    return f"docs/events/{name} {how}: ./xindai check events --write"


if __name__ == "__main__":
    django.setup()
    sys.exit(1 if main(is_writing="--write" in sys.argv) else 0)
