"""Files, corrections and withdrawals in any order, against a naive account of what counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.node.factories import make_organisation, make_person

from vaern.node.law.data import load, new_row, newest
from vaern.node.law.models import LawRow
from vaern.node.law.records import Basis
from vaern.node.law.registers import LawTable, Register
from vaern.node.organisations.rules import OrganisationKind, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

pytestmark = pytest.mark.django_db


class Sample(msgspec.Struct, frozen=True):
    """A row of a table that is in no register."""

    code: str
    value: int
    basis: Basis = Basis.READ
    source: str = "A fictional gazette"


def _register(files: Mapping[str, int], counted: list[int]) -> Register:
    table = LawTable(
        "sample",
        "Samples",
        Sample,
        key=lambda one: one.code,
        says=lambda one: one.code,
        of_files=lambda: [Sample(code, value) for code, value in files.items()],
    )
    return Register("samples", "Samples", "", tables=(table,), loaded=lambda: counted.append(1))


_FILES = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2))
_ACTS = st.one_of(
    st.tuples(st.just("files"), _FILES),
    st.tuples(st.just("corrected"), st.tuples(st.sampled_from("abc"), st.integers(3, 5))),
    st.tuples(st.just("withdrawn"), st.tuples(st.sampled_from("abc"), st.just(0))),
)


@pytest.mark.once
@given(acts=st.lists(_ACTS, max_size=8))
def test_what_counts_is_the_last_word_of_the_files_or_of_a_person(acts: list[tuple[str, object]]) -> None:
    with transaction.atomic():
        _hold_to_the_account(acts)
        transaction.set_rollback(True)


def _hold_to_the_account(acts: list[tuple[str, object]]) -> None:
    by = {"from_file": False, "recorded_by": make_person(Role.LEGAL, make_organisation(OrganisationKind.AUTHORITY))}
    counts: dict[str, int] = {}
    of_file: dict[str, int] = {}
    by_person: set[str] = set()
    for act, what in acts:
        counted: list[int] = []
        if act == "files":
            assert isinstance(what, dict)
            register = _register(what, counted)
            changed = {key for key, value in what.items() if of_file.get(key) != value}
            gone = {key for key in counts if key not in what and key not in by_person}
            assert load(register) == len(changed | gone)
            assert bool(counted) == bool(changed | gone)
            assert load(register) == 0
            counts = {key: value for key, value in counts.items() if key not in gone}
            of_file = {key: value for key, value in of_file.items() if key not in gone}
            counts |= {key: what[key] for key in changed}
            of_file |= {key: what[key] for key in changed}
            by_person -= changed
        else:
            assert isinstance(what, tuple)
            key, value = what
            table = _register({}, counted).tables[0]
            before = LawRow.objects.filter(table="sample", key=key).order_by("version").last()
            if before is None or before.withdrawn:
                continue
            new_row(table, Sample(key, value), before, withdrawn=act == "withdrawn", **by).save()
            by_person.add(key)
            counts[key] = value
            if act == "withdrawn":
                del counts[key]
        assert {row.key: row.content["value"] for row in newest(["sample"])} == counts
    versions = LawRow.objects.filter(table="sample").order_by("key", "version").values_list("key", "version")
    for key in {key for key, _version in versions}:
        assert [version for one, version in versions if one == key] == list(
            range(1, 1 + sum(one == key for one, _version in versions))
        )
