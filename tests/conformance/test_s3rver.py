"""`s3rver`, a store that speaks S3 and that we did not write, is listed and scanned as a folder of the same files."""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from botocore.session import Session
from tests.cluster.conftest import scanned
from tests.cluster.test_scans import lines, machines
from tests.conftest import ROOT, missing
from tests.scanning.conftest import NO_LISTS, QUICK
from tests.scanning.trees import encoded, picture, zipped
from tests.store.conftest import environment
from tests.store.draining import drained, listed
from tests.store.test_scans import essences

from vaern.cluster.folder import Folder
from vaern.scanning import Refusal, scan
from vaern.scanning.names import printable
from vaern.store.objects import Objects

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = ROOT / ".conformance" / "s3rver" / "node_modules" / "s3rver" / "bin" / "s3rver.js"
BUCKET = "uploads"
pytestmark = pytest.mark.once


@pytest.fixture
def client(tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A client of a store that runs, to put things there; the environment leads to it."""
    node = shutil.which("node")
    if not node or not PROGRAM.is_file():
        missing("s3rver is not installed (make conformance-setup brings it where npm is)")
    (tmp_path / "data").mkdir()
    words = ["--directory", str(tmp_path / "data"), "--address", "127.0.0.1", "--port", str(free_port), "--silent"]
    for name, value in {**environment(f"http://127.0.0.1:{free_port}"), "AWS_ACCESS_KEY_ID": "S3RVER"}.items():
        monkeypatch.setenv(name, value)
    old_ciphers = {**os.environ, "NODE_OPTIONS": "--openssl-legacy-provider"}  # under the tokens of its listings
    with subprocess.Popen(
        [node, str(PROGRAM), *words, "--configure-bucket", BUCKET],
        env=old_ciphers,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            assert running.stdout
            for line in running.stdout:
                if "listening" in line:
                    break
            with closing(Session().create_client("s3")) as made:
                yield made
        finally:
            running.terminate()


def test_a_tree_in_it_is_scanned_as_the_same_tree_in_a_folder(client: Any, tmp_path: Path) -> None:
    tree = {
        "photos/1.png": encoded(picture(1)),
        "photos/æ ø/b+c %.jpg": encoded(picture(2), "JPEG"),
        "photos/box.zip": zipped({"a.png": encoded(picture(3)), "inner.zip": zipped({"x": b"deep"})}),
        "photos/large": os.urandom(17 << 20),
        "photos/nothing": b"",
        "photos2/not meant": b"outside",
    }
    for key, content in tree.items():
        client.put_object(Bucket=BUCKET, Key=key, Body=content)
        (tmp_path / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / key).write_bytes(content)
    with closing(Objects(f"s3://{BUCKET}/photos", tmp_path)) as objects:
        summary = scan(objects, NO_LISTS, tmp_path / "store", QUICK)
    scan([tmp_path / "photos"], NO_LISTS, tmp_path / "folder", QUICK)
    ours = essences(tmp_path / "store", f"s3://{BUCKET}/")
    theirs = essences(tmp_path / "folder", f"{tmp_path}/")
    assert sorted(ours, key=lambda one: one.media.name) == sorted(theirs, key=lambda one: one.media.name)
    assert summary.finished
    assert summary.files == 5
    (tmp_path / "place").mkdir()
    place = Folder(tmp_path / "place")
    with machines(place, 2), closing(Objects(f"s3://{BUCKET}/photos", tmp_path)) as objects:
        scanned(tmp_path / "cluster", objects, place)
    assert sorted(lines(tmp_path / "cluster")) == sorted(lines(tmp_path / "store"))


def test_a_listing_of_more_than_one_page_is_whole(client: Any) -> None:
    keys = [f"{number:04}/é {number}" for number in range(1003)]
    with ThreadPoolExecutor(8) as putting:
        list(putting.map(lambda key: client.put_object(Bucket=BUCKET, Key=key, Body=key.encode()), keys))
    assert sorted(item.name for item in listed()) == sorted(f"s3://{BUCKET}/{printable(key)}" for key in keys)
    came = drained(f"s3://{BUCKET}/0500")
    assert [(one.name, one.content) for one in came] == [("0500/é 500", "0500/é 500".encode())]


def test_what_it_refuses_is_told(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It looks at the name of a key alone: signatures of version 4 it does not compare."""
    with pytest.raises(Refusal, match=r"\(NoSuchBucket\); there is no such bucket"):
        Objects("s3://nowhere")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "SOMEBODY")
    with pytest.raises(Refusal, match=r"\(InvalidAccessKeyId\); look at the credentials"):
        Objects(f"s3://{BUCKET}")
