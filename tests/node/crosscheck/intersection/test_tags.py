"""The night: the tags are those of exactly what is held, whatever was there before and wherever it was broken off."""

from __future__ import annotations

import hashlib
import stat
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaern.node.crosscheck.intersection import evaluation, tag_files
from vaern.node.crosscheck.intersection.evaluation import bring_up_to_date
from vaern.node.crosscheck.intersection.tag_files import ROWS, TAGS, Damaged
from vaern.node.crosscheck.rules.intersection_messages import tag_of
from vaern.node.crosscheck.rules.oblivious_voprf import Voprf

if TYPE_CHECKING:
    from pathlib import Path

SEED, INFO, EPOCH = bytes(range(32)), b"pair", 7
HOLDER = Voprf().evaluator(SEED, INFO)


def digests(*numbers: int) -> np.ndarray[Any, Any]:
    """Digests of keys; some end in zero bytes, which numpy's texts do not show."""
    return np.array([hashlib.sha256(bytes([n])).digest()[: 32 - n % 3].ljust(32, b"\0") for n in numbers], "S32")


def commons(data: bytes) -> bytes:
    """Stand for the node's deciphering."""
    return bytes(one ^ 1 for one in data)


def expected(*numbers: int) -> list[int]:
    """The tags by the definition, one by one."""
    values = [commons(digests(n).tobytes()) for n in sorted(set(numbers))]
    return sorted(tag_of(HOLDER.evaluate_known(one)) for one in values)


def tags(folder: Path, epoch: int = EPOCH) -> list[int]:
    found = tag_files.read(folder / f"{epoch}.tags", epoch, TAGS)
    assert found is not None
    assert found.public == Voprf().evaluator(SEED, INFO).public
    return found.rows.tolist()


def night(folder: Path, *numbers: int, **more: Any) -> evaluation.Evaluated:
    return bring_up_to_date(folder, EPOCH, SEED, INFO, digests(*numbers), commons, **more)


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "PIECE", 3)


@pytest.mark.once
def test_each_night_evaluates_what_is_new_and_forgets_what_is_gone(tmp_path: Path, small_pieces: None) -> None:
    seen: list[tuple[int, int]] = []
    told = night(tmp_path, *range(10), progress=lambda done, of: seen.append((done, of)))
    assert told == (10, 10, 0)
    assert seen == [(3, 10), (6, 10), (9, 10), (10, 10)]
    assert tags(tmp_path) == expected(*range(10))
    assert night(tmp_path, *range(10)) == (10, 0, 0)
    assert night(tmp_path, *range(4, 12)) == (8, 2, 4)
    assert tags(tmp_path) == expected(*range(4, 12)), "what was erased has no tag"
    assert night(tmp_path) == (0, 0, 8)
    assert tags(tmp_path) == []
    assert {path.name for path in tmp_path.iterdir()} == {"7.tags", "7.index"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.once
@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_night_that_was_broken_off_goes_on_where_it_was(tmp_path: Path, small_pieces: None, after: int) -> None:
    night(tmp_path, 1, 2)

    def broken(done: int, _of: int) -> None:
        if done >= 3 * after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        night(tmp_path, *range(12), progress=broken)
    assert tags(tmp_path) == expected(1, 2), "the file that was there stands until the next is whole"
    assert night(tmp_path, *range(2, 12)).new <= 10 - 3 * after + 1, "of ten new ones, and one that is gone since"
    assert tags(tmp_path) == expected(*range(2, 12))


@pytest.mark.once
def test_what_a_crash_cut_or_changed_is_evaluated_again(tmp_path: Path, small_pieces: None) -> None:
    part, whole = tmp_path / "7.part", digests(*range(6))
    rows = np.zeros(3, ROWS)
    rows["digest"], rows["tag"] = np.sort(whole)[:3], [1, 2, 3]
    part.write_bytes(HOLDER.public + tag_files.piece(rows)[:-1] + b"x")
    assert night(tmp_path, *range(6)) == (6, 6, 0)
    assert tags(tmp_path) == expected(*range(6))
    part.write_bytes(bytes(32) + tag_files.piece(rows))
    assert night(tmp_path, *range(7)) == (7, 1, 0), "what another key left is nothing"
    for name in ("7.tags", "7.index"):
        data = bytearray((tmp_path / name).read_bytes())
        data[-1] ^= 1
        (tmp_path / name).write_bytes(data)
        night(tmp_path, *range(7))
        assert tags(tmp_path) == expected(*range(7))


@pytest.mark.once
def test_a_process_that_ends_early_is_said_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as here:
        here.setattr(evaluation.evaluator_process, "__name__", "vaern.node.crosscheck.rules")
        with pytest.raises(evaluation.EvaluationEnded, match="run it again"):
            night(tmp_path, 1, 2)
    assert night(tmp_path, 1, 2) == (2, 2, 0)


rows_of = st.lists(st.integers(0, 2**64 - 1), max_size=9)


@settings(deadline=None)
@given(rows=rows_of, epoch=st.integers(0, 2**31), public=st.binary(min_size=32, max_size=32), data=st.data())
def test_a_file_is_read_as_it_was_written_or_refused(
    tmp_path_factory: pytest.TempPathFactory, rows: list[int], epoch: int, public: bytes, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("tags") / "file"
    tag_files.write(path, epoch, public, np.array(rows, TAGS))
    found = tag_files.read(path, epoch, TAGS)
    assert found is not None
    assert (found.public, found.rows.tolist()) == (public, rows)
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    for other in (bytes(changed), cut, whole + b"x"):
        path.unlink()
        path.write_bytes(other)
        with pytest.raises(Damaged):
            tag_files.read(path, epoch, TAGS)
    path.unlink()
    path.write_bytes(whole)
    for at, kind in ((epoch + 1, TAGS), (epoch, ROWS)):
        with pytest.raises(Damaged):
            tag_files.read(path, at, kind)
    path.unlink()
    assert tag_files.read(path, epoch, TAGS) is None
