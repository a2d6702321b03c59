"""All that a store holds comes, once, in its order and under its own name, however odd that is."""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.client.serving import Said
from tests.store.bucket import SECRET, refusal
from tests.store.conftest import ONLY_S3
from tests.store.draining import drained, listed

from vaern.scanning import Refusal
from vaern.scanning.names import original, printable
from vaern.store.address import address_of
from vaern.store.objects import Objects
from vaern.store.s3 import Bucket as OfLibrary

if TYPE_CHECKING:
    from pathlib import Path

    from tests.store.bucket import Bucket

PIECES = st.one_of(
    st.sampled_from(["", ".", "..", "a", "photos", "\\x41", "\u202e", "\n", "+", "%2f", "?x=1#y", "&amp;", " ", "~"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
)
KEYS = st.lists(PIECES, min_size=1, max_size=4).map("/".join).filter(bool).map(str.encode)
HOLDINGS = st.dictionaries(KEYS, st.binary(max_size=40), max_size=12)
pytestmark = pytest.mark.once
SAME_BUCKET = settings(
    max_examples=settings().max_examples // 2, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@SAME_BUCKET
@given(objects=HOLDINGS, page=st.integers(1, 5))
def test_everything_comes_once_in_order_under_its_own_name(
    objects: dict[bytes, bytes], page: int, bucket: Bucket
) -> None:
    bucket.objects, bucket.page = objects, page
    came = drained(bucket.url)
    assert [(original(one.name), one.content) for one in came] == sorted(objects.items())
    assert all(one.item.name == f"{bucket.url}/{printable(os.fsdecode(original(one.name)))}" for one in came)
    assert len({one.item.name for one in came}) == len(objects)
    assert not any(one.item.problem or one.item.changed for one in came)
    assert [(item.name, item.size, item.state) for item in listed(bucket.url)] == [
        (one.item.name, len(one.content), one.item.state) for one in came
    ]


@SAME_BUCKET
@given(objects=HOLDINGS, prefix=KEYS, page=st.integers(1, 3))
def test_a_prefix_means_an_object_and_what_lies_below_it(
    objects: dict[bytes, bytes], prefix: bytes, page: int, bucket: Bucket
) -> None:
    """As a path does: `photos` means neither `photos2` nor `photos.zip`."""
    bucket.objects, bucket.page = {**objects, prefix + b"/x": b"", prefix + b"2": b""}, page
    below = prefix if prefix.endswith(b"/") else prefix + b"/"
    wanted = [key for key in bucket.objects if key.startswith(below) or key == prefix]
    came = drained(f"{bucket.url}/{prefix.decode()}")
    assert [original(one.name) for one in came] == sorted(wanted)


@SAME_BUCKET
@given(objects=HOLDINGS, data=st.data())
def test_what_is_done_is_not_fetched(objects: dict[bytes, bytes], data: st.DataObject, bucket: Bucket) -> None:
    bucket.objects = objects
    done = {key for key in objects if data.draw(st.booleans())}
    fetched = []
    bucket.before = lambda asked: fetched.append(asked.path) if not bucket.lists(asked) else None
    came = drained(bucket.url, done=lambda item: original(item.name.removeprefix(f"{bucket.url}/")) in done)
    assert [original(one.name) for one in came] == sorted(set(objects) - done)
    assert len(fetched) == len(came)


@ONLY_S3
def test_a_key_that_is_not_utf_8_is_told_and_not_lost(bucket: Bucket) -> None:
    bucket.objects = {b"a": b"1", b"b\xff": b"2", b"c": b"3"}
    came = drained(bucket.url)
    assert [(one.name, one.content) for one in came] == [("a", b"1"), ("b\\xff", b""), ("c", b"3")]
    assert came[1].item.problem == "its key is no text, and nothing else can be asked for"


def test_an_empty_bucket_is_scanned_and_an_empty_prefix_is_refused(bucket: Bucket) -> None:
    assert drained(bucket.url) == []
    with pytest.raises(Refusal, match=rf"^{bucket.url}/phtos: there is nothing of this name"):
        Objects(f"{bucket.url}/phtos")


def test_the_state_of_an_object_is_its_etag_its_size_and_its_time(bucket: Bucket) -> None:
    bucket.objects = {b"a": b"one"}
    states = {listed(bucket.url)[0].state}
    bucket.objects = {b"a": b"two"}
    states.add(listed(bucket.url)[0].state)
    bucket.modified = "2026-11-02T03:04:06.000Z"
    (item,) = listed(bucket.url)
    assert item.modified == "2026-11-02T03:04:06Z"
    assert len(states | {item.state}) == 3
    assert item.state == listed(bucket.url)[0].state


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (403, "AccessDenied", "look at the credentials"),
        (403, "SignatureDoesNotMatch", "look at the credentials"),
        (400, "ExpiredToken", "look at the credentials"),
        (404, "NoSuchBucket", "there is no such bucket"),
        (503, "SlowDown", "it is too busy: try later"),
        (403, "AuthenticationFailed", "look at the credentials"),
        (403, "AuthorizationFailure", "look at the credentials"),
        (404, "ContainerNotFound", "there is no such container"),
        (503, "ServerBusy", "it is too busy: try later"),
    ],
)
def test_a_listing_that_is_refused_ends_the_scan_with_a_word(bucket: Bucket, status: int, code: str, says: str) -> None:
    bucket.objects, bucket.page = {b"a": b"", b"b": b"", b"c": b""}, 1
    bucket.before = lambda _: refusal(status, code)
    with pytest.raises(Refusal, match=rf"^the store does not take the request \({code}\); {says}") as refused:
        Objects(bucket.url)
    assert SECRET not in str(refused.value)
    bucket.before = lambda asked: refusal(status, code) if bucket.after(asked) == b"b".hex() else None
    with pytest.raises(Refusal, match=code):
        drained(bucket.url)
    with pytest.raises(Refusal, match=code):
        listed(bucket.url)


def test_a_store_that_lists_in_a_circle_ends_the_scan(bucket: Bucket) -> None:
    bucket.objects, bucket.page = {b"a": b"", b"b": b""}, 1
    bucket.before = lambda asked: bucket.from_the_start(asked) if bucket.lists(asked) else None
    with pytest.raises(Refusal, match="lists the same objects again and again"):
        drained(bucket.url)


def test_a_store_that_is_not_there_is_told(bucket: Bucket, monkeypatch: pytest.MonkeyPatch, free_port: int) -> None:
    monkeypatch.setenv(bucket.ENDPOINT, f"http://127.0.0.1:{free_port}")
    with pytest.raises(
        Refusal, match=r"^the store cannot be reached or understood \((EndpointConnection|NewConnection)Error\)$"
    ):
        Objects(bucket.url)


@pytest.mark.parametrize("body", [b"", b"<html>moved", "BARE", "LISTING", "NAMELESS"])
def test_an_answer_that_is_no_listing_ends_the_scan(bucket: Bucket, body: bytes | str) -> None:
    """An empty answer of a proxy would be an empty store otherwise, and nobody would know."""
    answers = {"BARE": bucket.BARE, "LISTING": bucket.LISTING % b"", "NAMELESS": bucket.LISTING % bucket.NAMELESS}
    said = body if isinstance(body, bytes) else answers[body]
    bucket.before = lambda _: Said(said)
    if body == "LISTING":
        assert listed(bucket.url) == []
        return
    with pytest.raises(
        Refusal, match=r"^the store (cannot be reached or understood|does not take the request \(500\))"
    ):
        listed(bucket.url)


@ONLY_S3
@pytest.mark.parametrize(
    ("name", "code"), [("AWS_ACCESS_KEY_ID", "InvalidAccessKeyId"), ("AWS_SECRET_ACCESS_KEY", "SignatureDoesNotMatch")]
)
def test_a_store_that_does_not_know_who_asks_is_told(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, name: str, code: str
) -> None:
    monkeypatch.setenv(name, "another")
    with pytest.raises(Refusal, match=rf"^the store does not take the request \({code}\); look at the credentials"):
        Objects(bucket.url)


@ONLY_S3
def test_without_credentials_nothing_is_asked(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    with pytest.raises(Refusal, match=r"^there are no credentials for the store; give them as"):
        Objects(bucket.url)


def test_an_endpoint_that_names_a_user_is_refused_and_not_repeated(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(bucket.ENDPOINT, "http://someone:hidden@127.0.0.1:9")
    with pytest.raises(Refusal) as refused:
        Objects(bucket.url)
    assert "hidden" not in str(refused.value)


@ONLY_S3
def test_a_store_of_others_is_asked_by_path_unless_it_is_said_otherwise(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bucket.objects = {b"a": b"1"}
    monkeypatch.setenv(bucket.ENDPOINT, os.environ[bucket.ENDPOINT].replace("127.0.0.1", "localhost"))
    assert [one.content for one in drained(bucket.url)] == [b"1"]
    (tmp_path / "config").write_text("[default]\ns3 =\n    addressing_style = virtual\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    with closing(OfLibrary(address_of(bucket.url))) as store:
        assert store._client.meta.config.s3["addressing_style"] == "virtual"


@ONLY_S3
def test_google_is_asked_for_content_as_it_is_stored(bucket: Bucket) -> None:
    """Its servers unpack what was stored as gzip, unless it is asked for; and they change that header on the way."""
    bucket.objects = {b"a": b"1"}
    seen = []
    bucket.before = lambda asked: seen.append(asked.headers)
    (came,) = drained("gs://uploads")
    assert came.item.name == "gs://uploads/a"
    assert all(headers["accept-encoding"] == "gzip" for headers in seen)
    assert not any("accept-encoding" in headers["authorization"] for headers in seen)
