"""A table at an address: CSV over HTTPS, the whole list each time, unless the service says that nothing has changed.

What tells versions is what the service sends along (`ETag`, `Last-Modified`; RFC 9110, 13.1): it is given back as it
came. What is no table, is damaged or has no row raises: whoever takes all of it would withdraw the rest.
"""

from __future__ import annotations

from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

import msgspec

from vaern.client.fetching import Fetch
from vaern.client.http import UNCHANGED, ClientError, Http, Limits, basic
from vaern.formats import FormatError, read_list, render
from vaern.formats.draft import value_id
from vaern.formats.reading import DAMAGED, NOTHING
from vaern.records import Problem

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from vaern.formats.csv_mappings import CsvMapping
    from vaern.records import Entry

PATIENCE = Limits(whole=3_600.0, bytes=4 << 30)
"""Ten million rows of hashes have less than a gigabyte."""

_LONGEST = 1_000


class Checkpoint(msgspec.Struct, frozen=True, omit_defaults=True):
    """Which version of a table was read: a plain value that the caller stores.

    Attributes:
        etag, modified: as the service said; empty where it does not say.
    """

    etag: str = ""
    modified: str = ""


class Table:
    """A table of a list.

    Args:
        address: of the file, with `https`.
        user: of Basic authentication; without it the key is a bearer token.
        key: password or token; none is sent where it is empty.
        mapping: what its columns hold; without it their names say so.
        kind: the kind of which the list is, one of `records.VALUE_KINDS`; empty for hashes.
        limits: see `client.http.Limits`.

    Raises:
        ClientError: the address is not valid.
    """

    def __init__(  # noqa: PLR0913 - each says something else about the table
        self,
        address: str,
        user: str = "",
        key: str = "",
        *,
        mapping: CsvMapping | None = None,
        kind: str = "",
        limits: Limits = PATIENCE,
    ) -> None:
        headers = basic(user, key) if user else {"Authorization": f"Bearer {key}"} if key else {}
        self._http = Http(address, headers=headers, limits=limits)
        self._mapping, self._kind = mapping, kind

    def fetch(self, checkpoint: Checkpoint | None = None) -> Fetch[Checkpoint]:
        """All of the table; nothing of it, and then `whole` is false, where it is what it was."""
        return Fetch(checkpoint or Checkpoint(), self._run, whole=True)

    def _run(self, fetch: Fetch[Checkpoint]) -> Generator[Entry | Problem, None, None]:
        known = fetch.checkpoint
        asked = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        with NamedTemporaryFile(suffix=".csv") as file:
            answer = self._http.into("", file, headers={name: text for name, text in asked.items() if text})
            if answer.status == UNCHANGED:
                fetch.whole = False
                return
            file.flush()
            yield from self._rows(file.name, answer.where)
        fetch.pages += 1
        said = (answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
        fetch.checkpoint = Checkpoint(*(text if len(text) <= _LONGEST else "" for text in said))

    def _rows(self, name: str, where: str) -> Iterator[Entry | Problem]:
        """The rows of a file; one that has no id is named by its first value, as it is in a file that people send.

        Raises:
            ClientError: it is no table, damaged, or has no row.
        """
        try:
            told = {"hash": self._kind} if self._kind and not self._mapping else None
            reading = read_list(name, format="csv", columns=told, mapping=self._mapping)
        except (FormatError, OSError) as error:
            said = str(error).replace(name, "the table")
            if self._kind == "keyword":  # what it quotes of the table's beginning may be one
                said = "no column of it is known to hold keywords"
            raise ClientError(where, f"the answer is no table ({said})", "Say what its columns hold.") from error
        last = ""
        for row in reading:
            if isinstance(row, Problem):
                last = row.reason
            elif row.id == str(reading.line) and row.signals:
                first = row.signals[0]
                row = msgspec.structs.replace(row, id=value_id(first.kind, render(first)))  # noqa: PLW2901
            yield row
        if DAMAGED in reading.missing or NOTHING in reading.missing:
            said = last.replace(name, "the table")
            raise ClientError(where, f"it is damaged or empty: {said}", "Nothing of it is taken: ask the service.")
