"""Meta's ThreatExchange: what changed in a privacy group, by `threat_updates`.

Source: as of the reader, `formats.threatexchange`. Updates are given by the time of their change; windows overlap by a
margin, and what comes again unchanged is given once. The service keeps tombstones for ninety days, so that after 85 the
list is read from its beginning: `Fetch.whole` says so. Its key stands in the query: no error and no log repeats it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec

from vaern.client.fetching import Fetch, Recent, page_of, rows_of, utc_now
from vaern.client.http import USUAL, ClientError, Http, Limits
from vaern.records import Entry

if TYPE_CHECKING:
    from collections.abc import Generator

    from vaern.client.fetching import Clock
    from vaern.records import Problem

BASE = "https://graph.facebook.com/v22.0"
LAG = timedelta(seconds=5)
MARGIN = timedelta(hours=2)
TOMBSTONES = timedelta(days=85)
PAGE = 500
TYPES = ("HASH_MD5", "HASH_SHA1", "HASH_SHA256", "HASH_PDQ", "HASH_VIDEO_MD5", "HASH_TMK")
FIELDS = (
    "id,indicator,type,creation_time,last_updated,should_delete,tags,status,applications_with_opinions,"
    "descriptors.fields(id,owner,status,last_updated,added_on,raw_indicator,type,tags)"
)
_MOST_PAGES = 1_000_000


class Checkpoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far a privacy group was read: a plain value that the caller stores.

    Attributes:
        until: all that changed before this moment was given, in seconds since 1970.
        recent: versions of entries that were given, of the time that the next window covers too.
    """

    until: int = 0
    recent: tuple[bytes, ...] = ()


class ThreatExchange:
    """One privacy group.

    Args:
        group: its number.
        token: the access token, `APP|SECRET`.
        base: the address.
        limits: see `client.http.Limits`.
        clock: says what time it is.
    """

    def __init__(
        self,
        group: str,
        token: str,
        *,
        base: str = BASE,
        limits: Limits = USUAL,
        clock: Clock = utc_now,
    ) -> None:
        if not group.isascii() or not group.isdigit():
            raise ValueError(f"{group[:40]!r} is no number of a privacy group")
        self._http = Http(base, limits=limits)
        self._group, self._token, self._clock = group, token, clock

    def fetch(self, checkpoint: Checkpoint | None = None) -> Fetch[Checkpoint]:
        """What changed since a checkpoint; or all, if that is older than the service's tombstones."""
        oldest = (self._clock() - TOMBSTONES).timestamp()
        if checkpoint is None or checkpoint.until < oldest:
            return Fetch(Checkpoint(), self._run, whole=True)
        return Fetch(checkpoint, self._run, whole=False)

    def _run(self, fetch: Fetch[Checkpoint]) -> Generator[Entry | Problem, None, None]:
        before = fetch.checkpoint
        end = int((self._clock() - LAG).timestamp())
        late = datetime.fromtimestamp(end, UTC) - MARGIN
        query = {
            "access_token": self._token,
            "fields": FIELDS,
            "types": ",".join(TYPES),
            "limit": PAGE,
            "start_time": max(0, before.until - int(MARGIN.total_seconds())),
            "stop_time": end,
        }
        path = f"/{self._group}/threat_updates/?{urlencode(query)}"
        recent = Recent(before.recent)
        for _ in range(_MOST_PAGES):
            answer = self._http.get(path)
            said = answer.json()
            if not isinstance(said, dict) or not isinstance(said.get("data"), list):
                raise ClientError(answer.where, "the answer is no page of updates", "Check the base address.")
            for row in rows_of(page_of(answer, "threatexchange-json"), answer):
                if not isinstance(row, Entry) or recent.is_new(row, keep=_may_come_again(row, late)):
                    yield row
            fetch.pages += 1
            paging = said.get("paging")
            following = paging.get("next") if isinstance(paging, dict) else None
            if not following:
                kept = () if end >= before.until else before.recent  # a clock that went back moves no checkpoint
                fetch.checkpoint = Checkpoint(max(before.until, end), tuple(dict.fromkeys((*kept, *recent.digests))))
                return
            if not isinstance(following, str) or following == path:
                raise ClientError(answer.where, "the page says that more follow, and not where", "Ask the service.")
            path = following
        raise ClientError(self._http.base, f"a window has more than {_MOST_PAGES} pages", "Ask the service.")


def _may_come_again(entry: Entry, late: datetime) -> bool:
    return not entry.updated or datetime.fromisoformat(entry.updated) >= late
