"""`s3rver` speaks S3, Azurite as Azure's blobs, and we wrote neither: each is scanned as a folder of the same files."""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from email.utils import formatdate
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlencode

import pytest
import urllib3
from botocore.session import Session
from tests.cluster.conftest import scanned
from tests.cluster.test_scans import lines, machines
from tests.conftest import ROOT, missing
from tests.scanning.conftest import NO_LISTS, QUICK
from tests.scanning.trees import encoded, picture, zipped
from tests.store.bucket import SECRET, azure_environment, environment
from tests.store.draining import drained, listed
from tests.store.test_scans import essences

from vaern.cluster.folder import Folder
from vaern.scanning import Refusal, scan
from vaern.scanning.names import printable
from vaern.store.account import Request, account_of
from vaern.store.azure import VERSION
from vaern.store.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FOREIGN = ROOT / ".conformance"
S3RVER = FOREIGN / "s3rver" / "node_modules" / "s3rver" / "bin" / "s3rver.js"
AZURITE = FOREIGN / "azurite" / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
BUCKET, ACCOUNT = "uploads", "alliance"
pytestmark = pytest.mark.once
ONLY_AZURITE = pytest.mark.parametrize("store", ["azurite"], indirect=True)


class Foreign(NamedTuple):
    """A store that runs, to which the environment leads.

    Attributes:
        url: the address of all that it holds.
        put: puts an object there.
        key: the variable that says who asks.
        refuses: what it says to others.
    """

    url: str
    put: Callable[[str, bytes], object]
    key: str
    refuses: str


@contextmanager
def running(program: Path, folder: Path, words: list[str], **more: str) -> Iterator[None]:
    """A program of Node that keeps what it holds in a folder, from when it says that it listens."""
    node = shutil.which("node")
    if not node or not program.is_file():
        missing(f"{program.name} of {program.relative_to(FOREIGN).parts[0]} is not installed (make conformance-setup)")
    with subprocess.Popen(
        [node, str(program), *words], cwd=folder, env={**os.environ, **more}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            assert any("listen" in line for line in process.stdout)
            yield
        finally:
            process.terminate()


@contextmanager
def s3rver(folder: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Foreign]:
    """It looks at the name of a key alone: signatures of version 4 it does not compare."""
    words = ["--directory", str(folder), "--address", "127.0.0.1", "--port", str(port), "--silent"]
    for name, value in {**environment(f"http://127.0.0.1:{port}"), "AWS_ACCESS_KEY_ID": "S3RVER"}.items():
        monkeypatch.setenv(name, value)
    old_ciphers = "--openssl-legacy-provider"  # under the tokens of its listings
    with (
        running(S3RVER, folder, [*words, "--configure-bucket", BUCKET], NODE_OPTIONS=old_ciphers),
        closing(Session().create_client("s3")) as client,
    ):

        def put(key: str, content: bytes) -> None:
            client.put_object(Bucket=BUCKET, Key=key, Body=content)

        yield Foreign(f"s3://{BUCKET}", put, "AWS_ACCESS_KEY_ID", "InvalidAccessKeyId")


@contextmanager
def azurite(folder: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Foreign]:
    """It compares each signature."""
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    for name, value in {**azure_environment(endpoint), "AZURE_STORAGE_ACCOUNT": ACCOUNT}.items():
        monkeypatch.setenv(name, value)
    words = ["--inMemoryPersistence", "--disableTelemetry", "--silent", "--blobPort", str(port)]
    accounts = f"{ACCOUNT}:{SECRET}"
    with (
        running(AZURITE, folder, words, AZURITE_ACCOUNTS=accounts),
        urllib3.HTTPConnectionPool("127.0.0.1", port, maxsize=8) as pool,
    ):

        def send(path: str, body: bytes, query: dict[str, str], **headers: str) -> None:
            length = {"Content-Length": str(len(body))} if body else {}
            own = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": VERSION}
            request = Request("PUT", f"/{ACCOUNT}/{BUCKET}{path}", query, {**headers, **own, **length})
            target = request.path + (f"?{urlencode(query)}" if query else "")
            signed = account_of().proof.added(request).headers
            answer = pool.urlopen("PUT", target, body, signed, retries=False)
            assert answer.status == 201, answer.data

        def put(key: str, content: bytes) -> None:
            send(f"/{quote(key)}", content, {}, **{"x-ms-blob-type": "BlockBlob"})

        send("", b"", {"restype": "container"})
        yield Foreign(f"az://{BUCKET}", put, "AZURE_STORAGE_KEY", "AuthorizationFailure")


@pytest.fixture(params=["s3rver", "azurite"])
def store(
    request: pytest.FixtureRequest, tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Foreign]:
    """A store that runs."""
    (tmp_path / "data").mkdir()
    with {"s3rver": s3rver, "azurite": azurite}[request.param](tmp_path / "data", free_port, monkeypatch) as made:
        yield made


def test_a_tree_in_it_is_scanned_as_the_same_tree_in_a_folder(store: Foreign, tmp_path: Path) -> None:
    tree = {
        "photos/1.png": encoded(picture(1)),
        "photos/æ ø/b+c %.jpg": encoded(picture(2), "JPEG"),
        "photos/box.zip": zipped({"a.png": encoded(picture(3)), "inner.zip": zipped({"x": b"deep"})}),
        "photos/large": os.urandom(17 << 20),
        "photos/nothing": b"",
        "photos2/not meant": b"outside",
    }
    for key, content in tree.items():
        store.put(key, content)
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(content)
    with closing(Objects(f"{store.url}/photos", tmp_path)) as objects:
        summary = scan(objects, NO_LISTS, tmp_path / "store", QUICK)
    scan([tmp_path / "photos"], NO_LISTS, tmp_path / "folder", QUICK)
    ours = essences(tmp_path / "store", f"{store.url}/")
    theirs = essences(tmp_path / "folder", f"{tmp_path}/")
    assert sorted(ours, key=lambda one: one.media.name) == sorted(theirs, key=lambda one: one.media.name)
    assert summary.finished
    assert summary.files == 5
    (tmp_path / "place").mkdir()
    place = Folder(tmp_path / "place")
    with machines(place, 2), closing(Objects(f"{store.url}/photos", tmp_path)) as objects:
        scanned(tmp_path / "cluster", objects, place)
    assert sorted(lines(tmp_path / "cluster")) == sorted(lines(tmp_path / "store"))


def test_a_listing_of_more_than_one_page_is_whole(store: Foreign) -> None:
    keys = [f"{number:04}/é {number}" for number in range(1003)]
    with ThreadPoolExecutor(8) as putting:
        list(putting.map(lambda key: store.put(key, key.encode()), keys))
    assert sorted(item.name for item in listed(store.url)) == sorted(f"{store.url}/{printable(key)}" for key in keys)
    came = drained(f"{store.url}/0500")
    assert [(one.name, one.content) for one in came] == [("0500/é 500", "0500/é 500".encode())]


def test_what_it_refuses_is_told(store: Foreign, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refusal, match=r"\((NoSuchBucket|ContainerNotFound)\); there is no such (bucket|container)"):
        Objects(store.url.replace(BUCKET, "nowhere"))
    monkeypatch.setenv(store.key, "SOMEBODY")
    with pytest.raises(Refusal, match=rf"\({store.refuses}\); look at the credentials"):
        Objects(store.url)


@ONLY_AZURITE
def test_a_name_of_a_blob_is_kept_to_the_byte(store: Foreign) -> None:
    """All that Azure takes; a backslash is a slash to it, and controls it refuses."""
    keys = ["a b", "a%20b", "a%2fb", "æ/ø", "a#b?c", "dir/", "dir", "a//b", "/first", "../x", "a/../b", "a/./b", "a."]
    keys += ["+", "a&amp;<b>", "\u202e", "~", "q\"'", "e\u0301", "\u00e9", "😀", "x\ny"]
    for key in keys:
        store.put(key, key.encode())
    store.put("back\\slash", b"back/slash")
    came = {one.name: one.content for one in drained(store.url)}
    assert came == {printable(key): key.encode() for key in [*keys, "back/slash"]}
    assert [one.content for one in drained(f"{store.url}/dir")] == [b"dir", b"dir/"]
    assert [one.content for one in drained(f"{store.url}//first")] == [b"/first"]


@ONLY_AZURITE
def test_an_object_that_changed_after_it_was_listed_is_marked(store: Foreign) -> None:
    """Its ETag is compared by Azurite itself."""
    store.put("a", b"old")
    changed: list[bool] = []

    def change(_: object) -> bool:
        """Asked of each object as it is listed, before it is fetched."""
        if not changed:
            changed.append(True)
            store.put("a", b"newer")
        return False

    (came,) = drained(store.url, done=change)
    assert (came.content, came.item.changed) == (b"newer", True)
