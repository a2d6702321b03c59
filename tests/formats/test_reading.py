"""A reading counts what it gives, and says at the end what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from tests.formats.values import digest

from vaern.formats import NOTHING, read_list, read_lists
from vaern.records import Entry, Problem

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ROWS = {
    "entry": lambda n: f"{n},{digest(n)},no",
    "recall": lambda n: f"{n},{digest(n)},yes",
    "junk": lambda n: f"{n},{'0' * 32},no",
}


@given(st.lists(st.sampled_from(sorted(ROWS)), max_size=8))
def test_what_is_counted_is_what_was_given(tmp_path_factory: pytest.TempPathFactory, kinds: list[str]) -> None:
    path = tmp_path_factory.mktemp("list") / "x.csv"
    path.write_text("\n".join(["id,md5,recalled", *(ROWS[kind](n) for n, kind in enumerate(kinds))]))
    reading = read_list(path)
    assert (reading.file, reading.format, reading.entries, reading.problems) == (str(path), "csv", 0, 0)
    found = list(reading)
    entries = [one for one in found if isinstance(one, Entry)]
    problems = [one for one in found if isinstance(one, Problem)]
    assert reading.entries == len(entries) == kinds.count("entry") + kinds.count("recall")
    assert reading.recalled == kinds.count("recall")
    assert (reading.problems, reading.quarantined) == (len(problems), kinds.count("junk"))
    assert reading.missing == (() if entries else (NOTHING,))
    assert entries or problems


def test_several_files_are_opened_before_any_is_read(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).write_text(f"{digest(1)}\n")
    first, second = read_lists([tmp_path / "a", tmp_path / "b"])
    assert isinstance(next(first), Entry)
    first.close()
    assert [isinstance(one, Entry) for one in second] == [True]
