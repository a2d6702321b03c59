"""`vaern scan s3://…` and `az://…` as a user meets them."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.store.bucket import KEY, SECRET, TOKEN, refusal

if TYPE_CHECKING:
    from tests.client.serving import Asked
    from tests.store.bucket import Bucket

pytestmark = pytest.mark.once
COMMAND = "from vaern.cli.main import main; main()"
WITHOUT = f"import sys; sys.modules['botocore'] = sys.modules['urllib3'] = None; {COMMAND}"
"""As where the extra is not installed."""


@pytest.fixture
def known(tmp_path: Path) -> Path:
    """A list with the SHA-256 of `abc`."""
    source = tmp_path / "known.csv"
    source.write_text("id,sha256\nK1,ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n")
    built = vaern("lists", "build", tmp_path / "known", "--from", source, "--release", "1")
    assert built.returncode == 0, built.stderr
    return tmp_path / "known"


def vaern(*words: object, program: str = COMMAND) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, words)], capture_output=True, text=True, check=False, timeout=300
    )


def test_a_store_is_scanned_and_gone_on_with(bucket: Bucket, known: Path, tmp_path: Path) -> None:
    bucket.objects = {b"in/a b.txt": b"abc", b"in/c": b"other", b"out": b"abc"}
    words = ("scan", f"{bucket.url}/in", "--list", known, "--out", tmp_path / "R", "--scratch", tmp_path)
    bucket.before = lambda asked: refusal(400, "ExpiredToken") if asked.path.endswith("/c") else None
    stopped = vaern(*words)
    assert stopped.returncode == 2
    assert stopped.stderr.endswith(
        "Error: the store does not take the request (ExpiredToken); look at the credentials, the region and the "
        "rights, then go on with --resume; the report has what was done until then\n"
    )
    bucket.before = lambda _: None
    done = vaern(*words, "--resume")
    assert done.returncode == 3, done.stderr
    assert "2 files, 8 B" in done.stdout
    assert f'"{bucket.url}/in/a b.txt"' in (tmp_path / "R" / "findings.jsonl").read_text()
    texts = [stopped.stdout, stopped.stderr, done.stdout, done.stderr]
    texts += [path.read_text() for path in (tmp_path / "R").iterdir()]
    assert not [text for text in texts if KEY in text or SECRET in text or TOKEN in text]


def test_workers_are_given_no_credentials(bucket: Bucket, known: Path, tmp_path: Path) -> None:
    """What the parent knows from its environment is in that of no process that it starts."""
    bucket.objects = {b"a": b"abc"}
    environments = []

    def look(asked: Asked) -> None:
        """The process that forks workers is there before anything is fetched."""
        for process in Path("/proc").glob("[0-9]*") if asked.path.endswith("/a") else ():
            with suppress(OSError):  # it has ended
                if b"vaern.scanning.worker" in (process / "cmdline").read_bytes():
                    environments.append((process / "environ").read_bytes())

    bucket.before = look
    assert vaern("scan", bucket.url, "--list", known, "--out", tmp_path / "R").returncode == 3
    assert environments
    assert not [one for one in environments if SECRET.encode() in one or TOKEN.encode() in one]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["abfs://container/x"], "Error: abfs://: no store that is read here; name s3://bucket/prefix, gs://bucket"),
        (["az://AKID:hidden@uploads/x"], "Error: az://: what follows is no name of a container"),
        (["s3://AKID:hidden@uploads/x"], "Error: s3://: what follows is no name of a bucket"),
        (["URL/none"], "Error: URL/none: there is nothing of this name, and nothing below it"),
        (["OTHER"], "Error: the store does not take the request (MISSING); there is no such "),
        (["URL", "URL/x"], "Error: a scan is of folders and files, or of one prefix of one store"),
        (["URL", "."], "Error: a scan is of folders and files, or of one prefix of one store"),
        ([".", "--scratch", "."], "Error: --scratch is for stores: folders and files are read in place"),
        (["URL", "--scratch", "./none"], "Error: none: no folder; name one that exists for large objects"),
    ],
)
def test_what_cannot_be_scanned_is_told_and_nothing_is_left(
    bucket: Bucket, known: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    bucket.objects = {b"x": b"abc"}
    meant = {"URL": bucket.url, "OTHER": f"{bucket.SCHEME}://other", "MISSING": bucket.MISSING}
    for name, value in meant.items():
        words, says = [word.replace(name, value) for word in words], says.replace(name, value)
    done = vaern("scan", *words, "--list", known, "--out", tmp_path / "R")
    assert done.returncode == 2
    assert says in done.stderr
    assert "hidden" not in done.stderr
    assert not (tmp_path / "R").exists()


@pytest.mark.parametrize("address", ["s3://uploads", "az://uploads"])
def test_without_the_extra_it_is_told_what_to_install(address: str, known: Path, tmp_path: Path) -> None:
    done = vaern("scan", address, "--list", known, "--out", tmp_path / "R", program=WITHOUT)
    assert done.returncode == 2
    assert done.stderr == (
        "Error: scanning a store needs the extra `store`, which is not installed; "
        "install it by: pip install 'vaern[store]'\n"
    )
    done = vaern("scan", tmp_path / "known.csv", "--list", known, "--out", tmp_path / "R", program=WITHOUT)
    assert done.returncode == 0, "folders need no store"


def test_nothing_of_a_store_is_loaded_for_folders(known: Path, tmp_path: Path) -> None:
    program = f"import sys, atexit; atexit.register(lambda: print(*sorted(sys.modules))); {COMMAND}"
    done = vaern("scan", tmp_path / "known.csv", "--list", known, "--out", tmp_path / "R", program=program)
    loaded = done.stdout.splitlines()[-1].split()
    assert "vaern.scanning.pipeline" in loaded
    assert not {"botocore", "urllib3", "vaern.store.client", "vaern.store.azure", "vaern.store.s3"} & set(loaded)
