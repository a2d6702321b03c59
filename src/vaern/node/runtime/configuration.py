"""The operator's configuration, read once from the environment: typed, complete, with all errors reported at once.

The table below is the only one: `tools/configuration_reference.py` writes `docs/reference/configuration.md` from it.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from vaern.node.runtime import configuration_texts as texts
from vaern.node.runtime.configuration_texts import ConfigurationError
from vaern.node.runtime.secret import kept_secret, lines_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FROM_PARENT = frozenset({"VAERN_EMBEDDED_URL"})
"""What a node's first process tells its children; nobody sets it by hand."""

OF_DEVELOPMENT = frozenset({"VAERN_MEDIA", "VAERN_HYPOTHESIS", "VAERN_THREATEXCHANGE", "VAERN_BENCH_DIR"})
"""What the tests and benchmarks of this repository read."""


@dataclass(frozen=True)
class Variable:
    """An environment variable.

    Attributes:
        name: as set by the operator.
        default: used if it is not set, as text.
        meaning: one sentence for the reference; Markdown.
        read: parses the text, or raises `ConfigurationError`.
        secret: never show its value, not even in an error.
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


@dataclass(frozen=True)
class Configuration:
    """A node's configuration; the table explains each field."""

    home: Path = _set_by(  # noqa: RUF009 - it is `field`, with our metadata
        "VAERN_HOME",
        "vaern-node",
        texts.home,
        "The data folder. It holds `database/`, `keys/` and what can be made again; nothing in it is edited by hand.",
    )
    address: str = _set_by(
        "VAERN_ADDRESS",
        "http://localhost:8000",
        texts.address,
        "The address that people type, without a path. It decides which hosts are answered, cookies and passkeys. "
        "Anything but this machine needs `https://` (a proxy in front ends TLS).",
    )
    bind: tuple[str, int] = _set_by(
        "VAERN_BIND",
        "127.0.0.1:8000",
        texts.bind,
        "Where the node listens. Keep it on the loopback and let the proxy reach it there.",
    )
    database_url: str = _set_by(
        "DATABASE_URL",
        "",
        texts.database_url,
        "`postgresql://user:password@host:port/database`; unset, the node runs its own PostgreSQL in the data folder.",
        secret=True,
    )
    mail_url: str = _set_by(
        "VAERN_MAIL",
        "console:",
        texts.mail_url,
        "The mail server: `smtp+tls://user:password@host:587` (STARTTLS), `smtps://…:465`, `smtp://…:25` (without "
        "encryption), `console:`, which prints mail in the terminal, or `folder:`, which keeps mail in `mail/` of the "
        "data folder for `/demo/mail/` of a synthetic node, and of no other.",
        secret=True,
    )
    mail_from: str = _set_by("VAERN_MAIL_FROM", "vaern@localhost.example", texts.mail_from, "The sender of every mail.")
    secret_key: str = _set_by(
        "VAERN_SECRET_KEY",
        "",
        texts.secret,
        "Signs sessions and links and seals waiting mail. Unset, the node makes one at the first start and keeps it "
        "in `keys/secret`.",
        secret=True,
    )
    earlier_secrets: tuple[str, ...] = _set_by(
        "VAERN_EARLIER_SECRETS",
        "",
        texts.secrets,
        "Secrets that the node had before, separated by spaces: what they sealed still opens, and nothing else is "
        "taken that they signed. Unset, the one in `keys/secret.earlier`, if the node [rotated its secret]"
        "(../how-to/rotate-the-secret.md).",
        secret=True,
    )
    digest_key: str = _set_by(
        "VAERN_DIGEST_KEY",
        "",
        texts.secret,
        "The first secret that the node had: digests by which equal values are found are made with it, and it stays "
        "when the secret is rotated. Unset, the one in `keys/digest`, or the secret itself.",
        secret=True,
    )
    synthetic: bool = _set_by(
        "VAERN_SYNTHETIC", "0", texts.flag, "`1`: everything in this node is made up, and every page says so."
    )
    workers: int = _set_by("VAERN_WORKERS", "2", texts.between(1, 64), "Processes that answer requests.")
    threads: int = _set_by("VAERN_THREADS", "4", texts.between(1, 64), "Threads in each of them.")
    metrics_token: str = _set_by(
        "VAERN_METRICS_TOKEN",
        "",
        texts.token,
        "Whoever sends it as `Authorization: Bearer …` may read `/metrics`. Unset, only this machine may, and only "
        "where the address is `http://localhost`.",
        secret=True,
    )
    security_contact: str = _set_by(
        "VAERN_SECURITY_CONTACT",
        "",
        texts.contact,
        "Whom to write to about a weakness of this node: `mailto:security@hotline.example`, or the `https://` address "
        "of a page. Shown to everybody in `/.well-known/security.txt` (RFC 9116); unset, there is no such file.",
    )
    tracer: str = _set_by(
        "VAERN_TRACER",
        "",
        texts.plug_in,
        "Name of a plug-in (entry point of `vaern.tracers`) that finds out who hosts a location. Unset, the node asks "
        "nobody, and people type in what they found.",
    )
    lists: Path | None = _set_by(  # noqa: RUF009 - it is `field`, with our metadata
        "VAERN_LISTS",
        "",
        texts.existing("folder", Path.is_dir),
        "The folder of hash lists, each a folder in it: those that curators keep here, which the node writes, "
        "and packages of your own (`vaern lists build`). What is known there is not put before anyone who need "
        "not see it; a change is seen within a second. Unset, `lists/` in the data folder.",
    )
    lookup_bind: tuple[str, int] | None = _set_by(
        "VAERN_LOOKUP_BIND",
        "",
        texts.listens,
        "Where the look-up service listens, such as `127.0.0.1:8001`: a process of its own that answers programs "
        "by hash. Let your proxy end TLS before it. Unset, the node runs none.",
    )
    lookup_rate: int = _set_by(
        "VAERN_LOOKUP_RATE",
        "20000",
        texts.between(1, 1_000_000),
        "Signals a second that one key may look up at the look-up service in the long run.",
    )
    lookup_hits: int = _set_by(
        "VAERN_LOOKUP_HITS",
        "2000",
        texts.between(0, 1_000_000_000),
        "Different entries that one key may hit a day before answers become coarse, and one person who looks up by "
        "hand before nothing is answered, so that nobody enumerates a list by near hashes; 0 for no bound.",
    )
    exchange_answers: bool = _set_by(
        "VAERN_EXCHANGE_ANSWERS",
        "1",
        texts.flag,
        "`0`: other nodes cannot reach this one, as in a network that only opens connections outward. It then calls "
        "each peer every second instead, and gets what waits for it in the answer.",
    )
    releases_address: str = _set_by(
        "VAERN_RELEASES_ADDRESS",
        "",
        texts.service,
        "Where the node's repository of signed releases is served (`vaern lists serve`, or a mirror): said to "
        "organisations of other nodes to which a list is released. Unset, you say it to them yourself.",
    )
    law: Path | None = _set_by(  # noqa: RUF009 - it is `field`, with our metadata
        "VAERN_LAW",
        "",
        texts.existing("folder", Path.is_dir),
        "A folder with your country's own law: `grounds/`, `schemes/`, `notices/`, `weights/`, `working-days/` and "
        "`help-lines/`, each with JSON files. Read at the start; [what stands in them](../how-to/your-law.md). What is "
        "wrong in one stops the start with its name and the place.",
    )
    cybertipline_xsd: Path | None = _set_by(  # noqa: RUF009 - it is `field`, with our metadata
        "VAERN_CYBERTIPLINE_XSD",
        "",
        texts.schema,
        "The XML Schema of CyberTipline reports, as its owner serves it today. Documents are held to it beside the "
        "node's own table, which knows the state of November 2025.",
    )
    timestamp_url: str = _set_by(
        "VAERN_TIMESTAMP_URL",
        "",
        texts.service,
        "A time stamp service (RFC 3161) that is asked for a stamp over each exported evidence bag. Only a SHA-256 "
        "digest leaves. Unset, no service is asked and bags have no stamp.",
    )
    timestamp_certificates: Path | None = _set_by(  # noqa: RUF009 - it is `field`, with our metadata
        "VAERN_TIMESTAMP_CERTIFICATES",
        "",
        texts.certificates_at,
        "The certificates of that service, in PEM, its self-signed root among them. What it answers is kept only if it "
        "leads to that root.",
    )
    witness_policy: Path | None = _set_by(  # noqa: RUF009 - it is `field`, with our metadata
        "VAERN_WITNESS_POLICY",
        "",
        texts.existing("file", Path.is_file),
        "A policy (C2SP tlog-policy): its witnesses with an address are asked each hour to cosign the state of this "
        "node's ledger, and of its ledgers this node is a witness; its own lines are passed over, so that all nodes of "
        "an alliance can have one file. Read anew each minute; [how to](../how-to/witness-ledgers.md).",
    )
    key_rate: int = _set_by(
        "VAERN_KEY_RATE",
        "20",
        texts.between(1, 10_000),
        "Requests a second that one API key may make in the long run; at once it may make ten times as many.",
    )
    press_smtp: tuple[str, int] | None = _set_by(
        "VAERN_PRESS_SMTP",
        "",
        texts.listens,
        "Where the node takes registrations for press events by mail (SMTP), such as `127.0.0.1:2525`. Your own mail "
        "server sends it what goes to the addresses of events. Unset, the node listens to no mail.",
    )
    log: str = _set_by(
        "VAERN_LOG", "auto", texts.log, "`json`, `text`, or `auto`: text on a terminal, JSON lines elsewhere."
    )

    @property
    def host(self) -> str:
        """The host name that requests must have, without a port."""
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
        environment: the variables.
        make_secret: create `keys/secret` if it is missing; a restore brings its own.

    Raises:
        ConfigurationError: some are invalid or unknown: one sentence for each.
    """
    wrong = _unknown(environment)
    values: dict[str, Any] = {}
    for key, variable in variables().items():
        try:
            values[key] = variable.read(variable.name, environment.get(variable.name) or variable.default)
        except ConfigurationError as error:
            wrong.append(str(error))
    if not wrong and bool(values["timestamp_url"]) != bool(values["timestamp_certificates"]):
        wrong = ["VAERN_TIMESTAMP_URL and VAERN_TIMESTAMP_CERTIFICATES go together: set both, or neither."]
    if wrong:
        raise ConfigurationError(" ".join(wrong))
    keys = values["home"] / "keys"
    if not values["secret_key"] and make_secret:
        values["secret_key"] = kept_secret(values["home"])
    values["earlier_secrets"] = values["earlier_secrets"] or tuple(lines_of(keys / "secret.earlier"))
    values["digest_key"] = values["digest_key"] or next(iter(lines_of(keys / "digest")), values["secret_key"])
    return Configuration(**values)


def _unknown(environment: Mapping[str, str]) -> list[str]:
    """Return a sentence for each unknown variable with our prefix, so that a typo does not go unnoticed."""
    known = {variable.name for variable in variables().values()}
    found = [name for name in sorted(environment) if name.startswith("VAERN_")]
    sentences = []
    for name in found:
        if name not in known | FROM_PARENT | OF_DEVELOPMENT:
            near = difflib.get_close_matches(name, sorted(known), 1, cutoff=0.0)
            sentences.append(f"{name!r} is set, but there is no such variable: did you mean {near[0]}?")
    return sentences
