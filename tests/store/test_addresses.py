"""What is an address of a store, what it means, and what is told of one that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaern.scanning import Refusal
from vaern.scanning.names import printable
from vaern.store.address import address_of, is_address

BUCKETS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}", fullmatch=True)
KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(scheme=st.sampled_from(["s3", "gs", "S3", "Gs"]), bucket=BUCKETS, prefix=KEYS, slash=st.booleans())
def test_an_address_is_read_as_it_stands(scheme: str, bucket: str, prefix: str, slash: bool) -> None:
    text = f"{scheme}://{bucket}" + f"/{prefix}" * (slash or bool(prefix))
    address = address_of(text)
    assert is_address(text)
    assert address == (scheme.lower(), bucket, prefix)
    assert str(address) == f"{scheme.lower()}://{bucket}/{printable(prefix)}"


@pytest.mark.parametrize("text", ["", "s3", "s3:/bucket/key", "./s3://bucket", "/s3://b", "s3_://b", "https://host/x"])
def test_what_is_no_address_is_a_path(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize("scheme", ["azure", "abfs", "abfss", "wasb", "wasbs", "ABFS"])
def test_a_store_that_is_not_read_is_named_and_what_to_do(scheme: str) -> None:
    assert is_address(f"{scheme}://container/prefix")
    with pytest.raises(Refusal, match=rf"^{scheme.lower()}://: no store that is read here; name s3://"):
        address_of(f"{scheme}://container/prefix")


@pytest.mark.parametrize(
    "rest",
    ["", "/", "/key", "AKID:secret@bucket/key", "secret@bucket", "bucket?secret=1", "bücket/key", "a b/key", "a/key"],
)
def test_what_is_no_bucket_is_refused_and_not_repeated(rest: str) -> None:
    with pytest.raises(Refusal, match=r"^s3://: what follows is no name of a bucket") as refused:
        address_of(f"s3://{rest}")
    assert "secret" not in str(refused.value)


def test_a_prefix_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(Refusal, match=r"^s3://bucket/\\xff: keys are UTF-8"):
        address_of("s3://bucket/\udcff")
