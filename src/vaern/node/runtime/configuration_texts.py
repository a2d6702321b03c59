"""Parsers of environment variables: each takes the variable's name and text.

Invalid text is rejected with one sentence that says what to set and quotes no secret.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

from vaern.client.peers import LOCALHOST

if TYPE_CHECKING:
    from collections.abc import Callable

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

SHORTEST_SECRET = 50
SHORTEST_TOKEN = 20


class ConfigurationError(Exception):
    """A setting is invalid or missing; the message says what to set, one sentence for each, and quotes no secret."""


def _split(text: str) -> SplitResult:
    """Return the parts of an address; of what cannot be split, none."""
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def _printable(name: str, text: str) -> str:
    if not text.isprintable():
        raise ConfigurationError(f"{name} holds a character that cannot be printed: set it anew.")
    return text


def home(name: str, text: str) -> Path:
    """Read the path of the data folder."""
    if "\0" in text:
        raise ConfigurationError(f"{name} must be the path of a folder.")
    try:
        folder = Path(text).expanduser().absolute()
        wrong = folder.exists() and not folder.is_dir()
    except (RuntimeError, OSError):
        wrong = True
    if wrong:
        raise ConfigurationError(
            f"{name} is {text!r}, but must be the path of a folder (it is made if it is not there)."
        )
    return folder


def existing(what: str, is_one: Callable[[Path], bool]) -> Callable[[str, str], Path | None]:
    """Return what reads the path of something that has to be there, or None for no text."""

    def read(name: str, text: str) -> Path | None:
        if not text:
            return None
        try:
            path = Path(text).expanduser().absolute()
            there = is_one(path)
        except (RuntimeError, OSError, ValueError):
            there = False
        if not there:
            raise ConfigurationError(f"{name} must be the path of a {what} that is there.")
        return path

    return read


def database_url(name: str, text: str) -> str:
    """Read the address of a PostgreSQL database; "" means the embedded one."""
    parts = _split(text)
    if text and (parts.scheme not in {"postgres", "postgresql"} or not text.isprintable()):
        raise ConfigurationError(
            f"{name} must be postgresql://user:password@host:port/database (Værn keeps its data in PostgreSQL only); "
            "leave it unset to use the embedded server."
        )
    if text and not unquote(parts.path.lstrip("/")):
        raise ConfigurationError(f"{name} names no database: end it with /vaern, the name of an empty one.")
    return text


def address(name: str, text: str) -> str:
    """Read the address that people type, without a path."""
    parts = _split(text)
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not bare or not _is_host(host):
        raise ConfigurationError(
            f"{name} is {text!r}, but must be the address that people type, without a path: https://node.example."
        )
    if parts.scheme == "http" and host not in LOCAL_NAMES and not host.endswith(LOCALHOST):
        raise ConfigurationError(
            f"{name} is {text!r}: a node is reached over https:// only, except on this machine (http://localhost:8000)."
        )
    return text.rstrip("/")


def _is_host(host: str) -> bool:
    """Whether this is a name or an IP address that a browser sends as Host."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        labels = host.split(".")
        return len(host) <= 253 and all(
            label.isascii() and label.replace("-", "").isalnum() and len(label) <= 63 for label in labels
        )
    return True


def bind(name: str, text: str) -> tuple[str, int]:
    """Read an address and a port of this machine."""
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port[:9]) > 65535 or not _is_host(host.strip("[]")):
        raise ConfigurationError(
            f"{name} is {text!r}, but must be an address and a port of this machine: 127.0.0.1:8000."
        )
    return host.strip("[]"), int(port)


def listens(name: str, text: str) -> tuple[str, int] | None:
    """Read an address and a port of this machine, or None for no text."""
    return bind(name, text) if text else None


def mail_url(name: str, text: str) -> str:
    """Read the address of a mail server."""
    parts = _split(text)
    if text not in {"console:", "folder:"} and (
        parts.scheme not in {"smtp", "smtp+tls", "smtps"}
        or not _is_host(parts.hostname or "")
        or not text.isprintable()
    ):
        raise ConfigurationError(
            f"{name} must be smtp+tls://user:password@host:port (STARTTLS), smtps://…, smtp://… (without encryption), "
            "console: (mail goes to the terminal), or folder: (to files, in a synthetic node)."
        )
    return text


def mail_from(name: str, text: str) -> str:
    """Read one mail address."""
    if not _is_mail(text):
        raise ConfigurationError(f"{name} must be one mail address, such as node@hotline.example.")
    return text


def _is_mail(text: str) -> bool:
    before, _, after = text.partition("@")
    plain = not any(c.isspace() or not c.isprintable() or c in '<>",;' for c in text)
    return bool(before) and _is_host(after) and plain


def contact(name: str, text: str) -> str:
    """Read a contact of RFC 9116, section 2.5.3: a URI in one line of ASCII."""
    scheme, _, address = text.partition(":")
    parts = _split(text)
    page = scheme == "https" and _is_host(parts.hostname or "") and not (parts.username or parts.password)
    plain = text.isascii() and text.isprintable() and " " not in text
    if text and not (plain and (page or (scheme == "mailto" and _is_mail(address)))):
        raise ConfigurationError(
            f"{name} must be mailto: and a mail address, or the https:// address of a page: "
            "mailto:security@hotline.example."
        )
    return text


def flag(name: str, text: str) -> bool:
    """Read 1 or 0."""
    if text not in {"0", "1"}:
        raise ConfigurationError(f"{name} is {text!r}, but must be 1 (yes) or 0 (no).")
    return text == "1"


def between(least: int, most: int) -> Callable[[str, str], int]:
    """Return what reads a whole number within bounds."""

    def read(name: str, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise ConfigurationError(f"{name} is {text!r}, but must be a whole number from {least} to {most}.")
        return int(text)

    return read


def token(name: str, text: str) -> str:
    """Read a secret that programs send."""
    if text and (len(text) < SHORTEST_TOKEN or not text.isascii() or not text.isprintable() or " " in text):
        raise ConfigurationError(
            f"{name} must have {SHORTEST_TOKEN} or more letters, digits and signs, without spaces: make one with "
            "`openssl rand -hex 32`."
        )
    return text


def secret(name: str, text: str) -> str:
    """Read the node's own secret."""
    if text and len(text) < SHORTEST_SECRET:
        raise ConfigurationError(
            f"{name} must have {SHORTEST_SECRET} characters or more; leave it unset and the node makes one itself."
        )
    return _printable(name, text)


def secrets(name: str, text: str) -> tuple[str, ...]:
    """Read the secrets that the node had before."""
    return tuple(secret(name, one) for one in text.split(" ") if one)


def schema(name: str, text: str) -> Path | None:
    """Read the path of an XML Schema that can be read."""
    path = existing("file", Path.is_file)(name, text)
    if path is not None:
        from vaern.formats.cybertipline_check import SchemaError, schema_at

        try:
            schema_at(path)
        except SchemaError:
            raise ConfigurationError(f"{name} is no XML Schema that can be read.") from None
    return path


def service(name: str, text: str) -> str:
    """Read the address of a service that programs ask: with a path, without a user."""
    parts = _split(text)
    bare = not (parts.fragment or parts.username or parts.password) and text.isascii() and text.isprintable()
    if text and not (bare and " " not in text and parts.scheme in {"http", "https"} and _is_host(parts.hostname or "")):
        raise ConfigurationError(f"{name} must be the address of a service, such as https://stamps.example/tsa.")
    return text


def certificates_at(name: str, text: str) -> Path | None:
    """Read the path of a file with certificates, a self-signed root among them."""
    path = existing("file", Path.is_file)(name, text)
    if path is not None:
        from vaern.formats.timestamps import StampError, certificates

        try:
            found = certificates(path.read_bytes())
        except (StampError, OSError):
            raise ConfigurationError(f"{name} must be a file with certificates, in PEM.") from None
        if not any(one.issuer == one.subject for one in found):
            raise ConfigurationError(
                f"{name} must hold the self-signed certificate at the root of the service's chain."
            )
    return path


def plug_in(name: str, text: str) -> str:
    """Read the name of a plug-in."""
    if text and not (text.isascii() and text.replace("-", "").replace("_", "").isalnum()):
        raise ConfigurationError(f"{name} must be the name of a plug-in: letters, digits, - and _.")
    return text


def log(name: str, text: str) -> str:
    """Read the form of the log."""
    if text not in {"auto", "json", "text"}:
        raise ConfigurationError(f"{name} is {text!r}, but must be json, text or auto (text on a terminal, else json).")
    return text
