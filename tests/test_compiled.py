"""The libraries of loops: made of these sources, one for every processor, each with the same answers."""

from __future__ import annotations

import ctypes
import importlib
import platform
import subprocess
import sys
from typing import TYPE_CHECKING

import compiling
import numpy as np
import pytest

from vaern import compiled
from vaern.hashing import borders, hash_orientations, pdq_kernels
from vaern.matching import HammingIndex, buckets, kernels, plan
from vaern.matching.grouping import spread

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

MACHINE = platform.machine()
components = importlib.import_module("vaern.matching.grouping.components")  # its function has the same name
CALLERS = (borders, pdq_kernels, buckets, kernels, components, spread)


def loops(module: ModuleType) -> dict[str, ctypes._CFuncPtr]:
    return {name: value for name, value in vars(module).items() if isinstance(value, ctypes._CFuncPtr)}


def library(level: str) -> Path:
    return compiled.LIBRARY.with_name(f"{MACHINE}-{level}.so")


@pytest.mark.parametrize("level", compiled.LEVELS[MACHINE])
def test_each_library_is_of_these_sources(level: str) -> None:
    """Else `make compiled` was forgotten."""
    said = ctypes.CDLL(str(library(level))).vaern_sources
    said.restype = ctypes.c_char_p
    assert said().decode() == compiling.digest()


def test_a_level_is_compiled_for_each_that_is_looked_for() -> None:
    assert {machine: set(levels) for machine, levels in compiled.LEVELS.items()} == {
        machine: set(levels) for machine, levels in compiling.TARGETS.items()
    }
    assert set(compiling.TAGS) == set(compiling.TARGETS)


@pytest.mark.parametrize("machine", compiled.LEVELS)
def test_the_best_level_is_taken_and_one_there_always_is(machine: str) -> None:
    levels = {name: set(wanted.split()) for name, wanted in compiled.LEVELS[machine].items()}
    assert compiled.level(machine, set()) == list(levels)[-1]
    assert compiled.level(machine, set().union(*levels.values())) == next(iter(levels))
    for name, wanted in levels.items():
        for one in wanted:
            assert compiled.level(machine, wanted - {one}) != name


def answers() -> list[bytes]:
    """What every loop gives over some data."""
    rng = np.random.default_rng(18)
    given = []
    for shape in ((300, 411), (64, 5, 3), (97, 640, 3)):
        pixels = rng.integers(0, 256, shape, np.uint8)
        given += [value + bytes([quality]) for value, quality in hash_orientations(pixels).values()]
        padded = np.pad(pixels, [(90, 33), (7, 120)] + [(0, 0)] * (pixels.ndim - 2))
        given.append(repr(borders.find_inside(padded)).encode())
    rows = plan.FLAT_BELOW + 100
    hashes = rng.integers(0, 256, (rows, 32), np.uint8)
    hashes[: rows // 2] = hashes[rows // 2 : 2 * (rows // 2)]
    hashes[:, :3] = rng.integers(0, 256, (rows, 3), np.uint8)
    for index in (HammingIndex.build(hashes), HammingIndex.build(hashes[:50])):
        for distance in (3, 31, 90):
            given += [array.tobytes() for array in index.search(hashes[:30], distance)]
    words = hashes.reshape(-1).view("<u8").astype(np.uint64)
    given += [spread.spread(words[: 4 * many], 20).tobytes() for many in (500, 5000)]
    parent = np.arange(100)
    components._join_groups(parent, np.arange(100), rng.integers(0, 40, 100))
    components._join_pairs(parent, rng.integers(0, 100, 9), rng.integers(0, 100, 9))
    return [*given, components._roots(parent, np.arange(100)).tobytes()]


@pytest.mark.parametrize("level", compiled.LEVELS[MACHINE])
def test_every_level_gives_the_same(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    better = list(compiled.LEVELS[MACHINE]).index(compiled.LIBRARY.stem.rpartition("-")[2])
    if list(compiled.LEVELS[MACHINE]).index(level) < better:
        pytest.skip(f"this processor has no {level}")
    expected, other = answers(), ctypes.CDLL(str(library(level)))
    for module in CALLERS:
        assert loops(module)
        for name, loop in loops(module).items():
            same = other[loop.__name__]
            same.argtypes, same.restype = loop.argtypes, loop.restype
            monkeypatch.setattr(module, name, same)
    assert answers() == expected


def test_a_loop_is_given_the_array_that_it_takes() -> None:
    for array in (np.zeros(4, np.int32), np.zeros(8)[::2], np.zeros((4, 4)).T):
        with pytest.raises(TypeError, match="contiguous"):
            compiled.at(array, "d")
    closed, empty = np.zeros(3), np.zeros(0)
    closed.flags.writeable = False
    for array in (np.zeros(3), closed, empty):
        assert compiled.at(array, "d") == array.ctypes.data


@pytest.mark.once
@pytest.mark.parametrize(
    ("machine", "says"), [("riscv64", "runs on x86_64 and aarch64 machines, and this is riscv64"), ("", "is missing")]
)
def test_a_machine_without_a_library_is_told_so(machine: str, says: str) -> None:
    code = f"""
import pathlib, platform
platform.machine = lambda: {machine or MACHINE!r}
pathlib.Path.exists = lambda path: False
import vaern.compiled
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert says in done.stderr
