"""Laws of a report that its sender amends: nothing that was said is lost, and nothing moves."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from tests.formats.arriving import ARRIVALS

from vaern.node.reports.base.content import items_of
from vaern.node.reports.rules import amendments

QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def texts(value: object) -> set[str]:
    """Every text in a record."""
    if isinstance(value, dict):
        return {text for below in value.values() for text in texts(below)}
    if isinstance(value, list | tuple):
        return {text for below in value for text in texts(below)}
    return {value} if isinstance(value, str) else set()


@pytest.mark.once
@QUICK
@given(earlier=ARRIVALS, later=ARRIVALS)
def test_nothing_that_was_said_is_lost(earlier, later):
    merged = amendments.amended(earlier, later)
    said = texts(msgspec.to_builtins(earlier)) | texts(msgspec.to_builtins(later))
    lost = said - texts(msgspec.to_builtins(merged)) - {later.reference}
    assert not {text for text in lost if text != msgspec.to_builtins(earlier)["incident_at"]}
    if earlier.incident_at != later.incident_at:
        assert ("before/incident_at", str(earlier.incident_at)) in merged.unknown


@pytest.mark.once
@QUICK
@given(earlier=ARRIVALS, later=ARRIVALS)
def test_what_was_there_stays_in_its_place_and_the_same_again_changes_nothing(earlier, later):
    for merge in (amendments.amended, amendments.with_files):
        merged = merge(earlier, later)
        once = tuple(dict.fromkeys(earlier.files))
        assert merged.files[: len(once)] in (once, earlier.files[: len(once)])
        assert set(map(repr, items_of(earlier))) <= set(map(repr, items_of(merged)))
        assert merge(merged, later).files == merged.files
    assert amendments.with_files(earlier, later).reference == earlier.reference
    assert amendments.amended(earlier, later).reference == earlier.reference


@pytest.mark.once
@QUICK
@given(earlier=ARRIVALS, later=ARRIVALS)
def test_danger_is_never_taken_back(earlier, later):
    for first in (True, False, None):
        for then in (True, False, None):
            one, two = (
                msgspec.structs.replace(earlier, danger_now=first),
                msgspec.structs.replace(later, danger_now=then),
            )
            found = amendments.amended(one, two).danger_now
            assert found is (True if True in {first, then} else False if False in {first, then} else None)
