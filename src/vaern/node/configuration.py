"""What the operator sets, read once from the environment: typed, complete, and refused in one sentence when wrong."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

HOME_DEFAULT = "vaern-node"
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


class ConfigurationError(Exception):
    """What is set is wrong or missing; the message is one sentence that says what to set."""


@dataclass(frozen=True)
class Configuration:
    """Everything that the operator of a node decides.

    Attributes:
        home: the data folder; holds `database/`, `keys/` and nothing that has to be edited by hand.
        database_url: a PostgreSQL address, or empty for the embedded server in `home/database`.
        address: the address that people type, without a path: `https://node.example`. Decides hosts, cookies, passkeys.
        mail_url: `smtp://user:password@host:port`, `smtps://…`, or `console:` for the log of the terminal.
        mail_from: the sender of every mail.
        secret_key: signs sessions and links; made at the first start and kept in `home/keys/secret`.
        synthetic: everything in this node is made up, and every page says so.
    """

    home: Path
    database_url: str
    address: str
    mail_url: str
    mail_from: str
    secret_key: str
    synthetic: bool

    @property
    def host(self) -> str:
        """The name that requests must carry, without a port."""
        return urlsplit(self.address).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether people reach the node over TLS."""
        return self.address.startswith("https://")


def read_configuration(environment: Mapping[str, str] = os.environ) -> Configuration:
    """Read and check the `VAERN_*` variables and `DATABASE_URL`.

    Raises:
        ConfigurationError: one of them is wrong.
    """
    home = Path(environment.get("VAERN_HOME") or HOME_DEFAULT).expanduser().absolute()
    return Configuration(
        home=home,
        database_url=_database_url(environment.get("DATABASE_URL", "")),
        address=_address(environment.get("VAERN_ADDRESS") or "http://localhost:8000"),
        mail_url=_mail_url(environment.get("VAERN_MAIL") or "console:"),
        mail_from=_mail_from(environment.get("VAERN_MAIL_FROM") or "vaern@localhost.example"),
        secret_key=_secret_key(home, environment.get("VAERN_SECRET_KEY", "")),
        synthetic=_flag("VAERN_SYNTHETIC", environment.get("VAERN_SYNTHETIC", "")),
    )


def _database_url(text: str) -> str:
    if text and urlsplit(text).scheme not in {"postgres", "postgresql"}:
        raise ConfigurationError(
            "DATABASE_URL must begin with postgresql:// (Værn keeps its data in PostgreSQL only); "
            "leave it unset to use the embedded server."
        )
    return text


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ConfigurationError(
            f"VAERN_ADDRESS is {text!r}, but must be the address that people type, without a path: https://node.example"
        )
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ConfigurationError(
            f"VAERN_ADDRESS is {text!r}: a node is reached over https:// only, except on this machine (localhost)."
        )
    return text.rstrip("/")


def _mail_url(text: str) -> str:
    parts = urlsplit(text)
    if text != "console:" and (parts.scheme not in {"smtp", "smtps"} or not parts.hostname):
        raise ConfigurationError(
            "VAERN_MAIL must be smtp://user:password@host:port, smtps://… or console: (mail goes to the terminal)."
        )
    return text


def _mail_from(text: str) -> str:
    if text.count("@") != 1 or any(c.isspace() for c in text):
        raise ConfigurationError("VAERN_MAIL_FROM must be one mail address, such as node@hotline.example.")
    return text


def _flag(name: str, text: str) -> bool:
    if text not in {"", "0", "1"}:
        raise ConfigurationError(f"{name} is {text!r}, but must be 1 (yes) or 0 (no).")
    return text == "1"


def _secret_key(home: Path, given: str) -> str:
    if given:
        if len(given) < 50:
            raise ConfigurationError(
                "VAERN_SECRET_KEY must have 50 characters or more; leave it unset and the node makes one itself."
            )
        return given
    path = home / "keys" / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"secret.{os.getpid()}")
        fresh.write_text(secrets.token_urlsafe(64), "ascii")
        fresh.chmod(0o600)
        try:
            path.hardlink_to(fresh)  # of two processes at once, one wins and both read its key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text("ascii").strip()
