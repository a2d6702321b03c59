"""`vaern gate`: hash what a service is about to store, and ask by hash alone whether it is known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from vaern.cli.errors import CannotRun
from vaern.cli.options import FILE, FOLDER, distance_option, open_lists
from vaern.cli.output import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from vaern.gate.asking import Asked
    from vaern.gate.verdicts import Policy, Said

STATUSES = {"match": 3, "unread": 4, "unopened": 5, "unasked": 2}
"""Exit status of a file that is not to be stored, by its verdict."""

_OPTIONS = (
    click.option(
        "--list", "lists", metavar="LIST", multiple=True, type=FOLDER, help="Ask this list. Give it again for more."
    ),
    click.option("--node", metavar="URL", help="Ask the look-up service there instead: hashes go there, nothing else."),
    click.option("--key-file", metavar="FILE", type=FILE, help="With --node: a file that holds the key alone."),
    distance_option,
    click.option(
        "--refuse",
        type=click.Choice(["near", "known"]),
        default="near",
        show_default=True,
        help="Refuse what looks like something on a list too, or only what is the same bytes. Of a node's answers "
        "`queue` is near, `block` and `report` are known.",
    ),
    click.option(
        "--on-error",
        type=click.Choice(["deny", "allow"]),
        default="deny",
        show_default=True,
        help="What becomes of what could not be read, or not be asked about.",
    ),
    click.option(
        "--unopened",
        type=click.Choice(["allow", "deny"]),
        default="allow",
        show_default=True,
        help="What becomes of what may hold pictures and is not looked into, such as an encrypted archive.",
    ),
)


def asking_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say who is asked, and what follows."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group(short_help="Hash what a service is about to store, and ask whether it is known.")
def gate() -> None:
    """Hash what a service is about to store, and ask a list or a node by hash alone whether it is known."""


@gate.command("serve", short_help="Answer services of this machine over HTTP.")
@asking_options
@click.option("--bind", metavar="HOST:PORT", default="127.0.0.1:8300", show_default=True, help="Where to listen.")
@click.option("--beyond-this-machine", is_flag=True, help="Listen where other machines reach it: anyone may ask there.")
@click.option(
    "--most", metavar="MB", type=click.IntRange(1, 4096), default=128, show_default=True, help="Size of an upload."
)
@click.option(
    "--uploads",
    metavar="N",
    type=click.IntRange(1, 1024),
    default=16,
    show_default=True,
    help="Uploads at once, each held in memory; beyond that they are answered 503.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(1, 3600),
    default=25,
    show_default=True,
    help="Within which an upload is answered. pict-rs waits 30.",
)
@click.option("--workers", metavar="N", type=click.IntRange(1, 256), help="That hash.  [default: one a core]")
def serve(
    bind: str,
    beyond_this_machine: bool,
    most: int,
    uploads: int,
    seconds: float,
    workers: int | None,
    **asking: Any,
) -> None:
    """Answer services of this machine until Ctrl-C: is what they are about to store known?

    POST the bytes to /v1/uploads for a verdict in JSON. /v1/pict-rs is for pict-rs, as its external validation. What is
    refused, not read or not asked about is written on standard output, a line of JSON each: digests and lists, nothing
    of the upload. Nothing is kept on a disk.
    """
    _installed()
    from vaern.cli.lookup import host_and_port
    from vaern.client.peers import is_loopback
    from vaern.gate.desk import MEGABYTE, Bounds
    from vaern.gate.serving import Gate
    from vaern.lookup import serving

    place = serving.Place(Path(), *host_and_port(bind))
    if not (beyond_this_machine or is_loopback(place.host)):
        raise CannotRun(f"{bind} is reached from other machines, and anyone may ask there: --beyond-this-machine")
    bounds = Bounds(bytes=most * MEGABYTE, uploads=uploads, seconds=seconds)
    asked, policy = _asked(asking, uploads, seconds), _policy(asking)
    try:
        Gate(asked, policy, bounds, _note, workers or 0).serve(place, _ready)
    except serving.CannotServe as error:
        raise CannotRun(str(error)) from error
    say("Stopped.", err=True)


@gate.command("check", short_help="Check one file, for programs that call a command.")
@click.argument("file", type=FILE)
@click.option("--gate", "address", metavar="URL", help="Ask the gate that runs there, instead of hashing here.")
@asking_options
@click.option("--json", "as_json", is_flag=True, help="The verdict as JSON.")
def check(file: Path, address: str | None, as_json: bool, **asking: Any) -> None:
    """Check one FILE, for programs that call a command with the path of what they are about to store.

    Exit status 0: it may be stored. Otherwise it may not: 3 it is on a list or looks alike, 4 it could not be read,
    5 it was not looked into, 2 nobody could be asked. With --gate the policy is that of the gate, and --on-error says
    what becomes of a file when no gate answers.
    """
    if address and (asking["lists"] or asking["node"]):
        raise CannotRun("give --gate, or --list, or --node with --key-file")
    _installed()
    said = _of_gate(file, address, _policy(asking)) if address else _of_here(file, asking)
    if as_json:
        import msgspec

        click.echo(msgspec.json.encode(said))
    else:
        say(f"{said.verdict}: {said.why}")
    if not said.store:
        raise click.exceptions.Exit(STATUSES.get(said.verdict, 2))


def _of_gate(file: Path, address: str, policy: Policy) -> Said:
    """What a gate that runs says of a file."""
    import msgspec

    from vaern.client.http import ClientError, Http, Limits
    from vaern.gate.verdicts import Said

    http = Http(address, limits=Limits(connect=2.0, read=120.0, whole=120.0, tries=3, pause=0.5))
    try:
        return msgspec.json.decode(http.send("POST", "/v1/uploads", file.read_bytes()).body, type=Said)
    except (ClientError, msgspec.DecodeError) as error:
        why = f"The gate did not answer: {error.what if isinstance(error, ClientError) else 'it is no gate'}."
        return Said(verdict="unasked", store=policy.on_error == "allow", why=why)


def _of_here(file: Path, asking: dict[str, Any]) -> Said:
    """What this process says of a file, which it hashes as a gate does."""
    from vaern.gate.desk import Bounds, judge
    from vaern.scanning import Hashers

    bounds = Bounds()
    asked, policy = _asked(asking, 1, bounds.seconds), _policy(asking)
    with Hashers(bounds.options(1)) as hashers, file.open("rb") as stream:
        return judge(hashers.hash(stream.fileno()), asked, policy)


def _asked(asking: dict[str, Any], at_once: int, seconds: float) -> Asked:
    """Who is asked, by the options."""
    lists, node, key_file = asking["lists"], asking["node"], asking["key_file"]
    if bool(lists) == bool(node) or bool(node) != bool(key_file):
        raise CannotRun("give --list, or --node with --key-file")
    if node and asking["distance"] is not None:
        raise CannotRun("--distance goes with --list: how far a key is told hits, the service says")
    from vaern.gate.asking import OfLists, OfNode

    if lists:
        return OfLists(open_lists(lists), asking["distance"])
    from vaern.client.http import Limits
    from vaern.client.lookups import Lookups

    limits = Limits(connect=min(5.0, seconds), read=seconds, whole=seconds, tries=2)
    return OfNode(Lookups(node, key_file.read_text("utf-8").strip(), limits=limits), at_once)


def _policy(asking: dict[str, Any]) -> Policy:
    """What the operator chose."""
    from vaern.gate.verdicts import Policy

    refuse: Literal["near", "known"] = asking["refuse"]
    return Policy(refuse=refuse, on_error=asking["on_error"], unopened=asking["unopened"])


def _installed() -> None:
    """Say in a sentence that the extra is missing."""
    try:
        import vaern.client.http  # noqa: F401
    except ImportError as error:
        raise CannotRun("The gate is not installed: `pip install vaern[gate]` brings it.") from error


def _note(line: bytes) -> None:
    """Write evidence as it comes, whole."""
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()


def _ready(address: str) -> None:
    say(f"The gate is ready: {address}   (Ctrl-C stops it)", err=True)
