"""A list that changes: which parts make it up now, said by `current.json`, which is only ever replaced as a whole.

    LIST/
      current.json        what the list is and which parts make it up, sealed like a package's `list.json`
      parts/ID/           packages (`packages`), never changed; ID begins the package's checksum

A part after the first replaces or withdraws rows of earlier ones: it holds their numbers, sorted, in files of its own.
One change, a day's changes and a recall are thus the same: a small new part, and a new `current.json`.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from vaern.matching.packages import ListPackageError, Purpose
from vaern.records import PDQ_BYTES

FORMAT = "vaern-current/1"
CURRENT = "current.json"
PARTS = "parts"

BEFORE = timedelta(days=1)
"""Before a list stops, whoever uses it is warned at the latest."""


class ListStoppedError(ListPackageError):
    """A list that was fetched, and was not compared with its source for so long that it must not be used."""


class Freshness(msgspec.Struct, frozen=True):
    """How fresh a list is that is fetched from elsewhere; all moments ISO 8601 in UTC.

    Attributes:
        checked_at: when it was last compared with its source.
        expires_at: from when on whoever uses it is warned; empty for never.
        stop_at: from when on it must not be used; empty for never.
    """

    checked_at: str
    expires_at: str = ""
    stop_at: str = ""

    @classmethod
    def aged(cls, at: datetime, warn_days: int | None, stop_days: int | None) -> Freshness:
        """How fresh a list is by the days of a policy, which count from when it was compared; no days for never.

        Args:
            at: when it was last compared with its source.
            warn_days, stop_days: so many days later whoever uses it is warned, and it must not be used any more.
        """
        at = at.astimezone(UTC)
        late = [at + timedelta(days=days) if days else None for days in (warn_days, stop_days)]
        checked, *until = [one.isoformat(timespec="seconds") if one else "" for one in (at, *late)]
        return cls(checked, *until)

    def refuse_stopped(self, name: str, now: datetime | None = None) -> None:
        """Refuse to match with a list that is too old.

        Raises:
            ListStoppedError: which list, how old it is, and what to do.
        """
        if self.is_stopped(now):
            raise ListStoppedError(
                f"the list {name!r} was last checked {self.checked_at} and was not to be used after {self.stop_at}: "
                "what was recalled since then would still match; fetch it again"
            )

    def is_stopped(self, now: datetime | None = None) -> bool:
        """Whether the list must not be used any more."""
        return self._passed(self.stop_at, now)

    @property
    def alarm_at(self) -> str:
        """From when on whoever uses the list is warned, also where the policy only says when it stops.

        `expires_at`, and at the latest `BEFORE` it stops, or half-way there; empty for never.
        """
        if not self.stop_at:
            return self.expires_at
        stop = datetime.fromisoformat(self.stop_at)
        before = min(BEFORE, (stop - datetime.fromisoformat(self.checked_at)) / 2)
        latest = stop - max(before, timedelta())
        if self.expires_at and datetime.fromisoformat(self.expires_at) <= latest:
            return self.expires_at
        return latest.isoformat()

    def is_ageing(self, now: datetime | None = None) -> bool:
        """Whether whoever uses the list is to be warned of its age; also once it has stopped."""
        return self._passed(self.alarm_at, now)

    def warning(self, name: str, now: datetime | None = None) -> str:
        """What whoever uses the list should know; empty as long as it is fresh."""
        if not self.is_ageing(now):
            return ""
        was_to_be = f" and was to be by {self.expires_at}" if self._passed(self.expires_at, now) else ""
        until = f"; it stops on {self.stop_at}" if self.stop_at else ""
        return f"the list {name!r} was last checked {self.checked_at}{was_to_be}{until}"

    @staticmethod
    def _passed(moment: str, now: datetime | None) -> bool:
        return bool(moment) and (now or datetime.now(UTC)) >= datetime.fromisoformat(moment)


class Part(msgspec.Struct, frozen=True):
    """One part of a list.

    Attributes:
        id: the name of its folder, the first 16 digits of its checksum.
        seal: of its `list.json`.
        gone: by the id of an earlier part, the file in this part that holds the rows which no longer count there.
    """

    id: str
    seal: str
    gone: dict[str, str] = {}


class Current(msgspec.Struct, frozen=True, kw_only=True):
    """What a list that changes is at one moment.

    Attributes:
        format: `FORMAT`.
        name, purpose, distance: as of a package (`packages.Manifest`); `release` names this state for people.
        sequence: 1 for the first state, one more with each that differs in what it says.
        created: when this state began, ISO 8601 in UTC.
        licence: code of the licence of use; empty where nobody said.
        parts: the parts, in order.
        entries: how many entries count.
        freshness: of a list that was fetched.
        seal: SHA-256 of this as it is written, with an empty seal.
    """

    format: str = FORMAT
    name: str
    release: str
    sequence: int
    created: str
    purpose: Purpose
    distance: int
    licence: str = ""
    parts: tuple[Part, ...] = ()
    entries: int = 0
    freshness: Freshness | None = None
    seal: str = ""

    def sealed(self) -> Current:
        """The same with its seal."""
        bare = msgspec.structs.replace(self, seal="")
        return msgspec.structs.replace(self, seal=hashlib.sha256(bare.written()).hexdigest())

    def written(self) -> bytes:
        """The bytes of `current.json`."""
        return msgspec.json.format(msgspec.json.encode(self))


def read(folder: str | Path) -> Current:
    """Read what a list is now.

    Raises:
        ListPackageError: it cannot be read, or was changed by somebody.
        OSError: it is not there.
    """
    path = Path(folder) / CURRENT
    data = path.read_bytes()
    try:
        current = msgspec.json.decode(data, type=Current)
    except ValueError as error:
        raise ListPackageError(f"{path} cannot be read: {error}") from error
    if current.format != FORMAT:
        raise ListPackageError(f"{path} is of format {current.format!r}; this version reads {FORMAT!r}")
    if data != current.sealed().written():
        raise ListPackageError(f"{path} was changed after it was written: its seal differs; fetch or publish it again")
    _refuse_misfit(current, path)
    return current


def _refuse_misfit(current: Current, path: Path) -> None:
    known: set[str] = set()
    fits = 0 <= current.distance <= 8 * PDQ_BYTES and current.sequence > 0 and current.entries >= 0
    for part in current.parts:
        fits = fits and bool(re.fullmatch("[0-9a-f]{16}", part.id)) and part.id not in known
        fits = fits and all(id_ in known and file == f"{gone_key(id_)}.bin" for id_, file in part.gone.items())
        known.add(part.id)
    fresh = current.freshness
    for moment in (fresh.expires_at, fresh.stop_at, fresh.checked_at if fresh.stop_at else "") if fresh else ():
        try:
            fits = fits and (not moment or datetime.fromisoformat(moment).tzinfo is not None)
        except ValueError:
            fits = False
    if not fits:
        raise ListPackageError(f"{path} does not fit its list; fetch or publish it again")


def gone_key(id_: str) -> str:
    """The array of a part that holds which rows of an earlier one no longer count."""
    return f"gone-{id_}"
