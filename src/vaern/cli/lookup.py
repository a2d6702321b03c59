"""`vaern lookup`: serve look-ups, say who may ask, and try a service."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import click

from vaern.cli.errors import CannotRun
from vaern.cli.options import FILE, FOLDER
from vaern.cli.output import count, safe, say, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from vaern.client.lookups import Lookups
    from vaern.lookup.callers import Hears

SERVICES = ("hosting", "communication", "search", "storage", "other")
YEAR = 365

LEVELS = ("verdict", "class", "all")


class HearsText(click.ParamType[tuple[str, "Hears"]]):
    """A level, with `list=` before it where it is for one list."""

    name = "hears"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Hears]:
        """The list, `*` for every list, and the level."""
        list_, _equals, level = value.rpartition("=")
        if level not in LEVELS:
            self.fail(f"{safe(level)!r} is none of {', '.join(LEVELS)}.", param, ctx)
        return list_ or "*", level  # type: ignore[return-value]  # it is one of them


lists_option = click.option(
    "--lists",
    metavar="FOLDER",
    required=True,
    envvar="VAERN_LISTS",
    show_envvar=True,
    type=FOLDER,
    help="The folder with a list in each of its folders, and callers.json and the spool beside them.",
)
key_option = click.option(
    "--key-file",
    metavar="FILE",
    required=True,
    type=FILE,
    help="A file that holds the key and nothing else.",
)


@click.group(short_help="Answer look-ups over HTTP, say who may ask, try a service.")
def lookup() -> None:
    """Answer look-ups of signals over HTTP, without media: for who may not hold a list, and for many at once.

    The service is a process of its own over a folder of lists. A node writes there who may ask, and takes over what
    was answered; without a node `vaern lookup key` says who may.
    """


@lookup.command("serve", short_help="Start the look-up service.")
@lists_option
@click.option("--bind", metavar="HOST:PORT", default="127.0.0.1:8100", show_default=True, help="Where to listen.")
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 256), help="Processes that answer.  [default: one a core]"
)
def serve(lists: Path, bind: str, workers: int | None) -> None:
    """Answer look-ups until Ctrl-C.

    Beyond this machine it belongs behind a server that does TLS. A list that changes is taken up within a second,
    without a pause; keys too.
    """
    from vaern.lookup import serving

    place = serving.Place(lists, *host_and_port(bind))
    try:
        serving.serve(place, workers or len(os.sched_getaffinity(0)), _ready)
    except serving.CannotServe as error:
        raise CannotRun(str(error)) from error
    say("Stopped.", err=True)


def host_and_port(bind: str) -> tuple[str, int]:
    """Where to listen."""
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        raise CannotRun(f"{bind!r} is no place to listen: expected HOST:PORT, such as 127.0.0.1:8100")
    return host.strip("[]") or "127.0.0.1", int(port)


def _ready(address: str) -> None:
    say(f"The look-up service is ready: {address}   (Ctrl-C stops it)")


@lookup.group("key", short_help="Say who may ask, on a machine without a node.")
def key() -> None:
    """Say who may ask, on a machine without a node: keys in the folder's callers.json.

    Where a node writes that file, keys are made in the node.
    """


@key.command("add", short_help="Make a key; it is shown once.")
@click.argument("name")
@lists_option
@click.option("--service", type=click.Choice(SERVICES), required=True, help="What kind of service asks.")
@click.option("--country", metavar="CODE", required=True, help="Of the service, such as DK: whose law is looked up.")
@click.option(
    "--purpose",
    metavar="TEXT",
    default="",
    help="What it asks for where a call says none, such as upload.  [default: its kind of service]",
)
@click.option(
    "--match", "matched", metavar="LIST", multiple=True, help="A list that it may be matched against.  [default: all]"
)
@click.option("--hold", "held", metavar="LIST", multiple=True, help="A list whose content it may fetch.")
@click.option(
    "--hears",
    metavar="[LIST=]LEVEL",
    multiple=True,
    type=HearsText(),
    help="What it hears of a hit on a list that it does not hold: `verdict`, what follows alone; `class`, the class "
    "besides; or `all`. Without LIST it is so for every list, also one that comes later.  [default: all]",
)
@click.option("--per-second", type=click.IntRange(1), default=100, show_default=True, help="Signals a second.")
@click.option("--per-day", type=click.IntRange(0), default=0, help="Signals a day.  [default: no bound]")
@click.option(
    "--hits-per-day",
    type=click.IntRange(0),
    default=1000,
    show_default=True,
    help="Distinct entries that it may hit a day before it is told acts alone.",
)
@click.option("--days", type=click.IntRange(1), default=YEAR, show_default=True, help="After which it ends.")
@click.option("--coarse", is_flag=True, help="It is told acts alone.")
def add(
    name: str,
    lists: Path,
    service: str,
    country: str,
    purpose: str,
    matched: tuple[str, ...],
    held: tuple[str, ...],
    hears: tuple[tuple[str, Hears], ...],
    per_second: int,
    per_day: int,
    hits_per_day: int,
    days: int,
    coarse: bool,
) -> None:
    """Make a key for the service of an organisation called NAME, and print it: it is shown this once.

    By its policy a hit is written down, and a person looks; `policy` in callers.json says more.
    """
    import msgspec

    from vaern.lookup import callers

    _refuse_unheard(lists, matched, held, [name for name, _level in hears])
    text, caller = callers.make_key()
    ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    fields = {
        "organisation": callers.Asker(name=name, country=country.upper()),
        "purpose": purpose.strip(),
        "service": service,
        "country": country.upper(),
        "scopes": (callers.ASK, *((callers.LISTS, callers.FEEDBACK) if held else ())),
        "lists": matched or ("*",),
        "holds": held,
        "hears": dict(hears),
        "per_second": per_second,
        "per_day": per_day,
        "hits_per_day": hits_per_day,
        "expires_at": ends.isoformat(timespec="seconds"),
        "coarse": coarse,
    }
    caller = msgspec.structs.replace(caller, **fields)
    _change(lists, lambda before: (*before, caller))
    say(text)


def _refuse_unheard(lists: Path, matched: tuple[str, ...], held: tuple[str, ...], named: list[str]) -> None:
    """Refuse what would be kept and never hold: of a list that is misspelt the key would hear all."""
    from vaern.lookup.callers import EVERY
    from vaern.lookup.engine import SUBSETS
    from vaern.matching import Shelf

    there = {one.name for folder in (lists, lists / SUBSETS) for one in Shelf(folder).snapshot()}
    for name in named:
        if named.count(name) > 1:
            raise CannotRun(f"--hears says twice what it hears of {name!r}")
        if name in held:
            raise CannotRun(f"--hears {name}=… : it may fetch the content of {name!r}, and so hears all of it")
        if name != EVERY and matched and name not in matched:
            raise CannotRun(f"--hears {name}=… : it is not matched against {name!r}; --match has {', '.join(matched)}")
        if name not in {EVERY, *there}:
            raise CannotRun(f"--hears {name}=… : there is no list {name!r} in {lists}")


def _change(lists: Path, change: Callable[[tuple[object, ...]], tuple[object, ...]]) -> None:
    import msgspec

    from vaern.lookup import callers

    path = lists / callers.FILE
    try:
        before = callers.read(path)
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        callers.write(path, msgspec.structs.replace(before, callers=change(before.callers), written_at=now))
    except callers.CallersError as error:
        raise CannotRun(str(error)) from error


@key.command("list", short_help="Show the keys.")
@lists_option
def list_keys(lists: Path) -> None:
    """Show who may ask."""
    from vaern.lookup import callers

    try:
        found = callers.read(lists / callers.FILE).callers
    except callers.CallersError as error:
        raise CannotRun(str(error)) from error
    rows: list[tuple[str, ...]] = [
        (
            caller.key,
            caller.organisation.name,
            caller.service or "not said",
            caller.country,
            " ".join(caller.lists),
            " ".join(f"{name}={level}" for name, level in sorted(caller.hears.items())) or "all",
            caller.expires_at[:10] or "never",
        )
        for caller in found
    ]
    table(rows, names=("KEY", "NAME", "SERVICE", "COUNTRY", "LISTS", "HEARS", "ENDS"))
    say(count(len(rows), "key"))


@key.command("end", short_help="End a key at once.")
@click.argument("key_id", metavar="KEY")
@lists_option
def end(key_id: str, lists: Path) -> None:
    """End the key that `list` shows as KEY: within a second nobody gets an answer with it."""

    def without(before: tuple[object, ...]) -> tuple[object, ...]:
        kept = tuple(caller for caller in before if getattr(caller, "key", "") != key_id)
        if len(kept) == len(before):
            raise CannotRun(f"there is no key {key_id!r}; `vaern lookup key list` shows them")
        return kept

    _change(lists, without)
    say("Ended.")


@lookup.command("check", short_help="Ask a service for the declared test entry.")
@click.argument("url")
@key_option
def check(url: str, key_file: Path) -> None:
    """Ask the service at URL for the declared test entry, and say what works.

    Exit status 2 when something does not.
    """
    service = client(url, key_file)
    from vaern.client.http import ClientError

    failed = 0
    for name, works in (("look-up", _look_up), ("lists", _lists), ("as HMA", _hma), ("as Arachnid Shield", _arachnid)):
        try:
            say(f"{name}: {works(service)}")
        except ClientError as error:
            failed += 1
            say(f"{name}: does not work: {error}")
    if failed:
        raise click.exceptions.Exit(2)


def client(url: str, key_file: Path) -> Lookups:
    """A client of a service, with the key of a file."""
    try:
        from vaern.client.lookups import Lookups
    except ModuleNotFoundError as error:
        raise CannotRun("The clients are not installed: `pip install vaern[client]` brings them.") from error
    return Lookups(url, key_file.read_text("utf-8").strip())


def _look_up(service: Lookups) -> str:
    from vaern.lookup import declared

    reply = service.call(declared.ENTRY.signals, purpose="check")
    acts = {result.verdict.act for result in reply.results}
    if acts != {"log"}:
        return f"the test entry was answered with {', '.join(sorted(acts))}, not with log"
    ground = f"the legal ground is {reply.ground.state}: {reply.ground.text}"
    return f"works; call {reply.call}; {ground}{'; acts alone are told' if reply.coarse else ''}"


def _lists(service: Lookups) -> str:
    found = service.lists().lists
    sizes = ["" if one.entries is None else f", {one.entries:,} entries" for one in found]
    return (
        "; ".join(f"{one.name}, release {one.release}{size}" for one, size in zip(found, sizes, strict=True)) or "none"
    )


def _hma(service: Lookups) -> str:
    from vaern.lookup import declared

    query = {"signal": declared.TEST_PDQ.hex(), "signal_type": "pdq"}
    found = service.http.get("/m/lookup", query).json()
    return f"works; the test entry is in {', '.join(found) if isinstance(found, dict) and found else 'no bank'}"


def _arachnid(service: Lookups) -> str:
    import base64

    import msgspec

    from vaern.lookup import declared

    value = base64.b64encode(declared.TEST_PDQ).decode()
    body, headers = msgspec.json.encode({"hashes": [value]}), {"Content-Type": "application/json"}
    answer = service.http.send("POST", "/v1/pdq/", body, headers=headers).json()
    return f"works; the test entry is {answer['scanned_hashes'][value]['classification']!r}"  # type: ignore[index]
