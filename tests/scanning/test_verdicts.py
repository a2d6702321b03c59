from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.scanning.records import findings as any_finding
from tests.scanning.records import matches, media

from vaern.formats.csv_write import safe
from vaern.formats.findings import decode, encode, read
from vaern.records import DIGEST_KINDS, VERDICTS, Match, Media
from vaern.scanning import Summary, exit_status
from vaern.scanning.table import COLUMNS, write_table
from vaern.scanning.verdicts import SKIPPED, finding

KINDS = ("md5", "sha1", "sha256", "pdq", "vpdq")
GOOD = {"good"}


def hit(kind, purpose):
    return Match(kind=kind, query="00", entry="1", distance=0, list=purpose, release="1")


def oracle(media, hits):
    """The table of the issue, written the other way round: what may not be."""
    known = {match.kind for match in hits if match.list != "good" and not match.disputed}
    disputed = {match.kind for match in hits if match.list != "good" and match.disputed}
    good = {match.kind for match in hits if match.list == "good"}
    if known & set(DIGEST_KINDS):
        return "known"
    if good & {"sha256"} and not disputed & set(DIGEST_KINDS):
        return "ignored"
    if known | disputed:
        return "near"
    if good:
        return "ignored"
    closed = media.unopened and not media.mime.startswith(SKIPPED)  # a link or a device holds nothing
    blind = "unreadable" if media.unreadable else "unopened" if closed else "not media"
    return "new" if media.is_media and not media.unreadable else blind


@pytest.mark.parametrize(
    "record",
    [
        Media("a", 1, "image/png"),
        Media("a", 1, "video/mp4", unreadable="x"),
        Media("a", 1),
        Media("a", 0, "inode/fifo"),
        Media("a", 0, "inode/symlink", unopened="x"),
        Media("a", 1, "application/vnd.rar", unopened="a RAR archive"),
        Media("a", 1, "application/zip", unreadable="x", unopened="a zip archive"),
        Media("a", 1, "image/jpeg", unopened="x"),
    ],
)
def test_every_combination_of_hits_gives_the_verdict_of_the_table(record):
    possible = [hit(kind, purpose) for kind in KINDS for purpose in ("bad", "good")]
    for chosen in itertools.product((False, True), repeat=len(possible)):
        hits = tuple(itertools.compress(possible, chosen))
        found = finding(record, hits, GOOD)
        assert found.verdict == oracle(record, hits)
        assert found.verdict in VERDICTS
        assert found.reason.count("\n") == 0
        assert found.reason.endswith(".")


@given(media(), st.lists(matches(), max_size=6), st.randoms())
def test_the_order_of_hits_changes_nothing_and_none_is_lost(record, hits, random):
    shuffled = list(hits)
    random.shuffle(shuffled)
    one, other = finding(record, tuple(hits), GOOD), finding(record, tuple(shuffled), GOOD)
    assert one.verdict == other.verdict
    assert sorted(map(repr, one.matches)) == sorted(map(repr, hits))


@given(media(), st.lists(matches(), max_size=6), st.data())
def test_a_dispute_makes_nothing_known_and_silences_nothing(record, hits, data):
    disputed = [replace(one, disputed=one.disputed or data.draw(st.booleans())) for one in hits]
    before, found = finding(record, tuple(hits), GOOD), finding(record, tuple(disputed), GOOD)
    assert found.verdict == oracle(record, disputed)
    if found.verdict != before.verdict:
        assert (before.verdict, found.verdict) == ("known", "near")
    listed = [one for one in found.matches if one.list not in GOOD]
    assert [one.disputed for one in listed] == sorted(one.disputed for one in listed), "what stands comes first"
    if found.verdict == "near":
        assert ("disputed" in found.reason) == listed[0].disputed
    if found.verdict == "known":
        assert any(not one.disputed and one.kind in DIGEST_KINDS for one in listed)


def test_a_forged_md5_of_a_known_good_file_does_not_silence_a_near_hit():
    hits = (hit("md5", "good"), hit("sha1", "good"), hit("pdq", "bad"))
    assert finding(Media("a", 1, "image/png"), hits, GOOD).verdict == "near"


@pytest.mark.parametrize("known", [0, 1])
@pytest.mark.parametrize("near", [0, 1])
@pytest.mark.parametrize("unreadable", [0, 1])
@pytest.mark.parametrize("unopened", [0, 1])
def test_the_exit_status(known, near, unreadable, unopened):
    counts = {"known": known, "near": near, "unreadable": unreadable, "unopened": unopened}
    counts |= {"new": 5, "ignored": 1, "not media": 1}
    summary = Summary(verdicts=counts, files=1, members=0, bytes=0, skipped={}, seconds=0, finished=True)
    assert exit_status(summary) == (3 if known or near else 4 if unreadable else 5 if unopened else 0)


@given(any_finding())
def test_a_finding_survives_its_line(found):
    line = encode(found)
    assert line.count(b"\n") == 1
    assert decode(line) == found


@given(st.binary())
def test_a_line_that_is_no_finding_is_a_value_error(line):
    with pytest.raises(ValueError, match="not a finding"):
        decode(line)


def test_a_bad_line_is_named(tmp_path):
    path = tmp_path / "findings.jsonl"
    path.write_bytes(encode(finding(Media("a", 1), (), ())) + b'{"media": 5}\n')
    with pytest.raises(ValueError, match=r"findings\.jsonl, line 2: not a finding"):
        list(read(path))


@pytest.mark.once
@given(st.lists(any_finding(), max_size=5))
def test_the_table_has_a_row_for_each_finding_and_no_formula(found):
    import csv
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        lines, table = Path(folder) / "findings.jsonl", Path(folder) / "findings.csv"
        lines.write_bytes(b"".join(map(encode, found)))
        write_table(read(lines), table)
        with table.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        assert sorted(path.name for path in Path(folder).iterdir()) == ["findings.csv", "findings.jsonl"]
    assert rows[0] == list(COLUMNS)
    assert len(rows) == 1 + len(found)
    for row, each in zip(rows[1:], found, strict=True):
        assert row[COLUMNS.index("name")] == safe(each.media.name)
        assert row[COLUMNS.index("verdict")] == each.verdict
        for signal in each.media.signals:
            if signal.kind in DIGEST_KINDS:
                assert row[COLUMNS.index(signal.kind)]
        assert not {cell[:1] for cell in row} & set("=+-@\t\r")


@given(st.text() | st.text("a;\"=+-@\t\r\n'"))
def test_no_cell_is_a_formula_wherever_a_spreadsheet_splits_and_nothing_else_is_changed(text):
    cell = safe(text)
    for part in re.split("[;\t\r\n]", cell):
        assert not part.lstrip('"').startswith(tuple("=+-@"))
    assert cell.replace("'", "") == text.replace("'", "")
