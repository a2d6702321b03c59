from collections import Counter
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scanning.report.arbitrary import findings

from vaern.matching.packages import Purpose
from vaern.records import DIGEST_KINDS, Finding
from vaern.scanning.report.run import Run
from vaern.scanning.report.tally import LISTED, MOST_NAMES, Tally, cause_of, telling

GOOD = {"good"}
MANY = st.lists(findings(), max_size=30)


@pytest.mark.once
@given(MANY)
def test_counts_equal_brute_force(many: list[Finding]) -> None:
    tally = Tally.of(many, GOOD)
    assert tally.files == Counter(finding.verdict for finding in many)
    assert tally.bytes.total() == sum(finding.media.size for finding in many)
    assert sum(tally.distances.values()) == tally.files["near"]
    assert sum(tally.days.values()) + tally.undated == len(many)
    assert sum(counts.total() for counts in tally.types.values()) == len(many)
    for verdict, causes in tally.causes.items():
        assert sum(counts.total() for counts in causes.values()) == tally.files[verdict]
    for release, counts in tally.lists.items():
        kinds = [{m.kind for m in f.matches if (m.list, m.release) == release} for f in many]
        assert counts.total() == sum(bool(of_file) for of_file in kinds)
        assert counts["exact"] == sum(bool(of_file & DIGEST_KINDS.keys()) for of_file in kinds)


@pytest.mark.once
@given(MANY, st.integers(0, 12))
def test_the_kept_rows_are_the_most_important_ones(many: list[Finding], most: int) -> None:
    tally = Tally.of(many, GOOD, most)
    by_importance = sorted(
        (LISTED.index(finding.verdict), line) for line, finding in enumerate(many, start=1) if finding.verdict in LISTED
    )
    assert [(LISTED.index(row.verdict), row.line) for row in tally.kept] == by_importance[:most]
    assert tally.listed == len(by_importance)


@given(findings())
def test_a_known_good_list_tells_only_of_what_is_ignored(finding: Finding) -> None:
    match = telling(finding, GOOD)
    assert (match is not None) == bool(finding.matches)
    others = [m for m in finding.matches if m.list not in GOOD]
    if finding.verdict in ("known", "near") and others:
        assert match in others


@given(st.dictionaries(st.text(max_size=5), st.sampled_from([*get_args(Purpose), None]), max_size=6))
def test_a_list_tells_of_material_only_where_the_scan_took_it_for_such(lists: dict[str, str | None]) -> None:
    """As the verdicts of the scan: each list that is of no such material. A record without purposes is an old one."""
    packages = [
        {"name": name, "release": "1", **({"purpose": purpose} if purpose else {})} for name, purpose in lists.items()
    ]
    found = Run({"lists": packages}).known_good
    assert found == {name for name, purpose in lists.items() if purpose not in {"known", "removal", None}}


def test_names_are_bounded_and_nothing_is_lost() -> None:
    tally = Tally()
    for place in range(MOST_NAMES + 50):
        tally.types.count(f"image/x-{place}", "new")
    assert len(tally.types) == MOST_NAMES + 1
    assert sum(counts.total() for counts in tally.types.values()) == MOST_NAMES + 50


def test_causes_that_differ_in_details_are_one() -> None:
    first = cause_of("cannot identify image file <_io.BytesIO object at 0x7f1c>, 120 bytes")
    assert first == cause_of("cannot identify image file <_io.BytesIO object at 0x7a22>, 7 bytes")
    assert "cannot identify" in first
