"""The committed description of the interface: docs/openapi.json."""

import json

from xindai.api.v1 import api


def openapi_text() -> str:
    """Return the description as it is to be committed."""
    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=2, sort_keys=True, default=str) + "\n"
