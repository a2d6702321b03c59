"""The node's own secret, as files in `keys/`: created at the first start and on rotation.

`secret` seals and signs; `secret.earlier` still opens what it sealed, until `operations/secrets.py` left nothing of it;
`digest` is the first secret, with which digests by which equal values are found go on being made.
"""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from vaern.node.runtime.configuration_texts import SHORTEST_SECRET, ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


class NoRotation(Exception):
    """The secret cannot be rotated by the node; the message says what to do."""


def lines_of(path: Path) -> list[str]:
    """Return the secrets in one of the node's files; none if it does not exist."""
    try:
        return path.read_text("ascii").split() if path.is_file() else []
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read: put it back from a backup.") from error


def kept_secret(home: Path) -> str:
    """Return the node's own secret, creating it if there is none."""
    path = home / "keys" / "secret"
    try:
        if not path.exists():
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            fresh = _beside(path, secrets.token_urlsafe(64))
            try:
                path.hardlink_to(fresh)  # of two processes at once, one wins and both read its key
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        kept = path.read_text("ascii").strip()
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "it cannot be read").lower()
        raise ConfigurationError(
            f"VAERN_HOME is {str(home)!r}, but keys/secret cannot be kept there ({reason}): name a folder of your own."
        ) from error
    if len(kept) < SHORTEST_SECRET:
        raise ConfigurationError(f"{path} is damaged: put it back from a backup, or set VAERN_SECRET_KEY.")
    return kept


def rotate(home: Path, *, set_outside: bool) -> None:
    """Create a new secret and keep the current one beside it; takes effect when the node is restarted.

    Args:
        home: the node's data folder.
        set_outside: whether the secret is set in the environment.

    Raises:
        NoRotation: it is set in the environment, or there is none.
    """
    if set_outside:
        raise NoRotation(
            "VAERN_SECRET_KEY is set in the environment: set it to a new one, add the present one in front of "
            "VAERN_EARLIER_SECRETS, and set VAERN_DIGEST_KEY to the present one unless it is set already."
        )
    path = home / "keys" / "secret"
    if not path.is_file():
        raise NoRotation(f"There is no secret in {path.parent}: name the node's folder with --home.")
    present, earlier, digest = path.read_text("ascii"), path.with_name("secret.earlier"), path.with_name("digest")
    if not digest.exists():
        _beside(digest, present).replace(digest)
    _beside(earlier, "\n".join([present, *lines_of(earlier)])).replace(earlier)
    _beside(path, secrets.token_urlsafe(64)).replace(path)


def _beside(path: Path, text: str) -> Path:
    """Write a file beside the one that it is for, the owner's alone, to be put in its place whole; return its path."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    fresh.touch(0o600)
    fresh.write_text(text, "ascii")
    return fresh
