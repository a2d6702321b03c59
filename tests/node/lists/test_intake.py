"""Intake: read whole, every fault with its place, compared, and taken as a whole or not at all."""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.node.lists.factories import QUALITY, add, curator, entry_of, make_list, send, vics

from vaern.formats import reader
from vaern.losing import FEW, WITHIN, Bounds, too_many
from vaern.matching import List, Matcher
from vaern.node.base.refusals import Conflict, Refusal
from vaern.node.base.scope import viewing
from vaern.node.base.sql import run
from vaern.node.casework.retention.actions import erase
from vaern.node.lists.base.disk import folder_of
from vaern.node.lists.curation import actions as curation
from vaern.node.lists.intake import actions, jobs, pieces, queries, reading, taking
from vaern.node.lists.intake.actions import second_needed
from vaern.node.lists.intake.items import waiting_items
from vaern.node.lists.models import EntryRecall, HashList, IntakeFault, ListEntry, ListIntake, StagedEntry
from vaern.node.lists.rules.effects import RecallReason
from vaern.records import DIGEST_KINDS, Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.django_db(transaction=True)


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def medium(text: str, **more: Any) -> dict[str, Any]:
    return {"MD5": md5(text), "MediaID": 1, "Category": 1, **more}


def states(name: str = "known") -> dict[str, str]:
    return dict(ListEntry.everywhere.filter(list__name=name).values_list("ident", "state"))


def test_nothing_of_a_list_changes_before_a_person_takes_the_file():
    viewer = curator()
    hash_list = make_list(viewer)
    intake = send(viewer, hash_list, vics([medium("a"), medium("b")]), take=False)
    assert (intake.state, intake.added, intake.format) == ("ready", 2, "vics")
    assert not ListEntry.everywhere.exists()
    with viewing(viewer.organisation.id):
        actions.reject(viewer, QUALITY, intake)
    assert not StagedEntry.everywhere.exists()
    assert not pieces.path_of(intake.pk).exists()
    assert not ListEntry.everywhere.exists()


def test_what_a_file_says_is_matched_once_it_is_taken():
    viewer = curator()
    hash_list = make_list(viewer)
    intake = send(viewer, hash_list, vics([medium("a", Series="One"), medium("b", VictimIdentified=True)]))
    assert (intake.state, intake.added) == ("taken", 2)
    row = ListEntry.everywhere.get(ident=md5("a"))
    assert (row.scheme, row.classification, row.state) == ("VICS 2.0 US", "1", "live")
    found = Matcher([List.open(folder_of("known"))]).match_signals([Signal("md5", bytes.fromhex(md5("b")))])
    assert [match.entry for match in found[0].matches] == [md5("b")]


def test_every_fault_has_its_place_and_the_rest_comes_in():
    viewer = curator()
    hash_list = make_list(viewer)
    intake = send(viewer, hash_list, vics([medium("a"), {"MD5": "xyz"}, medium("b"), {"Category": 1}]))
    assert (intake.added, intake.faults) == (2, IntakeFault.everywhere.count())
    assert set(IntakeFault.everywhere.values_list("line", flat=True)) == {2, 4}


@pytest.mark.once
@pytest.mark.parametrize("sign", ["\0", "\ud800", "\u202e", "\U0010ffff"])
def test_what_no_column_can_hold_costs_a_fault_at_most(sign):
    """A file of a hostile source is read to its end; what else it says comes in."""
    viewer = curator()
    hash_list = make_list(viewer)
    told = dict.fromkeys(("Series", "Category", f"Own{sign}", "ContactOrganization"), f"x{sign}y")
    assert send(viewer, hash_list, vics([medium("a", **told), medium("b")])).state == "taken"
    assert states() == {md5("a"): "live", md5("b"): "live"}
    hostile = ",".join((f"n{sign}1", md5("c"), *4 * (sign,)))
    table = f"id,md5,series,source,classification,jurisdiction\n{hostile}\nn2,{md5('d')},,,,\n"
    taken = send(viewer, hash_list, table.encode("utf-8", "surrogatepass"))
    assert taken.state == "taken"
    assert "n2" in states()
    assert taken.added + taken.faults >= 2


def test_an_end_that_is_no_day_is_a_fault_with_its_place():
    viewer = curator()
    hash_list = make_list(viewer)
    days = ("2099-12-31", "never", "31.12.2099", "2099-02-30")
    rows = "".join(f"n{number},{md5(day)},{day}\n" for number, day in enumerate(days))
    taken = send(viewer, hash_list, f"id,md5,Entry ends\n{rows}".encode())
    assert taken.state == "taken"
    assert list(IntakeFault.everywhere.order_by("line").values_list("line", flat=True)) == [3, 4, 5]
    ends = dict(ListEntry.everywhere.values_list("ident", "ends"))
    assert ends == {"n0": date(2099, 12, 31), "n1": None, "n2": None, "n3": None}


def test_a_file_that_is_no_list_says_so():
    viewer = curator()
    intake = send(viewer, make_list(viewer), b"%PDF-1.7 nothing of a list")
    assert intake.state == "failed"
    assert "no known format" in intake.why
    assert str(pieces.path_of(intake.pk)) not in intake.why


def test_pieces_in_any_cut_are_the_file():
    viewer = curator()
    hash_list = make_list(viewer)
    content = vics([medium(str(n)) for n in range(40)])
    with viewing(viewer.organisation.id):
        intake = actions.begin(viewer, QUALITY, hash_list, len(content), whole=False)
        with pytest.raises(Conflict):
            actions.add_piece(intake, content[10:20], 10)  # the first is missing
        for at in range(0, len(content), 700):
            actions.add_piece(intake, content[at : at + 700], at)
            if at == 700:
                actions.add_piece(intake, content[:700], 0)  # sent again
        reading.read(intake.pk)
    intake.refresh_from_db()
    assert (intake.state, intake.added, intake.sha256) == ("ready", 40, hashlib.sha256(content).hexdigest())


def test_one_intake_of_a_list_at_a_time():
    viewer = curator()
    hash_list = make_list(viewer)
    send(viewer, hash_list, vics([medium("a")]), take=False)
    with pytest.raises(Conflict):
        send(viewer, hash_list, vics([medium("b")]))


def test_what_was_read_is_erased_by_night_where_the_process_that_took_it_ended_before_it_could():
    viewer = curator()
    hash_list = make_list(viewer)
    taken = send(viewer, hash_list, vics([medium("a"), medium("b")]), take=False)
    waiting = send(viewer, make_list(viewer, "other"), vics([medium("c")]), take=False)
    with viewing(viewer.organisation.id):
        actions.take(viewer, QUALITY, taken)
    assert taking.merge(taken.pk) == 2
    assert StagedEntry.everywhere.filter(intake=taken).count() == 2
    jobs.erase_old()
    assert [one.intake for one in StagedEntry.everywhere.select_related("intake")] == [waiting]


def test_what_takes_many_entries_away_waits_for_a_second_person():
    viewer = curator()
    hash_list = make_list(viewer)
    send(viewer, hash_list, vics([medium(str(n)) for n in range(30)]))
    held = send(viewer, hash_list, vics([medium("0")]), whole=True, agree=False)
    assert (held.state, held.lost) == ("held", 29)
    assert taking.take(held.pk) == 0
    assert set(states().values()) == {"live"}
    with viewing(viewer.organisation.id):
        with pytest.raises(Refusal, match="second person"):
            actions.confirm(viewer, QUALITY, held)
        assert [one.about for one in waiting_items(viewer)] == []
        second = curator(organisation=viewer.organisation)
        (item,) = waiting_items(second)
        assert (item.about, "29" in str(item.what)) == (f"intake/{held.pk}", True)
        assert len(queries.samples(held)) == queries.SAMPLES
        actions.confirm(second, QUALITY, held)
    assert taking.take(held.pk) == 29
    assert sorted(states().values()) == ["live"] + ["recalled"] * 29
    assert EntryRecall.everywhere.filter(by_source=True, why="withdrawn_by_source").count() == 29


def test_a_file_that_waits_for_a_second_person_can_be_rejected():
    viewer = curator()
    hash_list = make_list(viewer)
    send(viewer, hash_list, vics([medium(str(n)) for n in range(30)]))
    held = send(viewer, hash_list, vics([medium("0")]), whole=True, agree=False)
    with viewing(viewer.organisation.id):
        actions.reject(viewer, QUALITY, held)
    assert set(states().values()) == {"live"}


@pytest.mark.once
def test_many_small_files_are_one_large_one():
    viewer = curator()
    hash_list = make_list(viewer, lost_count=12, lost_percent=100)
    send(viewer, hash_list, vics([medium(str(n)) for n in range(40)]))
    files = {since: vics([medium(str(n)) for n in range(since, 40)]) for since in (6, 12, 18)}
    taken = [send(viewer, hash_list, content, whole=True, agree=False) for content in files.values()]
    assert [one.state for one in taken] == ["taken", "taken", "held"]
    ListIntake.everywhere.filter(state="taken").update(ended_at=timezone.now() - WITHIN - timedelta(hours=1))
    with viewing(viewer.organisation.id):
        actions.reject(viewer, QUALITY, taken[-1])
    assert send(viewer, hash_list, files[18], whole=True, agree=False).state == "taken"


def test_to_let_entries_end_is_to_take_them_away():
    viewer = curator()
    hash_list = make_list(viewer)
    rows = "\n".join(f"{md5(str(n))},{{}}" for n in range(30))
    send(viewer, hash_list, f"md5,entry_ends\n{rows.format(*['2099-01-01'] * 30)}".encode())
    later = send(viewer, hash_list, f"md5,entry_ends\n{rows.format(*['2099-02-01'] * 30)}".encode(), agree=False)
    assert (later.state, later.changed, later.lost) == ("taken", 30, 0)
    earlier = send(viewer, hash_list, f"md5,entry_ends\n{rows.format(*['2098-01-01'] * 30)}".encode(), agree=False)
    assert (earlier.state, earlier.lost) == ("held", 30)


_KINDS = st.sets(st.sampled_from(sorted(DIGEST_KINDS)), min_size=1)


def table(versions: Sequence[set[str]]) -> bytes:
    """A table of entries, each with digests of some kinds."""
    lines = [",".join(["id", *DIGEST_KINDS])]
    for number, kinds in enumerate(versions):
        cells = [hashlib.new(kind, b"%d" % number).hexdigest() if kind in kinds else "" for kind in DIGEST_KINDS]
        lines.append(",".join([f"e{number}", *cells]))
    return "\n".join(lines).encode()


@pytest.mark.once
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_KINDS, _KINDS), min_size=1, max_size=30))
def test_to_replace_hashes_is_to_take_entries_away(versions: list[tuple[set[str], set[str]]]):
    """An entry that loses a hash is lost, one that gets further ones is not."""
    viewer = curator()
    hash_list = make_list(viewer, f"known-{HashList.everywhere.count()}")
    send(viewer, hash_list, table([before for before, _now in versions]))
    changed = send(viewer, hash_list, table([now for _before, now in versions]), take=False)
    lost = sum(not before <= now for before, now in versions)
    assert (changed.changed, changed.lost) == (sum(before != now for before, now in versions), lost)
    assert second_needed(changed) == (lost > FEW)


@given(st.integers(0, 5_000), st.integers(0, 20_000), st.integers(0, 2_000), st.integers(0, 2_000), st.integers(0, 100))
def test_one_person_takes_away_no_more_than_the_list_says(
    lost: int, matched: int, before: int, most: int, percent: int
):
    bounds = Bounds(most, percent)
    if not too_many(lost, matched, before, bounds):
        assert lost == 0 or lost + before <= most
        assert lost == 0 or lost + before <= max(FEW, percent * (matched + before) / 100)
    else:
        assert too_many(lost + 1, matched, before, bounds)
        assert too_many(lost, matched, before + 1, bounds._replace(percent=0))
    assert too_many(lost, matched, before, Bounds(0, 100)) == (lost > 0)


def test_what_a_person_recalled_no_source_brings_back():
    viewer = curator()
    hash_list = make_list(viewer)
    send(viewer, hash_list, vics([medium("a"), medium("b")]))
    with viewing(viewer.organisation.id):
        row = ListEntry.everywhere.select_related("list").get(ident=md5("a"))
        curation.recall(viewer, QUALITY, row, RecallReason.NOT_CSAM)
    send(viewer, hash_list, vics([medium("a", Series="New"), medium("c")]), whole=True)
    assert states() == {md5("a"): "recalled", md5("b"): "recalled", md5("c"): "live"}
    send(viewer, hash_list, vics([medium("a"), medium("b"), medium("c")]), whole=True)
    assert states() == {md5("a"): "recalled", md5("b"): "live", md5("c"): "live"}  # the source itself had withdrawn b


def test_what_must_never_be_listed_goes_into_quarantine():
    viewer = curator()
    never = make_list(viewer, "never", purpose="negative")
    add(viewer, never, entry_of("blank", Signal("md5", bytes.fromhex(md5("a")))))
    hash_list = make_list(viewer)
    send(viewer, hash_list, vics([medium("a"), medium("b")]))
    assert states() == {md5("a"): "quarantined", md5("b"): "live"}


def test_a_source_without_ids_is_known_by_its_hashes():
    viewer = curator()
    hash_list = make_list(viewer)
    send(viewer, hash_list, "\n".join([md5("a"), md5("b")]).encode(), whole=True)
    intake = send(viewer, hash_list, "\n".join([md5("b"), md5("c")]).encode(), whole=True)
    assert (intake.added, intake.same, intake.withdrawn) == (1, 1, 1)


@pytest.mark.once
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    files=st.lists(
        st.tuples(st.booleans(), st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["1", "2"]))), max_size=4
    )
)
def test_any_files_one_after_another_make_the_list_that_a_dict_says(files):
    with transaction.atomic():  # each example begins with nothing
        viewer = curator()
        hash_list = make_list(viewer, f"list-{ListEntry.everywhere.count()}-{id(files)}"[:50])
        live: dict[str, str] = {}
        for whole, content in files:
            rows = [medium(text, Category=int(value)) for text, value in content.items()]
            document = vics(rows) if rows else vics([{"MD5": "none"}])
            intake = send(viewer, hash_list, document, whole=whole)
            expected = {**({} if whole else live), **content}
            assert intake.added + intake.changed == sum(live.get(key) != value for key, value in content.items())
            live = expected
            rows = ListEntry.everywhere.filter(list=hash_list, state="live")
            assert dict(rows.values_list("ident", "classification")) == {md5(k): v for k, v in live.items()}
            hash_list.refresh_from_db()
            assert hash_list.live == len(live)
        transaction.set_rollback(True)


@pytest.mark.once
@pytest.mark.parametrize("parts", [1, 2, 15])
def test_a_file_that_breaks_its_reader_fails_and_leaves_nothing(parts, monkeypatch):
    viewer = curator()
    hash_list = make_list(viewer)
    code = (
        "import os; from vaern.formats import reader; send, sent = reader._write, []\n"
        f"reader._write = lambda *what: (send(*what), sent.append(0), len(sent) == {parts} and os._exit(71))\n"
        "reader.main()"
    )
    monkeypatch.setattr(reader, "COMMAND", (sys.executable, "-c", code))
    broken = [{"MD5": "xyz"}, *(medium(str(number)) for number in range(3 * reading.AT_ONCE))]
    intake = send(viewer, hash_list, vics(broken))
    assert intake.state == "failed"
    assert "more memory" in intake.why
    assert not StagedEntry.everywhere.exists()
    assert not IntakeFault.everywhere.exists()
    assert not pieces.path_of(intake.pk).exists()
    assert not pieces.faults_of(intake.pk).exists()
    monkeypatch.undo()
    assert send(viewer, hash_list, vics([medium("a")])).state == "taken"


def test_large_signals_are_written_before_they_are_many(monkeypatch):
    """Memory is bounded by the bytes of what is held, too."""
    viewer = curator()
    hash_list = make_list(viewer)
    written: list[int] = []
    write = reading.Stage._write
    monkeypatch.setattr(reading, "SIZE_AT_ONCE", 40)
    monkeypatch.setattr(reading.Stage, "_write", lambda stage: (written.append(len(stage._entries)), write(stage)))
    assert send(viewer, hash_list, vics([medium(str(number)) for number in range(10)])).added == 10
    assert written == [3, 3, 3, 1]


def staged(intake: ListIntake, count: int) -> reading.Stage:
    """A reading that is under way: some entries are written already."""
    stage = reading.Stage(intake)
    for number in range(count):
        stage.put(Entry(f"n{number}", (Signal("md5", md5(str(number)).encode()[:16]),)), number + 1)
    return stage


def reading_of(viewer: Any, hash_list: HashList) -> ListIntake:
    """An intake whose file is there and is not read yet."""
    content = vics([medium("a")])
    with viewing(viewer.organisation.id):
        intake = actions.begin(viewer, QUALITY, hash_list, len(content), whole=False)
        actions.add_piece(intake, content, 0)
    return intake


def test_a_list_that_is_erased_while_it_is_read_leaves_nothing():
    viewer = curator()
    hash_list = make_list(viewer)
    intake = reading_of(viewer, hash_list)
    stage = staged(intake, reading.AT_ONCE)
    assert StagedEntry.everywhere.count() == reading.AT_ONCE
    with viewing(viewer.organisation.id):
        erase(viewer, QUALITY, HashList.own.get(pk=hash_list.pk))
    stage.put(Entry("late", (Signal("md5", bytes(15) + b"1"),)), 1)
    with pytest.raises(ListIntake.DoesNotExist):
        stage.finish()
    with pytest.raises(ListIntake.DoesNotExist):
        reading.compare(intake, "vics", stage)
    assert not StagedEntry.everywhere.exists()
    assert reading.read(intake.pk) == 0


# Not `pg_stat_activity`: what a transaction read there once, it reads again as it was.
SOMEBODY_WAITS_FOR_US = "SELECT 1 FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid"


def test_erasing_waits_for_what_is_being_written():
    viewer = curator()
    hash_list = make_list(viewer)
    intake = reading_of(viewer, hash_list)
    stage = staged(intake, reading.AT_ONCE - 1)

    def erased() -> None:
        with viewing(viewer.organisation.id):
            erase(viewer, QUALITY, HashList.own.get(pk=hash_list.pk))
        connection.close()

    other = threading.Thread(target=erased)
    with transaction.atomic():
        reading.hold(intake)
        other.start()
        while not run(SOMEBODY_WAITS_FOR_US, []):
            assert other.is_alive()
        stage.finish()
        assert StagedEntry.everywhere.count() == reading.AT_ONCE - 1
    other.join()
    assert not HashList.everywhere.exists()
    assert not StagedEntry.everywhere.exists()


def test_a_file_that_is_taken_and_a_person_who_decides_wait_for_the_list_alone():
    """Else each has what the other waits for, and the database ends one of them."""
    viewer = curator()
    hash_list = make_list(viewer)
    intake = send(viewer, hash_list, vics([medium("a")]), take=False)
    with viewing(viewer.organisation.id):
        actions.take(viewer, QUALITY, intake)

    def taken() -> None:
        taking.merge(intake.pk)
        connection.close()

    other = threading.Thread(target=taken)
    with transaction.atomic():
        HashList.everywhere.select_for_update(no_key=True).get(pk=hash_list.pk)
        other.start()
        while not run(SOMEBODY_WAITS_FOR_US, []):
            assert other.is_alive()
        ListIntake.everywhere.select_for_update(nowait=True, no_key=True).get(pk=intake.pk)
    other.join()
    assert set(states().values()) == {"live"}


def test_a_file_whose_intake_is_gone_is_erased_a_day_later():
    jobs.erase_old()  # what tests before this one left: their rows are rolled back, and their files are not
    viewer = curator()
    kept = reading_of(viewer, make_list(viewer))
    stray, fresh = uuid4(), uuid4()
    for intake in (stray, fresh):
        pieces.append(intake, b"left", 0)
    long_ago = timezone.now() - timedelta(days=2)
    for intake in (stray, kept.pk):
        os.utime(pieces.path_of(intake), (long_ago.timestamp(),) * 2)
    assert jobs.erase_old() == 1
    assert [pieces.path_of(intake).exists() for intake in (stray, fresh, kept.pk)] == [False, True, True]
