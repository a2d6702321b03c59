"""`vaern lists fetch`: bring a list of others into step with its source, on a machine without a node."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import click
import msgspec

from vaern.cli.errors import CannotRun
from vaern.cli.options import FILE, FOLDER
from vaern.cli.output import count, safe, say, size
from vaern.cli.progress_lines import progress_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vaern.client.fetching import Fetch
    from vaern.records import Entry, Problem

STATE = "fetch.json"
"""In the list's folder: from where it is fetched, how far, and what was taken away of it since yesterday."""

_ONLY_FILES = "Keys are read from files, never from the command line, where others would see them."


@click.group(short_help="Fetch the list of a service, and what changed since.")
def fetch() -> None:
    """Fetch the list of a service into LIST, a list that changes; the next time only what changed comes.

    Nothing is lost where a fetch stops: the place to go on never stands before anything that the list does not have.
    """


def common(command: Callable[..., None]) -> Callable[..., None]:
    """The list, and how long it may be used after it was last compared with its source."""
    for option in (
        click.option("--name", help="Name of the list; by default that of the folder."),
        click.option(
            "--warn-days", type=click.IntRange(0), default=3, show_default=True, help="Warn when it is older."
        ),
        click.option(
            "--stop-days", type=click.IntRange(0), default=0, help="Refuse to match with an older list; 0 for never."
        ),
        click.option(
            "--accept-withdrawals",
            "accepted",
            metavar="NUMBER",
            type=click.IntRange(0),
            default=0,
            help="Let this fetch take away so many entries, more than a source may without your word.",
        ),
        progress_option,
        click.argument("list_", metavar="LIST", type=FOLDER),
    ):
        command = option(command)
    return command


@dataclass(frozen=True)
class Use:
    """What one says of a list that is fetched.

    Attributes:
        list_: its folder.
        name: of the list; by default that of the folder.
        warn_days, stop_days: after how many days without a fetch one is warned, and it is used no more.
        accepted: how many entries this fetch may take away, whatever the bound.
    """

    list_: Path
    name: str | None
    warn_days: int
    stop_days: int
    accepted: int


@fetch.command()
@common
@click.option("--address", metavar="URL", required=True, help="Such as https://report.cybertip.org/hashsharing.")
@click.option("--user", required=True, help="Name of the account.")
@click.option("--password-file", metavar="FILE", required=True, type=FILE, help="Holds the account's password.")
def ncmec(address: str, user: str, password_file: Path, **use: Any) -> None:
    """Fetch from one of NCMEC's exchanges."""
    from vaern.client.ncmec import Checkpoint, Ncmec

    service = Ncmec(address, user, _secret(password_file))
    _into(Use(**use), f"ncmec {service.address} {user}", service.fetch, Checkpoint)


@fetch.command()
@common
@click.option("--subscription-file", metavar="FILE", required=True, type=FILE, help="Holds the subscription's key.")
@click.option("--key-file", metavar="FILE", required=True, type=FILE, help="Holds the key of FetchHashes.")
@click.option("--address", metavar="URL", help="Of the service, if it is another than its own.")
def stopncii(subscription_file: Path, key_file: Path, address: str | None, **use: Any) -> None:
    """Fetch from StopNCII: hashes of adults' pictures. Keep the list apart from those of child sexual abuse."""
    from vaern.client.stopncii import BASE, Checkpoint, StopNcii

    base = address or BASE
    service = StopNcii(_secret(subscription_file), _secret(key_file), base=base)
    _into(Use(**use), f"stopncii {base}", service.fetch, Checkpoint)


@fetch.command()
@common
@click.option("--group", metavar="NUMBER", required=True, help="The privacy group.")
@click.option("--token-file", metavar="FILE", required=True, type=FILE, help="Holds the access token.")
@click.option("--address", metavar="URL", help="Of the service, if it is another than its own.")
def threatexchange(group: str, token_file: Path, address: str | None, **use: Any) -> None:
    """Fetch a privacy group of Meta's ThreatExchange."""
    from vaern.client.threatexchange import BASE, Checkpoint, ThreatExchange

    base = address or BASE
    try:
        service = ThreatExchange(group, _secret(token_file), base=base)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    _into(Use(**use), f"threatexchange {base} {group}", service.fetch, Checkpoint)


@fetch.command()
@click.argument("list_", metavar="LIST", type=FOLDER)
@click.option("--address", metavar="URL|FOLDER", required=True, help="Of the repository, or a copy of it on a disk.")
@click.option("--name", help="Name of the list in the repository; by default that of the folder.")
@click.option(
    "--trusted-root",
    metavar="FILE",
    type=FILE,
    help="The publisher's root.json, got by a way that you trust: needed once.",
)
@progress_option
@click.option("--warn-days", type=click.IntRange(1), help="Warn earlier than the publisher's policy says.")
@click.option("--stop-days", type=click.IntRange(1), help="Stop earlier than the publisher's policy says.")
def release(
    list_: Path,
    address: str,
    name: str | None,
    trusted_root: Path | None,
    warn_days: int | None,
    stop_days: int | None,
) -> None:
    """Fetch a list from a repository whose releases organisations of several countries sign (TUF).

    Any mirror will do, or a copy on a stick: what is not signed by enough countries, is older than what was seen here,
    or was not announced for too long is refused, and LIST stays as it was. How old it may get, its publisher says.
    """
    try:
        from vaern.trust.fetching import Source
        from vaern.trust.fetching import fetch as fetch_release
    except ModuleNotFoundError as error:
        raise CannotRun("Releases are not installed: `pip install vaern[trust]` brings them.") from error
    from vaern.cli.progress import Transfer

    title = name or list_.resolve().name
    if _is_list(list_) and not (list_ / "trust" / f"{title}.json").exists():
        raise CannotRun(f"{list_} is another list than a release of {title!r}; fetch into a folder of its own.")
    root = trusted_root.read_bytes() if trusted_root else None
    with Transfer(f"Fetching into {list_}") as transfer:
        fetched = fetch_release(
            list_,
            Source(_mirror(address), address, title, root),
            warn_days=warn_days,
            stop_days=stop_days,
            on_bytes=transfer.add,
        )
    stops = fetched.list.freshness.stop_at if fetched.list.freshness else ""
    say(
        f"{fetched.list.name}, release {fetched.list.release}: {count(fetched.list.entries, 'entry', 'entries')}; "
        f"{count(fetched.files, 'file')}, {size(fetched.bytes)} came."
    )
    say(f"Release {fetched.trusted.version}, {fetched.trusted.count.said}.")
    say(f"Announced {fetched.trusted.signed_at.isoformat()}" + (f"; it stops on {stops}." if stops else "."))
    if fetched.trusted.warning:
        say(f"Warning: {fetched.trusted.warning}", err=True)


def _mirror(address: str) -> Any:
    from vaern.trust.mirrors import Mirror

    if "://" not in address:
        return Mirror()
    try:
        from vaern.client.mirrors import mirror_at
    except ModuleNotFoundError as error:
        raise CannotRun("The clients are not installed: `pip install vaern[client]` brings them.") from error
    return Mirror(mirror_at(address))


def _secret(path: Path) -> str:
    text = path.read_text("utf-8", "replace").strip()
    if not text or "\n" in text:
        raise CannotRun(f"{path} does not hold a key: one line. {_ONLY_FILES}")
    return text


def _into(use: Use, source: str, begin: Callable[[Any], Fetch[Any]], kind: type[Any]) -> None:
    """Fetch what changed, publish it, and only then remember how far that was."""
    from vaern.cli.lists import print_problems
    from vaern.cli.progress import Counting
    from vaern.client.http import ClientError
    from vaern.matching import Freshness, publish, refresh

    list_ = use.list_
    before, losses = _before(list_, source, kind)
    fetched = begin(before)
    stopped: list[ClientError] = []
    is_there = (list_ / "current.json").exists()
    bounded = Bounded(use, source, losses)

    def rows() -> Iterator[Entry | Problem]:
        try:
            yield from fetched
        except ClientError as error:
            if fetched.whole and is_there:
                raise  # part of a list would withdraw the rest
            stopped.append(error)

    with Counting(f"Fetching into {list_}") as counting:
        release = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        after = publish(
            list_,
            rows(),
            name=use.name or list_.resolve().name,
            release=release,
            whole=fetched.whole,
            on_item=counting.count,
            allow=bounded.allow,
        )
    _remember(list_, source, fetched.checkpoint, bounded.losses)
    if not stopped:
        after = refresh(list_, Freshness.aged(datetime.now(UTC), use.warn_days, use.stop_days))
    say(
        f"{after.name}: {count(fetched.entries, 'change')} in {count(fetched.pages, 'page')}; "
        f"{count(after.entries, 'entry', 'entries')} now."
    )
    print_problems("", counting.problems, fetched.problems)
    if stopped:
        raise CannotRun(f"{safe(str(stopped[0]))} What came before was kept; run the same command again to go on.")


class Bounded:
    """Lets a source take away what it may without anybody's word, added up over a day.

    A source that was broken into, or has a fault, would else empty the list: by one fetch, or a little by each.

    Args:
        use: of the list.
        source: from where it is fetched.
        losses: moments, and how many entries went then, without anybody's word.
    """

    def __init__(self, use: Use, source: str, losses: list[tuple[datetime, int]]) -> None:
        from vaern.losing import WITHIN

        self._use, self._source, self._now = use, source, datetime.now(UTC)
        self.losses = [(at, lost) for at, lost in losses if self._now - at < WITHIN]

    def allow(self, lost: int, of: int) -> None:
        """Let so many entries go, of so many, or refuse.

        Raises:
            CannotRun: they are too many, and nobody gave their word.
        """
        from vaern.losing import Bounds, too_many

        earlier = sum(lost for _, lost in self.losses)
        if lost <= self._use.accepted:
            return
        if too_many(lost, of, earlier, Bounds()):
            raise CannotRun(self._refusal(lost, of, earlier))
        if lost:
            self.losses.append((self._now, lost))

    def _refusal(self, lost: int, of: int, earlier: int) -> str:
        from vaern.losing import LOST, LOST_PERCENT

        went = f", after {earlier:,} since yesterday" if earlier else ""
        return safe(
            f"{self._use.list_} stays as it was: {self._source} would take away {lost:,} of its "
            f"{count(of, 'entry', 'entries')}{went} (withdrawn, ending earlier, or with fewer hashes), and a source "
            f"may take away {LOST:,} or {LOST_PERCENT} % a day. Ask the source whether that is meant. If it is, run "
            f"the same command again with --accept-withdrawals {lost}; if not, fetch no more until it is mended."
        )


class _State(msgspec.Struct):
    """What `STATE` holds."""

    source: str
    checkpoint: Any
    losses: list[tuple[Annotated[datetime, msgspec.Meta(tz=True)], int]] = []


def _before(list_: Path, source: str, kind: type[Any]) -> tuple[Any, list[tuple[datetime, int]]]:
    """The checkpoint of the last fetch, None for the first; and what sources took away lately."""
    path = list_ / STATE
    try:
        state = msgspec.json.decode(path.read_bytes(), type=_State)
        checkpoint = msgspec.convert(state.checkpoint, kind)
    except FileNotFoundError:
        if _is_list(list_):
            raise CannotRun(f"{list_} is a list that is not fetched; fetch into a folder of its own.") from None
        return None, []
    except msgspec.MsgspecError as error:
        raise CannotRun(f"{path} is damaged ({error}); remove the folder, and fetch all again.") from error
    if state.source != source:
        raise CannotRun(
            f"{list_} is fetched from {state.source}, and not from {source}: fetch into a folder of its own."
        )
    return checkpoint, state.losses


def _is_list(folder: Path) -> bool:
    return (folder / "current.json").exists() or (folder / "list.json").exists()


def _remember(list_: Path, source: str, checkpoint: Any, losses: list[tuple[datetime, int]]) -> None:
    from vaern.matching.durable import replace

    replace(list_ / STATE, msgspec.json.encode(_State(source, checkpoint, losses)))
