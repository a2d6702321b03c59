"""NCMEC hash sharing, version 2: who we are, who the members are, what changed, and what we say of an entry.

Source: as of the reader, `formats.ncmec_hashes`. Times are UTC, whatever the clock of this place. A window ends five
seconds ago and begins a margin before the last one ended, for an entry may be entered late; what comes again unchanged
is given once. Entries come in no order of time, so that the checkpoint moves when all pages of a window are read. A
link to the next page is followed for twelve hours; then the window is begun anew. Pages overlap, for what changes while
they are read leaves its place.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import msgspec

from vaern.client.fetching import Fetch, Recent, page_of, reading_of, rows_of, utc_now, version_of
from vaern.client.http import USUAL, ClientError, Http, Limits, basic
from vaern.client.paging import OVERLAP, earlier
from vaern.formats.ncmec_hashes_write import Feedback, Member, Reason, feedback_submission, read_members, read_reasons
from vaern.records import Entry

if TYPE_CHECKING:
    from collections.abc import Generator

    from vaern.client.fetching import Clock
    from vaern.records import Problem

LAG = timedelta(seconds=5)
MARGIN = timedelta(hours=2)
"""By how much windows overlap."""

LINK_AGE = timedelta(hours=12)
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

_TYPE = re.compile(r"[A-Z0-9_]{2,40}\Z")
_MOST_PAGES = 1_000_000
_HEAD = 4096
_ANEW = 20
"""So often it is gone back within a window."""


class Window(msgspec.Struct, frozen=True, omit_defaults=True):
    """A window of which some pages were read.

    Attributes:
        start, end: ISO 8601 in UTC.
        following: the link to the next page.
        begun: when the window was begun.
        recent: versions of entries that were given, of the time that the next window covers too.
        last: versions of the entries that were given last: the next page has to have one of them (`client.paging`).
        anew: how often it was gone back further, or to the beginning, because entries had moved.
    """

    start: str
    end: str
    following: str
    begun: str
    recent: tuple[bytes, ...] = ()
    last: tuple[bytes, ...] = ()
    anew: int = 0


class Checkpoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a list was read: a plain value that the caller stores, as JSON or MessagePack.

    Attributes:
        until: all that changed before this moment was given; ISO 8601 in UTC.
        recent: versions of entries that were given, of the time that the next window covers too.
        window: the one that is being read.
    """

    until: str
    recent: tuple[bytes, ...] = ()
    window: Window | None = None


class Ncmec:
    """One of NCMEC's exchanges.

    Args:
        base: its address, such as `https://report.cybertip.org/hashsharing`.
        user, password: of the account.
        limits: see `client.http.Limits`.
        clock: says what time it is.

    Raises:
        ClientError: the address is not valid.
    """

    def __init__(
        self,
        base: str,
        user: str,
        password: str,
        *,
        limits: Limits = USUAL,
        clock: Clock = utc_now,
    ) -> None:
        self._http = Http(base, headers=basic(user, password), limits=limits)
        self._clock = clock

    @property
    def address(self) -> str:
        """The exchange's address."""
        return self._http.base

    def status(self) -> Member:
        """Who the account is."""
        answer = self._http.get("/v2/status")
        found = reading_of(answer, read_members)
        if len(found) != 1:
            raise ClientError(answer.where, "the answer names no member", "Check the base address.")
        return found[0]

    def members(self) -> tuple[Member, ...]:
        """Every member of the exchange."""
        return reading_of(self._http.get("/v2/members"), read_members)

    def reasons(self, kind: str) -> tuple[Reason, ...]:
        """Why one may say no to a fingerprint of a type, such as `PDQ`."""
        return reading_of(self._http.get(f"/v2/feedback/{_type(kind)}/reasons"), read_reasons)

    def feedback(self, entry: str, kind: str, feedback: Feedback) -> None:
        """Say what we think of one fingerprint of an entry.

        Args:
            entry: its id, `member/entry`.
            kind: type of the fingerprint, such as `PDQ`.
            feedback: for it, or against it with reasons of `reasons`.
        """
        member, _, number = entry.partition("/")
        if not member or not number:
            raise ValueError(f"{entry[:80]!r} is no id of an entry: member and entry with a slash between them")
        if not feedback.affirmative and not feedback.reasons:
            raise ValueError("who says no to a fingerprint says why")
        path = f"/v2/entries/{quote(member, safe='')}/{quote(number, safe='')}/{_type(kind)}/feedback"
        headers = {"Content-Type": "application/xml; charset=utf-8"}
        self._http.send("PUT", path, feedback_submission(feedback), headers=headers)

    def fingerprint(self, address: str) -> bytes:
        """A fingerprint that an entry names by its address (`to be fetched: …`), as the service gives it."""
        if not address.startswith("/v2/"):
            raise ValueError(f"{address[:80]!r} is no address of a fingerprint")
        return self._http.get(address).body

    def fetch(self, checkpoint: Checkpoint | None = None, *, since: datetime = BEGINNING) -> Fetch[Checkpoint]:
        """What changed since a checkpoint until now, deleted entries as recalled.

        Where an earlier fetch broke off its window is read to its end, and what changed since it began after it.

        Args:
            checkpoint: what an earlier fetch left; None for the first.
            since: for the first: from when on.
        """
        before = checkpoint or Checkpoint(_written(since))
        return Fetch(before, self._run, whole=checkpoint is None)

    def _run(self, fetch: Fetch[Checkpoint]) -> Generator[Entry | Problem, None, None]:
        before = fetch.checkpoint
        window = before.window
        earlier_one = window is not None  # began with an earlier fetch: of what changed since it has nothing
        for _ in range(_MOST_PAGES):
            if window and self._clock() - _moment(window.begun) > LINK_AGE:
                window = None
            if window is None:
                window, earlier_one = self._window(before, first=fetch.whole), False
            window = yield from self._page(before, window)
            fetch.pages += 1
            if window.following:
                fetch.checkpoint = Checkpoint(before.until, before.recent, window)
                continue
            fetch.checkpoint = before = _behind(before, window)
            if not earlier_one:
                return
            window = None
        raise ClientError(self._http.base, f"a window has more than {_MOST_PAGES} pages", "Ask the service.")

    def _window(self, before: Checkpoint, *, first: bool) -> Window:
        now = self._clock()
        start = _moment(before.until) - (timedelta(0) if first else MARGIN)
        return Window(_written(start), _written(now - LAG), "", _written(now))

    def _page(self, before: Checkpoint, window: Window) -> Generator[Entry | Problem, None, Window]:
        """One page; returns the window as it stands behind it."""
        page, window = self._continued(window)
        recent = Recent((*before.recent, *window.recent, *window.last))
        late, versions = _written(_moment(window.end) - MARGIN), iter(page.versions)
        for row in page.rows:
            if not isinstance(row, Entry) or recent.is_new_version(
                next(versions), keep=not row.updated or row.updated >= late
            ):
                yield row
        return msgspec.structs.replace(
            window,
            following=page.following,
            recent=(*window.recent, *recent.digests),
            last=(*window.last, *page.versions)[-OVERLAP:],
        )

    def _continued(self, window: Window) -> tuple[_Page, Window]:
        """The page behind those that were read, from as far back as entries moved meanwhile; the first of a new window.

        Where entries moved by more than there are, the window is begun anew. Of an exchange that has no order at all,
        and where all that was to be seen again cannot be read, pages are taken as they come.
        """
        if not window.following:
            return self._asked(f"/v2/entries?from={quote(window.start)}&to={quote(window.end)}"), window
        if not window.last or window.anew == _ANEW:
            return self._asked(window.following), window
        for back, link in enumerate(earlier(window.following)):
            if not link:
                break
            page = self._asked(link)
            if link == window.following or not set(window.last).isdisjoint(page.versions):
                if back and page.following == window.following and set(page.versions) <= set(window.last):
                    return self._asked(window.following), window
                return page, msgspec.structs.replace(window, anew=window.anew + (back > 0))
        window = msgspec.structs.replace(window, following="", anew=window.anew + 1, last=())
        return self._continued(window)

    def _asked(self, path: str) -> _Page:
        answer = self._http.get(path)
        if b"queryResult" not in answer.body[:_HEAD]:
            raise ClientError(answer.where, "the answer is no page of entries", "Check the base address.")
        reading = page_of(answer, "ncmec")
        rows = list(rows_of(reading, answer))
        following = reading.following
        if following and (not following.startswith("/v2/entries?") or following == path):
            raise ClientError(answer.where, f"the next page is {following[:80]!r}", "Ask the service what this means.")
        return _Page(rows, tuple(version_of(row) for row in rows if isinstance(row, Entry)), following)


class _Page(NamedTuple):
    """A page as it came.

    Attributes:
        versions: of its entries, in their order.
        following: the link to the next one; empty for the last.
    """

    rows: list[Entry | Problem]
    versions: tuple[bytes, ...]
    following: str


def _behind(before: Checkpoint, window: Window) -> Checkpoint:
    """The checkpoint behind a whole window; a clock that went back moves none."""
    if window.end >= before.until:
        return Checkpoint(window.end, window.recent)
    return Checkpoint(before.until, tuple(dict.fromkeys((*before.recent, *window.recent))))


def _type(kind: str) -> str:
    if not _TYPE.match(kind):
        raise ValueError(f"{kind[:40]!r} is no type of a fingerprint, such as PDQ or MD5")
    return kind


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
