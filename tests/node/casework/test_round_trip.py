"""The law of the round trip: a scan, a series or a list goes to a workstation, is graded, and comes back whole."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.node.casework.brought import brought
from tests.node.lists.factories import QUALITY, curator, entry_of, make_list
from tests.node.lists.factories import add as add_entries
from tests.node.scans.worlds import make_world
from tests.node.victims.factories import make_series, make_specialist
from tests.node.victims.test_graded import add as add_member

from vaern.formats import vics
from vaern.formats.left import Left
from vaern.formats.reading import Reading
from vaern.formats.signals import KNOWN_JUNK
from vaern.formats.source import Place
from vaern.formats.vics_model import MEDIA
from vaern.formats.vics_repeats import FLAGS
from vaern.formats.vics_write import Document, write
from vaern.node.base.scope import viewing
from vaern.node.casework.workstations import actions, taking
from vaern.node.casework.workstations.kinds import kind_of
from vaern.node.lists.curation import workstation as of_lists
from vaern.node.lists.models import HashList
from vaern.node.scans import workstation as of_scans
from vaern.node.victims.sheet import workstation as of_series
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]
FEW = hypothesis_settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SAID_OF_THE_GRADE = {"IsPrecategorized", "PrecategorizationSource", "MediaID"}


@pytest.fixture(autouse=True)
def lists_of_this_test(settings: Any, tmp_path: Any) -> None:
    settings.LISTS, settings.LISTS_ASIDE = tmp_path / "lists", tmp_path / "aside"


def _scan() -> tuple[Any, Any, Any, str]:
    world = make_world()
    scan = world.scan()
    return world.viewer, scan, lambda: of_scans.goods(scan), ""


def _series() -> tuple[Any, Any, Any, str]:
    viewer = make_specialist()
    series = make_series(viewer.organisation)
    for file in range(6):
        add_member(series, file)
    return viewer, series, lambda: of_series.goods(series), ""


def _list() -> tuple[Any, Any, Any, str]:
    viewer = curator()
    hash_list = make_list(viewer, f"trip-{HashList.everywhere.count()}")
    add_entries(viewer, hash_list, *(_entry(n) for n in range(6)))
    hash_list.refresh_from_db()
    return viewer, hash_list, lambda: of_lists.goods(viewer, hash_list), "positive"


def _entry(n: int) -> Entry:
    """An entry of a list, each one fuller than the one before: class, marks, perceptual hashes, further values."""
    digest = hashlib.sha256(b"synthetic %d" % n).digest()
    every = [("md5", digest[:16]), ("sha256", digest), ("pdq", digest[::-1]), ("pdna", (digest * 5)[:144])]
    fields = {
        "classification": "1",
        "scheme": "VICS 2.0 UK" if n % 2 else "VICS 2.0 US",
        "series": "Made up",
        "victim_identified": n % 2 == 0,
        "offender_identified": False,
        "extra": {"Comments": "from the source", "Note of the source": "[1, 2]", "IsSuspected": "true"},
    }
    # the scheme comes with the class
    some = dict(list(fields.items())[: n + 1 if n else 0])
    return entry_of(f"e{n}", *(Signal(*one) for one in every[: 2 + n]), **some)


EDITS = st.fixed_dictionaries(
    {},
    optional={
        "Series": st.sampled_from(["Made up", "Another (synthetic)"]),
        "VictimIdentified": st.booleans(),
        "OffenderIdentified": st.booleans(),
        "IsDistributed": st.booleans(),
        "Comments": st.sampled_from(["from the source", "seen before (synthetic)"]),
        "Tags": st.sampled_from(["vaern:known", "vaern:new; for the report"]),
        "Note of the examiner": st.just("made up"),
    },
)
"""What an examiner says of a medium beside its category, by the property of VICS; some of it was said before."""


def _read(data: bytes) -> dict[str, Entry]:
    place = Place("VICS")
    rows = list(Reading("vics", place, vics.read_bytes(data, place, KNOWN_JUNK)))
    assert all(isinstance(row, Entry) for row in rows), rows
    return {row.id: row for row in rows if isinstance(row, Entry)}


def _out(viewer: Any, goods: Any, document: Document) -> dict[str, Entry]:
    with viewing(viewer.organisation.id):
        return _read(b"".join(write(goods().entries(document, Left()), document)))


def _graded(
    out: Mapping[str, Entry], values: Sequence[str], edits: Sequence[dict[str, Any]], document: Document
) -> bytes:
    """Grade a document as a workstation does: what it read it writes again, with its own view of some of the media."""
    media = []
    for n, one in enumerate(out.values()):
        given = _edited(one, edits[n % len(edits)])
        if value := values[n % len(values)]:
            said = {"classification": value, "scheme": document.own_scheme}
            given = msgspec.structs.replace(given, extra={**given.extra, "IsPrecategorized": "false"}, **said)
        media.append(given)
    return b"".join(write(media, document))


def _edited(medium: Entry, edits: Mapping[str, Any]) -> Entry:
    own = {"Series": "series", **FLAGS}
    fields = {own[name]: value for name, value in edits.items() if name in own}
    others = {name: text for name, text in edits.items() if name not in own}
    return msgspec.structs.replace(medium, extra={**medium.extra, **others}, **fields)


def _new_words(medium: Entry, edits: Mapping[str, Any]) -> dict[str, Any]:
    """The oracle: an edit is new that says something else than was sent, and not in the node's own words."""
    before = {
        "Series": medium.series,
        **{flag: getattr(medium, field) for flag, field in FLAGS.items()},
        **medium.extra,
    }
    return {name: value for name, value in edits.items() if value not in (before.get(name), "vaern:known")}


def _kept(medium: Entry, edits: Mapping[str, Any], version: str) -> Entry:
    """What goes out again of a medium that was graded: with the new words, but that a yes of the record stays."""
    new = {name: value for name, value in _new_words(medium, edits).items() if version == "2.0" or name in MEDIA}
    stays = {name: True for name, field in FLAGS.items() if getattr(medium, field)}
    return _edited(medium, {**new, **{name: True for name in new if name in stays}})


def _all_but_the_grade(media: Mapping[str, Entry]) -> dict[str, Any]:
    return {
        md5: (
            set(one.signals),
            (one.series, one.victim_identified, one.offender_identified, one.distributed),
            {name: text for name, text in _plain(one.extra).items() if name not in SAID_OF_THE_GRADE},
        )
        for md5, one in media.items()
    }


def _plain(extra: Mapping[str, str]) -> dict[str, str]:
    """Further values by their names, whether they are properties of a medium or its metadata."""
    metadata = json.loads(extra.get("MediaMetadata", "[]"))
    others = {name: text for name, text in extra.items() if name != "MediaMetadata"}
    return others | {one["PropertyName"]: one["PropertyValue"] for one in metadata}


@pytest.mark.parametrize("version", ["2.0", "1.3"])
@pytest.mark.parametrize("make", [_scan, _series, _list], ids=["scan", "series", "list"])
@FEW
@given(
    values=st.lists(st.sampled_from(["", "1", "2", "3"]), min_size=1, max_size=5).filter(any),
    edits=st.lists(EDITS, min_size=1, max_size=4),
)
def test_nothing_is_lost_on_the_way_there_and_back_and_the_same_again_changes_nothing(
    make: Any, version: Any, values: list[str], edits: list[dict[str, Any]]
) -> None:
    """What was said beside a grade is kept and goes out again, or it is told by its field that it was not taken."""
    viewer, record, goods, meaning = make()
    document = Document(version, "UK")
    out = _out(viewer, goods, document)
    assert out
    assert _all_but_the_grade(_read(_graded(out, values, [{}], document))) == _all_but_the_grade(out)
    data = _graded(out, values, edits, document)
    wanted = {md5: values[n % len(values)] for n, md5 in enumerate(out) if values[n % len(values)]}
    words = {md5: _new_words(one, edits[n % len(edits)]) for n, (md5, one) in enumerate(out.items())}
    kept = Counter(name for md5, new in words.items() if md5 in wanted and not meaning for name in new)
    told = Counter(name for new in words.values() for name in new) - kept
    outcomes = []
    for _time in range(2):
        back = brought(viewer, QUALITY, record, data)
        assert (back.faults, back.unknown) == (0, 0)
        assert (Counter(back.kept), Counter(back.untaken)) == (kept, told)
        assert {one.category.value for one in back.graded.values()} == set(wanted.values())
        with viewing(viewer.organisation.id):
            actions.take(viewer, QUALITY, record, back, dict.fromkeys(map(str, back.graded), meaning))
        taking.take(back.pk)
        back.refresh_from_db()
        assert (back.state, back.taken) == ("taken", back.to_take)
        outcomes.append(back.outcome)
    new = [one.get("changed", 0) + one.get("made", 0) for one in outcomes]
    assert new[0] >= len(wanted)
    assert new[1] == 0
    record.refresh_from_db()
    again = _out(viewer, goods, document)
    expected = {
        md5: _kept(one, edits[n % len(edits)], version) if md5 in wanted and not meaning else one
        for n, (md5, one) in enumerate(out.items())
    }
    assert _all_but_the_grade(again) == _all_but_the_grade(expected)
    if not meaning:  # on a list a grade is a vote, which VICS has no place for
        assert {md5: one.classification for md5, one in again.items() if md5 in wanted} == wanted
    else:
        standing = kind_of(record.KIND).standing(record, viewer.organisation.id, [f"e{n}" for n in range(6)])
        assert sorted(standing.values()) == sorted(f"{document.own_scheme} {value}" for value in wanted.values())
