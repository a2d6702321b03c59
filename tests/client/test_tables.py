"""A table at an address: whole or not at all, and not again where it is what it was."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.client.serving import Asked, Said, serving

from vaern.client.http import ClientError, Limits
from vaern.client.tables import Checkpoint, Table
from vaern.formats.csv_mappings import CsvMapping
from vaern.records import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence


def md5(name: int) -> str:
    return hashlib.md5(b"%d" % name, usedforsecurity=False).hexdigest()


def table(names: Sequence[int]) -> bytes:
    return "\n".join(["md5", *map(md5, names)]).encode()


class Place:
    """An address that has a table, and says which version it is."""

    def __init__(self, body: bytes = b"") -> None:
        self.body, self.tags = body, True

    def __call__(self, asked: Asked) -> Said:
        tag = f'"{hashlib.sha256(self.body).hexdigest()}"'
        if self.tags and asked.headers.get("if-none-match") == tag:
            return Said(b"", 304)
        return Said(self.body, 200, {"ETag": tag} if self.tags else {})


@hypothesis_settings(max_examples=25, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True), min_size=1, max_size=5), st.booleans()
)
def test_each_version_comes_whole_and_once(versions: list[list[int]], tags: bool) -> None:
    place = Place()
    place.tags = tags
    known: Checkpoint | None = None
    with serving(place) as server:
        for number, names in enumerate(versions):
            same = tags and number > 0 and names == versions[number - 1]
            place.body = table(names)
            fetch = Table(f"{server.base}/list.csv").fetch(known)
            rows = list(fetch)
            assert fetch.whole != same
            found = [row.signals[0].value.hex() for row in rows if isinstance(row, Entry)]
            assert found == ([] if same else [md5(name) for name in names])
            known = fetch.checkpoint


def test_an_entry_without_an_id_has_the_same_one_wherever_its_row_stands() -> None:
    place = Place(table([1, 2]))
    with serving(place) as server:
        before = {row.id for row in Table(server.base).fetch() if isinstance(row, Entry)}
        place.body = table([0, 1, 2])
        now = {row.id for row in Table(server.base).fetch() if isinstance(row, Entry)}
    assert before < now
    assert len(now) == 3


@pytest.mark.parametrize(
    ("user", "key", "sent"),
    [("", "", None), ("", "token", "Bearer token"), ("user", "key", "Basic dXNlcjprZXk=")],
)
def test_a_key_is_sent_as_a_token_or_with_a_name_or_not_at_all(user: str, key: str, sent: str | None) -> None:
    with serving(Place(table([1]))) as server:
        list(Table(f"{server.base}/list.csv", user, key).fetch())
        assert server.asked[0].headers.get("authorization") == sent


def test_a_saved_mapping_reads_it() -> None:
    body = f"Fingerabdruck;Stufe\n{md5(1)};A\n".encode()
    mapping = CsvMapping({"Fingerabdruck": "md5", "Stufe": "classification:SCHEME"}, {"source": "Partner"})
    with serving(Place(body)) as server:
        (row,) = Table(server.base, mapping=mapping).fetch()
        assert isinstance(row, Entry)
        assert (row.scheme, row.classification, row.source) == ("SCHEME", "A", "Partner")


@pytest.mark.parametrize(
    "body",
    [b"", b"md5\n", b"<html>sign in</html>", b"colour,shape\nred,round\n", gzip.compress(table(range(200)))[:-40]],
)
def test_what_is_no_whole_table_raises_and_moves_no_checkpoint(body: bytes) -> None:
    with serving(Place(body)) as server:
        fetch = Table(f"{server.base}/list.csv").fetch(Checkpoint('"before"'))
        with pytest.raises(ClientError) as caught:
            list(fetch)
        assert (fetch.whole, fetch.checkpoint) == (True, Checkpoint('"before"'))
        assert "/tmp" not in str(caught.value)


def test_what_breaks_off_is_larger_than_agreed_or_leads_elsewhere_is_refused() -> None:
    body = table(range(2_000))
    answers = [Said(body, 200, declared=len(body) + 10), Said(body), Said(b"", 302, {"Location": "/other"})]
    with serving(lambda _: answers.pop(0)) as server:
        for match in ("connection failed", "larger than 4096 bytes", "302"):
            limits = Limits(bytes=4_096 if match.startswith("larger") else 1 << 20)
            with pytest.raises(ClientError, match=match):
                list(Table(server.base, limits=limits).fetch())


def test_a_fault_names_its_line_and_the_rest_comes() -> None:
    with serving(Place(b"md5\n" + md5(1).encode() + b"\nnothing\n" + md5(2).encode())) as server:
        rows = list(Table(server.base).fetch())
    assert {row.line for row in rows if isinstance(row, Problem)} == {3}
    assert len([row for row in rows if isinstance(row, Entry)]) == 2
