"""`kill -9` under load, in short; `python benchmarks/crashes.py` does it 200 times."""

from __future__ import annotations

import pytest
from benchmarks.crashes import VICTIMS, run


@pytest.mark.slow
def test_what_was_acknowledged_is_there_once_after_each_kill() -> None:
    found = run(kills=len(VICTIMS), seed=7)
    assert set(found["recovery_seconds"]) == set(VICTIMS)
    assert found["acknowledged"] > 0
    assert (found["lost"], found["twice"], found["unverified"]) == (0, 0, [])
