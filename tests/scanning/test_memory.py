"""What a scan says of the memory that it may take."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vaern.scanning import ScanOptions
from vaern.scanning.memory import available, lack_of_memory, most


@given(jobs=st.integers(1, 256), memory=st.integers(64 << 20, 1 << 40), there=st.integers(0, 1 << 48))
def test_it_is_told_exactly_when_the_machine_has_less(jobs, memory, there):
    options = ScanOptions(jobs=jobs, memory_limit=memory)
    assert bool(lack_of_memory(options, there)) == (most(options) > there)
    assert most(options) > jobs * memory


def test_the_words_have_the_numbers():
    told = lack_of_memory(ScanOptions(jobs=16), 16 << 30)
    assert told.startswith("16 workers may take 35.2 GB of memory at worst, and this machine has 16.0 GB")


def test_a_machine_has_memory():
    assert available() > 64 << 20
