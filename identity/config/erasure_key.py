"""The key that the erased are kept out by: from the environment, else from a file of its own.

It must not lie in the graph, nor in its backups: whoever has both could try addresses out.
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from identity.config.models import Config
from identity.errors import ErasureKeyMissing, Where

VARIABLE = "IDENTITY_ERASURE_KEY"
SHORTEST = 32
"""Fewer characters than this could be tried out."""


def file_of(config: Config) -> Path:
    """Give the place of the project's key file."""
    return config.resolve_path(config.erasure.key_file)


def read(config: Config) -> bytes | None:
    """Read the project's key; None where there is none.

    Raises:
        ErasureKeyMissing: it is too short, or others of this machine can read the file.
    """
    text = os.environ.get(VARIABLE, "").strip()
    where = Where(key=VARIABLE)
    path = file_of(config)
    if not text:
        if not path.is_file():
            return None
        where = Where(file=str(path))
        if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ErasureKeyMissing("others can read this key", where=where, fix="chmod 600 it.")
        text = path.read_text(encoding="utf-8").strip()
    if len(text) < SHORTEST:
        raise ErasureKeyMissing(
            f"a key has {SHORTEST} characters or more", where=where, fix="Put the right one there."
        )
    return text.encode()


def make(config: Config) -> bytes:
    """Make the project's key file, which only its owner can read."""
    path = file_of(config)
    text = secrets.token_hex(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
    return text.encode()
