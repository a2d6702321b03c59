"""What is on disk: a change of any byte is found, and no content makes the search read out of bounds or crash."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.matching import oracle

from vaern.matching import HammingIndex, IndexFormatError, files, plan, segment
from vaern.matching.swap import swap


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """An index with bands, ids, a small segment and rows that are gone."""
    rng = np.random.default_rng(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "FLAT_BELOW", 1000)
        index = HammingIndex.build(oracle.random(rng, 5000), np.arange(5000))
    index.add(oracle.random(rng, 10), np.arange(10))
    index.remove([3])
    assert [segment.bands for segment in index._segments] == [plan.BANDS, 0]
    folder = tmp_path_factory.mktemp("saved") / "index"
    index.save(folder)
    return folder


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO])
def test_a_full_disk_is_named_and_no_other_fault_is_laid_on_it(tmp_path, number):
    """Of a file that is open the system does not say which; what fails otherwise may be what is read."""
    target = tmp_path / "list"

    def write(path):
        path.touch()
        raise OSError(number, os.strerror(number))

    with pytest.raises(OSError, match=re.escape(os.strerror(number))) as raised, files.beside(target) as fresh:
        write(fresh / "entries.jsonl")
    assert raised.value.filename == (None if number == errno.EIO else str(target))
    assert not any(tmp_path.iterdir())


@given(data=st.data())
def test_verify_finds_any_changed_byte(saved, tmp_path_factory, data):
    file = data.draw(st.sampled_from(sorted(path.name for path in saved.iterdir() if path.stat().st_size)))
    folder = tmp_path_factory.mktemp("changed") / "index"
    shutil.copytree(saved, folder)
    content = bytearray((folder / file).read_bytes())
    position = data.draw(st.integers(0, len(content) - 1))
    content[position] ^= data.draw(st.integers(1, 255))
    (folder / file).write_bytes(content)
    if file == "index.json":
        try:
            HammingIndex.open(folder, verify=True)
        except IndexFormatError:
            return
        assert json.loads(content) == json.loads((saved / file).read_bytes()), "only white space may pass"
    else:
        with pytest.raises(IndexFormatError, match="checksum differs"):
            HammingIndex.open(folder, verify=True)


def test_the_checksum_of_an_empty_array_is_compared_too(saved, tmp_path):
    folder = tmp_path / "index"
    shutil.copytree(saved, folder)
    nothing = hashlib.sha256(b"").hexdigest()
    manifest = (folder / "index.json").read_text()
    assert nothing in manifest
    (folder / "index.json").write_text(manifest.replace(nothing, "0" * 64))
    with pytest.raises(IndexFormatError, match="checksum differs"):
        HammingIndex.open(folder, verify=True)


@pytest.mark.slow
@given(data=st.data(), distance=st.sampled_from([0, 31, 48]))
def test_a_tampered_index_never_crashes_the_search(saved, tmp_path_factory, data, distance):
    """Whoever can write the folder can write fitting checksums too; so the search itself must stay within bounds."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    folder = tmp_path_factory.mktemp("tampered") / "index"
    shutil.copytree(saved, folder)
    for name in data.draw(st.sets(st.sampled_from(["starts", "sketches", "ranks", "words", "removed"]), min_size=1)):
        content = np.frombuffer((folder / f"0-{name}.bin").read_bytes(), np.uint8)
        (folder / f"0-{name}.bin").write_bytes(rng.integers(0, 256, len(content), np.uint8).tobytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "flat_cost", lambda _: np.inf)
        patch.setattr(plan, "scan_above", lambda _: data.draw(st.sampled_from([10**9, 1000])))
        patch.setattr(plan, "most_steps", lambda _: data.draw(st.sampled_from([10**9, 1000])))
        segment._probing.cache_clear()
        hits = HammingIndex.open(folder).search(oracle.random(rng, 20), distance)
    segment._probing.cache_clear()
    assert set(hits.id.tolist()) <= set(range(5000))


@pytest.mark.parametrize("name", ["starts", "sketches", "ranks", "words", "ids", "removed"])
@pytest.mark.parametrize("cut", [0, 1, 8])
def test_a_file_of_another_length_is_refused(saved, tmp_path, name, cut):
    folder = tmp_path / "index"
    shutil.copytree(saved, folder)
    content = (folder / f"0-{name}.bin").read_bytes()
    (folder / f"0-{name}.bin").write_bytes(content[:cut] if cut else content + b"x")
    with pytest.raises(IndexFormatError, match=f"0-{name}.bin has .* expected"):
        HammingIndex.open(folder)


@given(data=st.data())
def test_any_manifest_is_read_or_refused(saved, tmp_path_factory, data):
    manifest = json.loads((saved / "index.json").read_bytes())
    arrays = manifest["segments"][0]
    name = data.draw(st.sampled_from(sorted(arrays)))
    field = data.draw(st.sampled_from(["file", "dtype", "shape"]))
    odd = {
        "file": st.sampled_from(["../x", "/etc/passwd", "", ".", "1-words.bin", "nul\0"]),
        "dtype": st.sampled_from(["|O", "<f8", "<u8", ">u4", "x", "", "|V0", "<U1"]),
        "shape": st.lists(st.integers(-3, 2**62), max_size=4),
    }
    arrays[name][field] = data.draw(odd[field])
    folder = tmp_path_factory.mktemp("odd") / "index"
    shutil.copytree(saved, folder)
    (folder / "index.json").write_text(json.dumps(manifest))
    try:
        index = HammingIndex.open(folder)
    except IndexFormatError:
        return
    index.search(oracle.random(np.random.default_rng(0), 3))


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[]", b'{"format":"vaern-hamming-index/1","segments":[]}'])
def test_what_is_no_index_is_named(tmp_path, content):
    if content is not None:
        (tmp_path / "index.json").write_bytes(content)
    with pytest.raises(IndexFormatError, match=str(tmp_path)):
        HammingIndex.open(tmp_path)


def test_an_index_of_the_older_format_is_to_be_built_again(tmp_path):
    (tmp_path / "index.json").write_bytes(b'{"format":"vaern-hamming-index/1","segments":[]}')
    with pytest.raises(IndexFormatError, match="build it again"):
        HammingIndex.open(tmp_path)


def test_saving_replaces_an_index_and_nothing_else(tmp_path):
    rng = np.random.default_rng(5)
    hashes = oracle.random(rng, 5000)
    HammingIndex.build(hashes).save(tmp_path / "index")
    mapped = HammingIndex.open(tmp_path / "index")
    HammingIndex.build(hashes[:10]).save(tmp_path / "index")
    assert len(HammingIndex.open(tmp_path / "index")) == 10
    assert oracle.as_list(mapped.search(hashes[4999:])) == [(0, 0, 4999)], "a reader keeps what it has mapped"
    (tmp_path / "index.old").mkdir()
    (tmp_path / "index.old" / "letter.txt").write_text("mine")
    mapped.save(tmp_path / "index")
    assert len(HammingIndex.open(tmp_path / "index")) == 5000
    assert (tmp_path / "index.old" / "letter.txt").read_text() == "mine"
    shutil.rmtree(tmp_path / "index.old")
    assert [path.name for path in tmp_path.iterdir()] == ["index"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("mine")
    with pytest.raises(IndexFormatError, match="not an index"):
        mapped.save(tmp_path / "other")
    assert (tmp_path / "other" / "letter.txt").read_text() == "mine"


@pytest.fixture(scope="module")
def two():
    """Two indexes of the same shape, so that an array of the one fits the other, and a query whose hit tells which."""
    rng = np.random.default_rng(6)
    query = oracle.random(rng, 1)
    pair = []
    for number in range(2):
        hashes = oracle.random(rng, 5000)
        hashes[number] = query
        pair.append(HammingIndex.build(hashes, np.arange(5000) + 10_000 * number))
    return pair, query


def which(index, query):
    """Of which of the two an index is, or what a mixture of them answers."""
    return {((0, 0, 0),): 0, ((0, 0, 10_001),): 1}[tuple(oracle.as_list(index.search(query, 31)))]


def test_a_reader_meets_one_index_or_the_other_while_it_is_replaced(tmp_path, two, monkeypatch):
    pair, query = two
    folder = tmp_path / "index"
    pair[0].save(folder)
    genuine = Path.rename

    def slow(path, target):
        genuine(path, target)
        time.sleep(0.01)  # so that whoever needs two renames is caught between them

    monkeypatch.setattr(Path, "rename", slow)
    met, wrong, begun = [], [], threading.Event()

    def read():
        while not done.is_set() or not met:
            try:
                met.append(which(HammingIndex.open(folder, verify=len(met) % 2 == 0), query))
            except (IndexFormatError, OSError, KeyError) as error:
                wrong.append(error)
            begun.set()

    done = threading.Event()
    reading = threading.Thread(target=read)
    reading.start()
    begun.wait()
    for number in range(10):
        pair[(number + 1) % 2].save(folder)
    done.set()
    reading.join()
    assert not wrong
    assert which(HammingIndex.open(folder), query) == 0


@pytest.mark.parametrize("call", range(5))
def test_an_index_that_is_replaced_while_it_is_opened_is_opened_whole(tmp_path, two, monkeypatch, call):
    pair, query = two
    folder = tmp_path / "index"
    pair[0].save(folder)
    calls, genuine = [], files.map_array

    def slow(*args, **more):
        if len(calls) == call:
            pair[1].save(folder)
        calls.append(None)
        return genuine(*args, **more)

    monkeypatch.setattr(files, "map_array", slow)
    assert which(HammingIndex.open(folder), query) == 1


def test_a_file_system_that_cannot_swap_is_served_by_two_renames(tmp_path, two, monkeypatch):
    pair, query = two
    pair[0].save(tmp_path / "index")
    monkeypatch.setattr(files, "swap", lambda *_: False)
    pair[1].save(tmp_path / "index")
    assert which(HammingIndex.open(tmp_path / "index"), query) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_what_is_swapped_trades_places_and_what_is_missing_is_named(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.write_text("other")
    assert swap(one, other)
    assert (one.read_text(), other.is_dir()) == ("other", True)
    with pytest.raises(FileNotFoundError, match="missing"):
        swap(tmp_path / "missing", one)


@given(data=st.data(), size=st.sampled_from([0, 1, 1000, files._SMALL, files._SMALL + 1, 3 * files._SMALL]))
def test_a_piece_is_what_stands_there_and_nothing_where_nothing_does(tmp_path_factory, data, size):
    content = np.random.default_rng(size).bytes(size)
    path = tmp_path_factory.mktemp("pieces") / "file"
    path.write_bytes(content)
    near = st.integers(-2, size + 2) | st.sampled_from([1 << 63, (1 << 64) - 1])
    first, end = data.draw(near), data.draw(near)
    expected = content[first:end] if 0 <= first <= end <= size else b""
    assert files.Pieces(path).piece(first, end) == expected


def test_a_file_is_let_go_of_with_its_pieces_and_a_small_one_at_once(tmp_path):
    small, large = tmp_path / "small", tmp_path / "large"
    small.write_bytes(b"1" * files._SMALL)
    large.write_bytes(b"1" * (files._SMALL + 1))

    def held() -> set[str]:
        names = {str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}
        return names & {str(small), str(large)}

    pieces = [files.Pieces(small), files.Pieces(large)]
    assert held() == {str(large)}
    large.unlink()  # another state of the list took its place
    assert pieces[1].piece(files._SMALL, files._SMALL + 1) == b"1"
    pieces.clear()
    assert not held()
