"""What the operator sets, read once from the environment: typed, complete, and refused in one sentence when wrong.

The table below is the only one: `tools/configuration_reference.py` writes `docs/reference/configuration.md` from it.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FROM_PARENT = frozenset({"VAERN_EMBEDDED_URL"})
"""What a node's first process tells its children; nobody sets it by hand."""

OF_DEVELOPMENT = frozenset({"VAERN_MEDIA", "VAERN_HYPOTHESIS", "VAERN_THREATEXCHANGE", "VAERN_BENCH_DIR"})
"""What the tests and benchmarks of this repository read."""

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_SECRET = 50
SHORTEST_TOKEN = 20


class ConfigurationError(Exception):
    """What is set is wrong or missing; the message is one sentence that says what to set, and quotes no secret."""


@dataclass(frozen=True)
class Variable:
    """One variable of the environment.

    Attributes:
        name: as the operator sets it.
        default: what holds when it is not set, as text.
        meaning: one sentence for the reference; Markdown.
        read: makes the value out of the text, or raises `ConfigurationError`.
        secret: whether its value is never shown, not even in an error.
    """

    name: str
    default: str
    meaning: str
    read: Callable[[str, str], Any]
    secret: bool = False


def _set_by(
    name: str, default: str, read: Callable[[str, str], Any], meaning: str, *, secret: bool = False
) -> Any:  # a dataclass field, which the type checker takes for its value
    return field(metadata={"variable": Variable(name, default, meaning, read, secret)}, repr=not secret)


# How each text is read ----------------------------------------------------------------------------------------------


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


def _home(name: str, text: str) -> Path:
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


def _existing(what: str, is_one: Callable[[Path], bool]) -> Callable[[str, str], Path | None]:
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


def _database_url(name: str, text: str) -> str:
    parts = _split(text)
    if text and (parts.scheme not in {"postgres", "postgresql"} or not text.isprintable()):
        raise ConfigurationError(
            f"{name} must be postgresql://user:password@host:port/database (Værn keeps its data in PostgreSQL only); "
            "leave it unset to use the embedded server."
        )
    if text and not unquote(parts.path.lstrip("/")):
        raise ConfigurationError(f"{name} names no database: end it with /vaern, the name of an empty one.")
    return text


def _address(name: str, text: str) -> str:
    parts = _split(text)
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not bare or not _is_host(host):
        raise ConfigurationError(
            f"{name} is {text!r}, but must be the address that people type, without a path: https://node.example"
        )
    if parts.scheme == "http" and host not in LOCAL_NAMES:
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


def _bind(name: str, text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port[:9]) > 65535 or not _is_host(host.strip("[]")):
        raise ConfigurationError(
            f"{name} is {text!r}, but must be an address and a port of this machine: 127.0.0.1:8000"
        )
    return host.strip("[]"), int(port)


def _mail_url(name: str, text: str) -> str:
    parts = _split(text)
    if text != "console:" and (
        parts.scheme not in {"smtp", "smtp+tls", "smtps"}
        or not _is_host(parts.hostname or "")
        or not text.isprintable()
    ):
        raise ConfigurationError(
            f"{name} must be smtp+tls://user:password@host:port (STARTTLS), smtps://…, smtp://… (without encryption), "
            "or console: (mail goes to the terminal)."
        )
    return text


def _mail_from(name: str, text: str) -> str:
    if not _is_mail(text):
        raise ConfigurationError(f"{name} must be one mail address, such as node@hotline.example.")
    return text


def _is_mail(text: str) -> bool:
    before, _, after = text.partition("@")
    plain = not any(c.isspace() or not c.isprintable() or c in '<>",;' for c in text)
    return bool(before) and _is_host(after) and plain


def _contact(name: str, text: str) -> str:
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


def _flag(name: str, text: str) -> bool:
    if text not in {"0", "1"}:
        raise ConfigurationError(f"{name} is {text!r}, but must be 1 (yes) or 0 (no).")
    return text == "1"


def _between(least: int, most: int) -> Callable[[str, str], int]:
    def read(name: str, text: str) -> int:
        if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
            raise ConfigurationError(f"{name} is {text!r}, but must be a whole number from {least} to {most}.")
        return int(text)

    return read


def _token(name: str, text: str) -> str:
    if text and (len(text) < SHORTEST_TOKEN or not text.isascii() or not text.isprintable() or " " in text):
        raise ConfigurationError(
            f"{name} must have {SHORTEST_TOKEN} or more letters, digits and signs, without spaces: make one with "
            "`openssl rand -hex 32`."
        )
    return text


def _secret(name: str, text: str) -> str:
    if text and len(text) < SHORTEST_SECRET:
        raise ConfigurationError(
            f"{name} must have {SHORTEST_SECRET} characters or more; leave it unset and the node makes one itself."
        )
    return _printable(name, text)


def _schema(name: str, text: str) -> Path | None:
    path = _existing("file", Path.is_file)(name, text)
    if path is not None:
        from vaern.formats.cybertipline_check import SchemaError, schema_at

        try:
            schema_at(path)
        except SchemaError:
            raise ConfigurationError(f"{name} is no XML Schema that can be read.") from None
    return path


def _plug_in(name: str, text: str) -> str:
    if text and not (text.isascii() and text.replace("-", "").replace("_", "").isalnum()):
        raise ConfigurationError(f"{name} must be the name of a plug-in: letters, digits, - and _.")
    return text


def _log(name: str, text: str) -> str:
    if text not in {"auto", "json", "text"}:
        raise ConfigurationError(f"{name} is {text!r}, but must be json, text or auto (text on a terminal, else json).")
    return text


@dataclass(frozen=True)
class Configuration:
    """Everything that the operator of a node decides; what each field means stands in the table itself."""

    home: Path = _set_by(  # noqa: RUF009 - it is `field`, with our metadata
        "VAERN_HOME", "vaern-node", _home,
        "The data folder. It holds `database/`, `keys/` and what can be made again; nothing in it is edited by hand.",
    )  # fmt: skip
    address: str = _set_by(
        "VAERN_ADDRESS", "http://localhost:8000", _address,
        "The address that people type, without a path. It decides which hosts are answered, cookies and passkeys. "
        "Anything but this machine needs `https://` (a proxy in front ends TLS).",
    )  # fmt: skip
    bind: tuple[str, int] = _set_by(
        "VAERN_BIND", "127.0.0.1:8000", _bind,
        "Where the node listens. Keep it on the loopback and let the proxy reach it there.",
    )  # fmt: skip
    database_url: str = _set_by(
        "DATABASE_URL", "", _database_url,
        "`postgresql://user:password@host:port/database`; unset, the node runs its own PostgreSQL in the data folder.",
        secret=True,
    )  # fmt: skip
    mail_url: str = _set_by(
        "VAERN_MAIL", "console:", _mail_url,
        "The mail server: `smtp+tls://user:password@host:587` (STARTTLS), `smtps://…:465`, `smtp://…:25` (without "
        "encryption), or `console:`, which prints mail in the terminal.",
        secret=True,
    )  # fmt: skip
    mail_from: str = _set_by("VAERN_MAIL_FROM", "vaern@localhost.example", _mail_from, "The sender of every mail.")
    secret_key: str = _set_by(
        "VAERN_SECRET_KEY", "", _secret,
        "Signs sessions and links and seals waiting mail. Unset, the node makes one at the first start and keeps it "
        "in `keys/secret`.",
        secret=True,
    )  # fmt: skip
    synthetic: bool = _set_by(
        "VAERN_SYNTHETIC", "0", _flag, "`1`: everything in this node is made up, and every page says so."
    )
    workers: int = _set_by("VAERN_WORKERS", "2", _between(1, 64), "Processes that answer requests.")
    threads: int = _set_by("VAERN_THREADS", "4", _between(1, 64), "Threads in each of them.")
    metrics_token: str = _set_by(
        "VAERN_METRICS_TOKEN", "", _token,
        "Whoever sends it as `Authorization: Bearer …` may read `/metrics`. Unset, only this machine may, and only "
        "where the address is `http://localhost`.",
        secret=True,
    )  # fmt: skip
    security_contact: str = _set_by(
        "VAERN_SECURITY_CONTACT", "", _contact,
        "Whom to write to about a weakness of this node: `mailto:security@hotline.example`, or the `https://` address "
        "of a page. Shown to everybody in `/.well-known/security.txt` (RFC 9116); unset, there is no such file.",
    )  # fmt: skip
    lookup: str = _set_by(
        "VAERN_LOOKUP", "", _plug_in,
        "Name of a plug-in (entry point of `vaern.lookups`) that finds out who hosts a location. Unset, the node asks "
        "nobody, and people type in what they found.",
    )  # fmt: skip
    lists: Path | None = _set_by(  # noqa: RUF009 - it is `field`, with our metadata
        "VAERN_LISTS", "", _existing("folder", Path.is_dir),
        "A folder of list packages (`vaern lists build`), each a folder in it: what is known there is not put before "
        "anyone who need not see it. A new release is found within a minute.",
    )  # fmt: skip
    cybertipline_xsd: Path | None = _set_by(  # noqa: RUF009 - it is `field`, with our metadata
        "VAERN_CYBERTIPLINE_XSD", "", _schema,
        "The XML Schema of CyberTipline reports, as its owner serves it today. Documents are held to it beside the "
        "node's own table, which knows the state of November 2025.",
    )  # fmt: skip
    key_rate: int = _set_by(
        "VAERN_KEY_RATE", "20", _between(1, 10_000),
        "Requests a second that one API key may make in the long run; at once it may make ten times as many.",
    )  # fmt: skip
    log: str = _set_by(
        "VAERN_LOG", "auto", _log, "`json`, `text`, or `auto`: text on a terminal, JSON lines elsewhere."
    )

    @property
    def host(self) -> str:
        """The name that requests must carry, without a port."""
        return urlsplit(self.address).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether people reach the node over TLS."""
        return self.address.startswith("https://")


def variables() -> dict[str, Variable]:
    """Return the table: field of `Configuration` to its variable."""
    return {found.name: found.metadata["variable"] for found in fields(Configuration)}


def read_configuration(environment: Mapping[str, str] = os.environ, *, make_secret: bool = True) -> Configuration:
    """Read and check the variables.

    Args:
        environment: where they stand.
        make_secret: whether a missing `keys/secret` is made; a restore brings its own.

    Raises:
        ConfigurationError: one of them is wrong, or is not ours.
    """
    table = variables()
    known = {variable.name for variable in table.values()}
    for name in sorted(environment):
        if name.startswith("VAERN_") and name not in known | FROM_PARENT | OF_DEVELOPMENT:
            near = difflib.get_close_matches(name, sorted(known), 1, cutoff=0.0)
            raise ConfigurationError(f"{name!r} is set, but there is no such variable: did you mean {near[0]}?")
    values = {
        key: variable.read(variable.name, environment.get(variable.name) or variable.default)
        for key, variable in table.items()
    }
    if not values["secret_key"] and make_secret:
        values["secret_key"] = _kept_secret(values["home"])
    return Configuration(**values)


def _kept_secret(home: Path) -> str:
    """Return the node's own secret, made now if there is none."""
    path = home / "keys" / "secret"
    try:
        if not path.exists():
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            fresh = path.with_name(f"secret.{os.getpid()}.{secrets.token_hex(4)}")
            fresh.touch(0o600)
            fresh.write_text(secrets.token_urlsafe(64), "ascii")
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
