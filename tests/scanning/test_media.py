"""Other people's files: the malformed corpora, and real photographs and videos. `make media` fetches them."""

from __future__ import annotations

import os

import pytest
from msgspec.structs import replace
from tests.scanning.conftest import QUICK

from vaern.hashing import HashOptions, hash_file
from vaern.records import DIGEST_KINDS
from vaern.scanning import ScanOptions
from vaern.scanning.names import original

pytestmark = pytest.mark.slow


def test_every_malformed_file_gets_a_typed_verdict_and_none_costs_the_run(media, scanned):
    folder = media / "malformed"
    if not folder.is_dir():
        pytest.skip(f"no malformed files at {folder}: run `make media`")
    files = {path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}
    assert len(files) > 1000
    found, summary = scanned(folder, options=ScanOptions(orientations=1, cpu_seconds=30.0, wall_seconds=300.0))
    assert summary.finished
    assert {original(name) for name, finding in found.items() if not finding.media.archive} == {
        os.fsencode(path) for path in files
    }
    for name, finding in found.items():
        assert finding.verdict in ("new", "unreadable", "unopened", "not media"), name
        assert (finding.verdict == "unreadable") == bool(finding.media.unreadable), name
        assert finding.reason, name
        if not finding.media.archive:  # a member can be encrypted; bytes on disk always have digests
            assert {signal.kind for signal in finding.media.signals} >= set(DIGEST_KINDS), name
    # A file that asks for what the sandbox refuses would be named so: nothing may be loaded after the lock.
    causes = {finding.media.unreadable for finding in found.values()}
    assert not [cause for cause in causes if "not permitted" in cause or "not open" in cause]


@pytest.mark.parametrize(("kind", "step"), [("photos", 4), ("video", 1)])
def test_media_hash_in_the_sandbox_as_outside(media, scanned, kind, step):
    folder = media / kind
    if not folder.is_dir():
        pytest.skip(f"no {kind} at {folder}: run `make media`")
    files = sorted(path for path in folder.rglob("*") if path.is_file())[::step]
    options = replace(QUICK, archives=False, video_interval=5.0)
    found, _ = scanned(*files, options=options)
    assert len(found) == len(files)
    for path in files:
        alone = hash_file(path, HashOptions(orientations=1, frames=options.frames, video_interval=5.0))
        seen = found[str(path)].media
        # Of damaged frames FFmpeg with threads makes now this, now that; the number of signals stays.
        whole = not any(note.startswith("damaged") for note in alone.notes)
        assert seen.signals == alone.signals if whole else len(seen.signals) == len(alone.signals), path
        assert (seen.unreadable, seen.notes) == (alone.unreadable, alone.notes), path
