"""Where the sealed files lie: each under the hash of its own bytes, written whole or not at all."""

import hashlib
import os
from base64 import b64decode, b64encode
from pathlib import Path
from uuid import UUID, uuid4

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xindai.kernel import vault
from xindai.kernel.errors import NotFound


def keep(subject_id: UUID, content: bytes) -> str:
    """Seal and keep a file; the name under which it lies.  Raises NotFound for a customer whose data were deleted."""
    sealed = vault.seal(subject_id, b64encode(content).decode())
    name = hashlib.sha256(sealed).hexdigest()
    path = _path(name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    growing = path.with_name(f"{name}.{uuid4().hex}")
    with growing.open("xb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    growing.replace(path)
    return name


def read(subject_id: UUID, name: str, sha256: str) -> bytes:
    """What was handed in.  Raises NotFound when the file is gone, is not what was kept, or cannot be unsealed any more."""
    try:
        sealed = _path(name).read_bytes()
    except FileNotFoundError as error:
        raise NotFound(_("document"), name[:8]) from error
    if hashlib.sha256(sealed).hexdigest() != name:
        raise NotFound(_("document"), name[:8])
    content = b64decode(vault.unseal(subject_id, sealed))
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotFound(_("document"), name[:8])
    return content


def _path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "documents" / name[:2] / name
