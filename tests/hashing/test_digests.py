from __future__ import annotations

import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.hashing import digests
from vaern.records import DIGEST_KINDS


def expected(data):
    return {kind: hashlib.new(kind, data).digest() for kind in DIGEST_KINDS}


@given(st.binary(max_size=5000), st.integers(1, 700), st.booleans())
def test_digests_are_hashlibs_whatever_the_chunks_and_threads(data, chunk, threaded):
    pieces = [data[at : at + chunk] for at in range(0, len(data), chunk)]
    signals = digests._digest(pieces, threaded=threaded)
    assert [signal.kind for signal in signals] == list(DIGEST_KINDS)
    assert {signal.kind: signal.value for signal in signals} == expected(data)


@pytest.mark.parametrize("size", [0, 1, digests.CHUNK, digests.THREAD_FROM, digests.THREAD_FROM + 12345])
def test_stream_and_bytes_agree(size):
    data = bytes(range(251)) * (size // 251 + 1)
    data = data[:size]
    signals, read = digests.digest_stream(io.BytesIO(data), size)
    assert read == size
    assert signals == digests.digest(data)
    assert {signal.kind: signal.value for signal in signals} == expected(data)


@pytest.mark.parametrize("size", [0, digests.THREAD_FROM])
def test_a_failing_read_is_the_callers(size):
    class Failing(io.RawIOBase):
        def read(self, _size=-1):
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        digests.digest_stream(Failing(), size)
