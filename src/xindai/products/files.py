"""The product files that the product is shipped with, or that a lender writes."""

from pathlib import Path
from typing import Any

from xindai.policies.files import load_file


def read_folder(folder: Path) -> list[dict[str, Any]]:
    """The content of every product file of a folder, in the order of their names.

    Raises PolicyFileInvalid, naming file and line, for a file that is no clean YAML.
    """
    return [load_file(path) for path in sorted(folder.glob("*.yaml"))]
