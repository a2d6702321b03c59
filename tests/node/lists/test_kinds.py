"""Lists of what is no hash: in by file and source, found in any spelling, out as a table; no keyword stays as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import connection
from tests.client.serving import serving
from tests.client.test_tables import Place
from tests.formats.reading import read
from tests.node.lists.factories import QUALITY, curator, make_list, send
from tests.node.lists.test_sources import fetched_from, setting

from vaern.formats import csv_lists_write
from vaern.formats.csv_mappings import CsvMapping
from vaern.formats.values import normal
from vaern.matching import List
from vaern.node.base.scope import viewing
from vaern.node.ledger.models import Note
from vaern.node.lists.base.disk import folder_of
from vaern.node.lists.curation import queries
from vaern.node.lists.curation.queries import EntrySearch
from vaern.node.lists.intake import actions as intakes
from vaern.node.lists.intake import reading
from vaern.node.lists.models import IntakeFault, ListEntry
from vaern.node.lists.recalls import history
from vaern.node.lists.rules.lists import SIGNALS, Holds
from vaern.node.lists.rules.sources import SourceKind
from vaern.node.lists.sources import fetching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vaern.node.lists.models import HashList
    from vaern.node.organisations.viewers import Viewer

pytestmark = pytest.mark.django_db(transaction=True)

SPELLED = {
    "addresses": ("HTTP://Host.example:80/%7Ea#x", "https://host.example/~a"),
    "domains": ("B\u00dcCHER.example.", "xn--bcher-kva.example"),
    "keywords": ("Example  Phrase", "example phrase"),
    "wallets": (
        "bitcoin:BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4?amount=1",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    ),
}
"""What each kind of list holds, in two spellings of one value. The wallet is the example of BIP 173."""

kinds = pytest.mark.parametrize("holds", list(SPELLED))


def value_of(holds: str) -> tuple[str, bytes]:
    (kind,) = SIGNALS[Holds(holds)]
    return kind, normal(kind, SPELLED[holds][0])


def held(name: str = "known") -> list[tuple[str, bytes]]:
    rows = ListEntry.everywhere.filter(list__name=name).order_by("pk")
    return [(one.kind, one.value) for row in rows for one in row.record.signals]


def found(viewer: Viewer, hash_list: HashList, text: str) -> list[str]:
    with viewing(viewer.organisation.id):
        page = queries.opened(viewer, hash_list, QUALITY, EntrySearch(text), {})
    entries = [one.entry for one in page.found] if page.found is not None else page.entries.rows if page.entries else []
    return [one.ident for one in entries]


def files(holds: str) -> Iterator[bytes]:
    """A file of one value: a line each, with its kind said or not, or a table."""
    (kind,) = SIGNALS[Holds(holds)]
    for text in SPELLED[holds]:
        yield text.encode()
        yield f"# kind: {kind}\n{text}".encode()
        yield f'grade,{kind}\n1,"{text}"\n'.encode()


@pytest.mark.once
@kinds
def test_a_file_of_each_kind_comes_in_whole_and_again_changes_nothing(holds: str) -> None:
    viewer = curator()
    hash_list = make_list(viewer, holds=holds)
    for number, content in enumerate(files(holds)):
        intake = send(viewer, hash_list, content)
        assert (intake.state, intake.faults, intake.added) == ("taken", 0, int(not number)), content
        assert held() == [value_of(holds)]


@pytest.mark.once
@kinds
def test_what_is_none_is_a_fault_with_its_line_and_hashes_do_not_come_in(holds: str) -> None:
    viewer = curator()
    hash_list = make_list(viewer, holds=holds)
    (kind,) = SIGNALS[Holds(holds)]
    intake = send(viewer, hash_list, f"{kind},class\n{SPELLED[holds][0]},1\n{'x ' * 1_500},1\n".encode())
    assert (intake.state, intake.added) == ("taken", 1)
    assert set(IntakeFault.everywhere.values_list("line", flat=True)) == {3}
    table = b"id,kind,value\nq,md5,900150983cd24fb0d6963f7d28e17f72\n"
    assert send(viewer, hash_list, table).added == 0
    assert held() == [value_of(holds)]


def test_a_list_of_hashes_takes_no_domains() -> None:
    viewer = curator()
    intake = send(viewer, make_list(viewer), b"domain\nhost.example\n", take=False)
    assert (intake.added, intake.faults) == (0, 1)


@pytest.mark.once
@kinds
def test_any_spelling_finds_it_and_so_does_its_id(holds: str) -> None:
    viewer = curator()
    hash_list = make_list(viewer, holds=holds)
    send(viewer, hash_list, SPELLED[holds][1].encode())
    (ident,) = ListEntry.everywhere.values_list("ident", flat=True)
    hash_list.refresh_from_db()
    for text in (*SPELLED[holds], f"  {SPELLED[holds][1]} ", ident):
        assert found(viewer, hash_list, text) == [ident]
        with viewing(viewer.organisation.id):
            assert [one.ident for one in history.asked(viewer, hash_list, QUALITY, text).entries] == [ident]
    assert found(viewer, hash_list, "another.example") == []


@kinds
def test_a_source_gives_it_as_a_table_by_its_names_or_by_the_mapping(holds: str) -> None:
    (kind,) = SIGNALS[Holds(holds)]
    place = Place(f"{kind}\n{SPELLED[holds][0]}\n".encode())
    with serving(place) as server:
        viewer = curator()
        given = setting(f"{server.base}/x.csv", kind=SourceKind.TABLE, account="", keys={})
        hash_list = fetched_from(viewer, given, holds=holds)
        fetching.fetch(hash_list.pk)
        assert held() == [value_of(holds)]
        place.body = f"Seen,What\n2026,{SPELLED[holds][1]}\n".encode()
        with viewing(viewer.organisation.id):
            intakes.save_mapping(viewer, QUALITY, hash_list, CsvMapping({"What": kind}))
        fetching.fetch(hash_list.pk)
        assert held() == [value_of(holds)]


@kinds
def test_a_list_goes_out_as_a_table_and_comes_back(holds: str) -> None:
    viewer = curator()
    send(viewer, make_list(viewer, holds=holds), f'id,{value_of(holds)[0]}\nx,"{SPELLED[holds][0]}"\n'.encode())
    document = b"".join(csv_lists_write.write(List.open(folder_of("known")).live()))
    (back,), problems = read(document, name="out.csv")
    assert (problems, back.id, [(one.kind, one.value) for one in back.signals]) == ([], "x", [value_of(holds)])


@pytest.mark.once
def test_no_keyword_is_anywhere_as_text_whatever_was_done_with_it() -> None:
    """Taken, faulty, refused as a file, fetched, searched and asked for: no row of the database says it."""
    secret = "unmistakable"
    viewer = curator()
    hash_list = make_list(viewer, holds="keywords")
    send(viewer, hash_list, f"keyword,translation\n{secret} one,{secret} uno\n".encode())
    for content in (f"{secret}\n", f"\0\0\0\0{secret}", f"{secret},{secret} two\n", f"[{secret}", f"x{secret}" * 900):
        send(viewer, hash_list, content.encode())
    with viewing(viewer.organisation.id):
        bad = f"{secret},b\n{secret},c\n".encode()
        for given, columns in (("csv", {}), ("csv", {"no": "keyword"}), ("vics", {}), ("ncmec", {})):
            intake = intakes.begin(viewer, QUALITY, hash_list, len(bad), whole=False, format=given, columns=columns)
            intakes.add_piece(intake, bad, 0)
            reading.read(intake.pk)
            intake.refresh_from_db()
            if intake.state == "ready":
                intakes.reject(viewer, QUALITY, intake)
    hash_list.refresh_from_db()
    for text in (secret, f"{secret} one", f"{secret} never"):
        found(viewer, hash_list, text)
        with viewing(viewer.organisation.id):
            history.asked(viewer, hash_list, QUALITY, text)
    place = Place(f"{secret},{secret}\n".encode())
    with serving(place) as server:
        given = setting(f"{server.base}/x.csv", kind=SourceKind.TABLE, account="", keys={})
        fetching.fetch(fetched_from(viewer, given, "other", holds="keywords").pk)
    said = "\n".join(row for model in apps.get_models() for row in rows_of(model._meta.db_table))
    assert secret not in said
    asked = Note.objects.filter(details=normal("keyword", secret).hex())
    assert asked.count() == 2  # what was looked for is recorded, by its digest


def rows_of(table: str) -> list[str]:
    """Every row of a table as text, with its bytes as they are."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        return [repr([bytes(one) if isinstance(one, memoryview) else one for one in row]) for row in cursor.fetchall()]
