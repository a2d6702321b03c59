"""StopNCII, version 1: hashes that adults made of their own pictures, and what we say of them.

Source: as of the reader, `formats.stopncii`. The service says from when the next set is to be asked for; until all
pages of a set are read, the checkpoint stays. These entries are kept in a list of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from vaern.client.fetching import Fetch, page_of, rows_of
from vaern.client.http import USUAL, ClientError, Http, Limits
from vaern.formats.stopncii_write import feedback_row, submission

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from vaern.formats.stopncii_write import Feedback
    from vaern.records import Entry, Problem

BASE = "https://api.stopncii.org/v1"
PAGE = 800
_MOST_PAGES = 1_000_000


class Checkpoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far the list was read: a plain value that the caller stores.

    Attributes:
        start: from when the next set is asked for, in seconds since 1970, as the service said.
    """

    start: int = 0


class StopNcii:
    """The service.

    Args:
        subscription: the key of the subscription (`Ocp-Apim-Subscription-Key`).
        fetch_key: the key of `FetchHashes` (`x-functions-key`).
        feedback_key: the key of `SubmitFeedback`; needed for `feedback` alone.
        base: the address.
        limits: see `client.http.Limits`.
    """

    def __init__(
        self,
        subscription: str,
        fetch_key: str,
        *,
        feedback_key: str = "",
        base: str = BASE,
        limits: Limits = USUAL,
    ) -> None:
        self._http = Http(base, headers={"Ocp-Apim-Subscription-Key": subscription}, limits=limits)
        self._keys = {"FetchHashes": fetch_key, "SubmitFeedback": feedback_key}

    def fetch(self, checkpoint: Checkpoint | None = None) -> Fetch[Checkpoint]:
        """What changed since a checkpoint; withdrawn and deleted hashes as recalled."""
        return Fetch(checkpoint or Checkpoint(), self._run, whole=checkpoint is None)

    def feedback(self, said: Sequence[Feedback]) -> None:
        """Say what we think of some hashes."""
        body = submission("hashFeedbacks", [feedback_row(one) for one in said])
        headers = {"Content-Type": "application/json", "x-functions-key": self._keys["SubmitFeedback"]}
        self._http.send("POST", "/SubmitFeedback", body, headers=headers)

    def _run(self, fetch: Fetch[Checkpoint]) -> Generator[Entry | Problem, None, None]:
        start, token = fetch.checkpoint.start, ""
        following = start
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            query: dict[str, str | int] = {"startTimestamp": start, "pageSize": PAGE}
            answer = self._http.get(
                "/FetchHashes",
                query | ({"nextPageToken": token} if token else {}),
                headers={"x-functions-key": self._keys["FetchHashes"]},
            )
            said = answer.json()
            if not isinstance(said, dict) or not isinstance(said.get("hashRecords"), list):
                raise ClientError(answer.where, "the answer is no page of hashes", "Check the base address.")
            yield from rows_of(page_of(answer, "stopncii"), answer)
            fetch.pages += 1
            following = _later(following, said)
            if not said.get("hasMoreRecords"):
                fetch.checkpoint = Checkpoint(following)
                return
            token = said.get("nextPageToken") or ""
            if not isinstance(token, str) or not token or token in seen:
                raise ClientError(
                    answer.where, "the page says that more follow, and not where", "Ask the service what this means."
                )
            seen.add(token)
        raise ClientError(self._http.base, f"a set has more than {_MOST_PAGES} pages", "Ask the service.")


def _later(before: int, said: dict[str, Any]) -> int:
    """From when the next set is to be asked for; never earlier than before."""
    told = said.get("nextSetTimestamp")
    return max(before, told) if isinstance(told, int) and not isinstance(told, bool) else before
