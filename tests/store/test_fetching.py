"""What is read of an object is whole and of one state, or it is said why not; what breaks off is gone on with."""

from __future__ import annotations

import errno
import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.client.serving import Said
from tests.store.bucket import SECRET, etag, refusal
from tests.store.draining import Came, drained, settle

from vaern.scanning import Refusal
from vaern.store import ahead, client, fetching

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.client.serving import Asked
    from tests.store.bucket import Bucket

pytestmark = pytest.mark.once
SAME_BUCKET = settings(
    max_examples=settings().max_examples // 2, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def broken_off(bucket: Bucket, cuts: list[int]) -> Callable[[Asked], Said | None]:
    """Each answer to a request for an object ends after so many bytes, until there are no more of these."""

    def answer(asked: Asked) -> Said | None:
        if bucket.lists(asked) or not cuts:
            return None
        said = bucket._get(asked.path.rpartition("/")[2].encode(), asked)
        kept = cuts.pop(0)
        return said if kept >= len(said.body) else Said(said.body[:kept], said.status, said.headers, len(said.body))

    return answer


@SAME_BUCKET
@given(content=st.binary(min_size=1, max_size=60), cuts=st.lists(st.integers(0, 12), max_size=9))
def test_what_breaks_off_is_gone_on_with_where_it_was(content: bytes, cuts: list[int], bucket: Bucket) -> None:
    bucket.objects = {b"key": content}
    bucket.before = broken_off(bucket, list(cuts))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fetching, "_CHUNK", 1)
        (came,) = drained(bucket.url)
    row = longest = there = 0
    for cut in cuts:  # breaks in a row that brought nothing
        if cut >= len(content) - there:
            break
        there, row = there + cut, 1 if cut else row + 1
        longest = max(longest, row)
    if longest > 5:
        assert came.item.problem == "the store broke off while it was read"
    else:
        assert (came.content, came.item.problem, came.item.changed) == (content, "", False)


def test_what_breaks_off_is_asked_for_from_there_and_only_as_it_was(bucket: Bucket) -> None:
    bucket.objects = {b"key": b"0123456789"}
    asked_for = []
    cut = broken_off(bucket, [4, 3])

    def note(asked: Asked) -> Said | None:
        if not bucket.lists(asked):
            asked_for.append((asked.headers.get("range"), asked.headers.get("if-match")))
        return cut(asked)

    bucket.before = note
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fetching, "_CHUNK", 1)
        (came,) = drained(bucket.url)
    assert came.content == b"0123456789"
    tag = etag(b"0123456789")
    assert asked_for == [(None, tag), ("bytes=4-", tag), ("bytes=7-", tag)]


def changing(bucket: Bucket, contents: list[bytes], cut: int) -> Callable[[Asked], Said | None]:
    """Before each request for an object it becomes the next of these; each answer but the last breaks off."""

    def answer(asked: Asked) -> Said | None:
        if bucket.lists(asked) or not contents:
            return None
        bucket.objects[b"key"] = contents.pop(0)
        said = bucket._get(b"key", asked)
        if said.status == 412 or not contents or cut >= len(said.body):
            return said
        return Said(said.body[:cut], said.status, said.headers, len(said.body))

    return answer


@SAME_BUCKET
@given(states=st.lists(st.binary(min_size=1, max_size=8), min_size=1, max_size=9), cut=st.integers(0, 8))
def test_what_is_read_is_of_one_state_that_the_object_had(states: list[bytes], cut: int, bucket: Bucket) -> None:
    bucket.objects = {b"key": b"as it was listed"}
    bucket.before = changing(bucket, list(states), cut)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fetching, "_CHUNK", 1)
        (came,) = drained(bucket.url)
    if came.item.problem:
        assert came.item.problem in {
            "it was changed again and again while it was read",
            "the store broke off while it was read",
        }
    else:
        assert came.content in states
        assert came.item.size == len(came.content)
        assert came.item.changed == (came.content != b"as it was listed")


def test_an_object_that_changed_after_it_was_listed_is_read_as_it_is_and_marked(bucket: Bucket) -> None:
    bucket.objects = {b"key": b"old"}
    bucket.before = changing(bucket, [b"newer", b"newer"], 9)
    (came,) = drained(bucket.url)
    assert (came.content, came.item.size, came.item.changed, came.item.problem) == (b"newer", 5, True, "")


def test_an_object_that_never_stays_the_same_is_given_up(bucket: Bucket) -> None:
    bucket.objects = {b"key": b"old"}
    bucket.before = changing(bucket, [b"%d" % number for number in range(20)], 0)
    (came,) = drained(bucket.url)
    assert came.item.problem == "it was changed again and again while it was read"


@pytest.mark.parametrize(
    ("said", "says"),
    [
        (refusal(404, "NoSuchKey"), "it vanished during the scan"),
        (refusal(403, "AccessDenied"), "the store refuses to give it (AccessDenied)"),
        (refusal(403, "InvalidObjectState"), "the store has it in an archive, and has to restore it first"),
        (
            refusal(403, "AuthorizationPermissionMismatch"),
            "the store refuses to give it (AuthorizationPermissionMismatch)",
        ),
        (refusal(409, "BlobArchived"), "the store has it in an archive, and has to restore it first"),
        (refusal(503, "SlowDown"), "the store was too busy to give it (SlowDown)"),
        (refusal(503, "ServerBusy"), "the store was too busy to give it (ServerBusy)"),
        (refusal(500, "InternalError"), "the store was too busy to give it (InternalError)"),
        (refusal(409, f"what {SECRET} is"), "the store answered with an error (409)"),
        (refusal(416, "InvalidRange"), "the store answered with an error (InvalidRange)"),
        (Said(b"", 403), "the store refuses to give it (403)"),
        (Said(b"<html>", 502), "the store was too busy to give it (502)"),
    ],
)
def test_what_one_object_cannot_be_read_for_is_said_of_it_alone(bucket: Bucket, said: Said, says: str) -> None:
    bucket.objects = {b"a": b"1", b"b": b"2", b"c": b"3"}
    bucket.before = lambda asked: said if asked.path.endswith("/b") else None
    came = drained(bucket.url)
    assert [(one.name, one.content, one.item.problem) for one in came] == [
        ("a", b"1", ""),
        ("b", b"", says),
        ("c", b"3", ""),
    ]


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidAccessKeyId", "AccountIsDisabled", "ContainerNotFound"])
def test_what_no_object_can_be_read_for_ends_the_scan_after_what_is_here(bucket: Bucket, code: str) -> None:
    bucket.objects = {b"%02d" % number: b"%d" % number for number in range(30)}
    bucket.before = lambda asked: refusal(403, code) if asked.path.endswith("/20") else None
    came: list[Came] = []
    with pytest.raises(Refusal, match=rf"^the store does not take the request \({code}\)") as refused:
        drained(bucket.url, into=came)
    assert [one.content for one in came] == [b"%d" % number for number in range(len(came))]
    assert len(came) <= 20
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(("most", "tries"), [("1", 1), ("2", 2)])
def test_a_store_that_is_too_busy_is_asked_again(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, most: str, tries: int
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", most)
    monkeypatch.setattr("vaern.store.azure.ATTEMPTS", int(most))
    bucket.objects = {b"a": b"1"}
    answers = [refusal(503, "SlowDown")]
    bucket.before = lambda asked: None if bucket.lists(asked) or not answers else answers.pop()
    (came,) = drained(bucket.url)
    assert came.content == (b"1" if tries > 1 else b"")


def test_a_store_that_is_too_busy_for_one_after_the_other_ends_the_scan(bucket: Bucket) -> None:
    bucket.objects = {b"%03d" % number: b"" for number in range(100)}
    bucket.before = lambda asked: None if bucket.lists(asked) else refusal(503, "SlowDown")
    came: list[Came] = []
    with pytest.raises(Refusal, match="had no time for 20 objects in a row: it is too busy"):
        drained(bucket.url, into=came)
    assert len(came) <= 20 + client.CONNECTIONS


@SAME_BUCKET
@given(sizes=st.lists(st.integers(0, 9), max_size=12), bound=st.integers(0, 6), scratch=st.booleans())
def test_a_large_object_lies_in_a_file_without_a_name(
    sizes: list[int], bound: int, scratch: bool, bucket: Bucket, tmp_path: Path
) -> None:
    bucket.objects = {b"%02d" % number: os.urandom(size) for number, size in enumerate(sizes)}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fetching, "IN_MEMORY", bound)
        patched.setattr(fetching.tempfile, "tempdir", str(tmp_path / "none"))
        came = drained(bucket.url, scratch=tmp_path if scratch else None)
    if scratch:
        assert [one.content for one in came] == list(bucket.objects.values())
    else:
        there = [content if len(content) <= bound else b"" for content in bucket.objects.values()]
        assert [one.content for one in came] == there
        assert {one.item.problem for one in came} <= {"", "no such file or directory"}
    assert list(tmp_path.iterdir()) == []


def test_what_is_held_cannot_be_written_any_more(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker is given a descriptor of it."""
    monkeypatch.setattr(fetching, "IN_MEMORY", 4)
    bucket.objects = {b"a": b"1234", b"b": b"12345"}
    opened = []
    drained(bucket.url, scratch=tmp_path, read=lambda item: opened.append(item.open()) or b"")
    for descriptor in opened:
        with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
            os.write(descriptor, b"x")
        os.lseek(descriptor, 0, os.SEEK_SET)
    assert fcntl.fcntl(opened[0], fcntl.F_GET_SEALS) == fetching._SEALS
    for descriptor in opened:
        os.close(descriptor)


def test_without_room_an_object_is_not_fetched(bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "IN_MEMORY", 4)
    bucket.objects = {b"a": b"12345"}
    (came,) = drained(bucket.url, scratch=tmp_path)
    assert came.content == b"12345"
    monkeypatch.setattr(fetching.os, "fstatvfs", lambda _: os.statvfs_result((1, 1, 9, 9, 4, 0, 0, 0, 0, 255)))
    (came,) = drained(bucket.url, scratch=tmp_path)
    assert came.item.problem == "there is no room for it in the scratch folder"


def test_only_so_much_is_fetched_ahead(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the workers are: bytes that are here and not yet asked for stay below the bound."""
    monkeypatch.setattr(ahead, "AHEAD_BYTES", 10)
    bucket.objects = {b"%03d" % number: b"1234" for number in range(40)} | {b"500": b"x" * 50}
    requests = []
    bucket.before = lambda asked: requests.append(asked.path) if not bucket.lists(asked) else None
    waiting = []

    def look(item: object) -> bytes:
        waiting.append(len(requests) - len(waiting) - 1)
        return b""

    assert len(drained(bucket.url, read=look)) == 41
    assert max(waiting) <= 3


def test_nothing_stays_open(bucket: Bucket) -> None:
    """Whether all was read, the store refused in the middle, or nobody wanted more."""
    bucket.objects = {b"%02d" % number: b"x" for number in range(40)}
    drained(bucket.url)
    before = held()
    drained(bucket.url)
    bucket.before = lambda asked: refusal(400, "ExpiredToken") if asked.path.endswith("/30") else None
    with pytest.raises(Refusal):
        drained(bucket.url)
    bucket.before = lambda _: None
    with pytest.raises(ZeroDivisionError):
        drained(bucket.url, read=lambda _: b"%d" % (1 // 0))
    assert held() <= before


def held() -> set[str]:
    """Objects that are held in memory by this process, once all that fetched has ended."""
    settle()
    found = set()
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # of the server, which closes its connections meanwhile
            found |= {str(link)} if "memfd:object" in str(link.readlink()) else set()
    return found
