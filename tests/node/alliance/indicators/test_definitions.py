"""Definitions that are made up are those of a synthetic node alone, and end with it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from vaern.node.alliance.indicators import computation
from vaern.node.alliance.models import Value
from vaern.node.alliance.rules import definitions

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHIPPED = definitions.all_versions()


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[definitions.Definitions]:
    """Lay a version that is made up beside those that ship, later than all of them."""
    made = msgspec.structs.replace(SHIPPED[-1], version="invented", valid_from=date(2099, 1, 1), synthetic=True)
    for one in (*SHIPPED, made):
        (tmp_path / f"{one.version}.json").write_bytes(msgspec.json.encode(one))
    monkeypatch.setattr(definitions, "FOLDER", tmp_path)
    definitions.all_versions.cache_clear()
    yield made
    monkeypatch.undo()
    definitions.all_versions.cache_clear()


@given(st.lists(st.booleans(), max_size=6))
def test_a_node_computes_with_the_newest_that_is_not_made_up_unless_it_is_itself(marks: list[bool]) -> None:
    versions = [SHIPPED[0], *(msgspec.structs.replace(SHIPPED[0], synthetic=mark) for mark in marks)]
    real = definitions.newest(versions, synthetic=False)
    assert not real.synthetic
    assert all(one.synthetic for one in versions[len(versions) - [*reversed(versions)].index(real) :])
    assert definitions.newest(versions, synthetic=True) == versions[-1]


def test_nothing_that_ships_is_made_up_and_the_node_says_what_it_is_at_the_start() -> None:
    assert not any(one.synthetic for one in SHIPPED)
    assert definitions.of_node.synthetic == settings.CONFIGURATION.synthetic


@pytest.mark.django_db
def test_a_node_that_was_synthetic_and_is_real_computes_anew_and_still_reads_what_it_released(
    monkeypatch: pytest.MonkeyPatch, made_up: definitions.Definitions
) -> None:
    monkeypatch.setattr(definitions.of_node, "synthetic", True)
    assert definitions.current() == made_up
    Value.objects.create(
        version=made_up.version,
        code="removal_72h",
        member=None,
        period="month",
        start=date(2026, 10, 1),
        numerator=1,
        denominator=2,
        value=50.0,
        as_of=0,
    )
    monkeypatch.setattr(definitions.of_node, "synthetic", False)
    assert definitions.current() == SHIPPED[-1]
    computation.refresh()
    assert not Value.objects.filter(version=made_up.version).exists()
    assert definitions.version("invented") == made_up
