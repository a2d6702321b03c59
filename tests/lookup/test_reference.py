"""The reference page of the look-up service says what there is, and nothing else."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from vaern.lookup import declared, openapi, wire
from vaern.lookup.callers import Callers
from vaern.lookup.grounds import Ground, Stand, faults, stand
from vaern.lookup.policy import ACTS, Reason, Verdict
from vaern.lookup.service import ALL_ROUTES
from vaern.lookup.wire import ASKED_KINDS, Asked, Fault, HitSaid, ListSaid, Question, Reply, Result, Votes

if TYPE_CHECKING:
    from vaern.lookup.http import Route

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "reference/lookups.md").read_text("utf-8")
HOW_TO = (DOCS / "how-to/run-the-look-up-service.md").read_text("utf-8")
ROW = "| `{method} {path}` | {key} | {says} |"


def row(route: Route) -> str:
    key = "none" if route.scope is None else "any" if route.scope == "key" else f"`{route.scope}`"
    says = openapi.described(route)
    return ROW.format(method=route.method, path=route.path, key=key, says=says)


def test_every_call_is_named_and_no_other() -> None:
    named = [line for line in PAGE.splitlines() if re.match(r"\| `(GET|POST|PUT|DELETE) /", line)]
    assert named == [row(route) for route in ALL_ROUTES]


@pytest.mark.parametrize(
    "type_", [Asked, Question, Reply, Result, Verdict, Reason, Stand, HitSaid, ListSaid, Votes, Fault], ids=str
)
def test_every_field_is_named(type_: type[msgspec.Struct]) -> None:
    assert [name for name in type_.__struct_fields__ if f"`{name}`" not in PAGE] == []


def test_a_ground_is_described_with_its_fields_and_an_example_that_is_taken() -> None:
    section = HOW_TO.partition("### The legal ground")[2].partition("\n## ")[0]
    example = re.search(r"```json\n(.*?)```", section, re.DOTALL)
    assert example is not None
    found = msgspec.json.decode(f"{{{example[1]}}}", type=Callers, strict=True)
    assert faults(found.grounds) == []
    (row,) = found.grounds
    assert stand(found.grounds, row.service, row.country, dt.date.fromisoformat(row.since)).state == row.state
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(Ground.__struct_fields__)


def test_kinds_acts_and_the_test_entry_are_the_codes() -> None:
    assert ", ".join(f"`{kind}`" for kind in ASKED_KINDS) in PAGE
    assert ", ".join(f"`{act}`" for act in ACTS) in PAGE
    assert declared.TEST_SHA256.hex() in PAGE
    assert declared.TEST_PDQ.hex() in PAGE
    assert f"{wire.MOST_SIGNALS:,}" in PAGE
