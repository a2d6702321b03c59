"""`hash_file` and `hash_stream`: what they promise whatever the content."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hashing.pictures import encoded, landscape

from vaern.hashing import (
    FRAME,
    HashOptions,
    decoder_versions,
    files,
    hash_file,
    hash_stream,
    pack_frames,
    unpack_frames,
)
from vaern.hashing.content import STILL_FORMATS, recognise
from vaern.hashing.decoding import perceive
from vaern.records import DIGEST_KINDS, Media


@pytest.fixture(scope="module")
def samples():
    small = landscape(120, 90)
    plugins = (
        "JPEG",
        "PNG",
        "GIF",
        "WEBP",
        "BMP",
        "TIFF",
        "AVIF",
        "JPEG2000",
        "ICO",
        "QOI",
        "DDS",
        "PPM",
        "SGI",
        "PCX",
    )
    return [encoded(small, plugin) for plugin in plugins]


@given(st.data())
def test_damaged_pictures_never_raise_and_keep_their_digests(samples, data):
    content = bytearray(data.draw(st.sampled_from(samples)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content) - 1))
        patch = data.draw(st.binary(min_size=1, max_size=8))
        content[at : at + len(patch)] = patch
    content = bytes(content[: data.draw(st.integers(0, len(content)))])
    media = hash_stream(io.BytesIO(content), "x", len(content), options=HashOptions(frames=3, max_pixels=1_000_000))
    assert [s.value for s in media.signals[:3]] == [hashlib.new(kind, content).digest() for kind in DIGEST_KINDS]
    assert all(len(s.value) == 32 for s in media.signals[3:])
    assert not (media.unreadable and len(media.signals) > 3)
    assert msgspec.json.decode(msgspec.json.encode(media), type=Media) == media


@given(st.sampled_from(sorted(STILL_FORMATS)), st.binary(max_size=2000))
def test_any_bytes_to_any_decoder(mime, content):
    perceive(content, mime, HashOptions(max_pixels=1_000_000))


@given(st.binary(max_size=400))
def test_any_bytes_have_a_type(head):
    assert "/" in recognise(head)


@settings(max_examples=10)
@given(st.binary(max_size=3000))
def test_any_bytes_as_video(content):
    perceive(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + content, "video/mp4", HashOptions())


def test_name_size_time_and_type(tmp_path):
    path = tmp_path / "a photograph.dat"
    path.write_bytes(encoded(landscape(100, 80), "JPEG"))
    os.utime(path, (0, 86_400.5))
    media = hash_file(path)
    assert media.name == str(path)
    assert media.size == path.stat().st_size
    assert media.modified == "1970-01-02T00:00:00Z"
    assert media.mime == "image/jpeg"
    assert hash_file(str(path)) == media


def test_a_missing_file_is_the_callers(tmp_path):
    with pytest.raises(FileNotFoundError):
        hash_file(tmp_path / "none")


def test_only_digests_when_nothing_else_is_asked():
    content = encoded(landscape(100, 80), "JPEG")
    media = hash_stream(io.BytesIO(content), "x", len(content), options=HashOptions(perceptual=False))
    assert len(media.signals) == 3
    assert media.mime == "image/jpeg"


@pytest.mark.parametrize("plugin", ["JPEG", "PNG"])
def test_large_files_are_streamed_to_the_same_result(plugin, monkeypatch):
    content = encoded(landscape(300, 200), plugin)
    whole = hash_stream(io.BytesIO(content), "x", len(content))
    monkeypatch.setattr(files, "WHOLE_BELOW", 100)
    assert hash_stream(io.BytesIO(content), "x", len(content)) == whole


def test_the_size_is_what_was_read():
    assert hash_stream(io.BytesIO(b"grown meanwhile"), "x", 3).size == 15


def test_packed_frames_come_back():
    frames = np.zeros(3, FRAME)
    frames["pdq"], frames["quality"], frames["seconds"] = 7, (1, 50, 100), (0.0, 1.0, 2.5)
    value = pack_frames(frames)
    assert len(value) == 120
    assert value[32:40] == (1).to_bytes(4, "little") + bytes(4)
    assert (unpack_frames(value) == frames).all()
    with pytest.raises(ValueError, match="no whole number of frames"):
        unpack_frames(value[:-1])
    with pytest.raises(ValueError, match="frames are an array"):
        pack_frames(np.zeros(3))


def test_versions_name_every_decoder():
    versions = decoder_versions()
    assert {
        "pillow",
        "simplejpeg",
        "pillow-heif",
        "pillow-jxl-plugin",
        "av",
        "numpy",
        "libavcodec",
        "libheif",
        "pillow/libjpeg_turbo",
    } <= set(versions)
    assert all(isinstance(value, str) and value for value in versions.values())


@pytest.mark.once
def test_the_loops_need_no_place_to_write_to(tmp_path):
    """A container, a service, another user: the libraries lie with the package, and nothing is made at a first run."""
    package = Path(files.__file__).parents[1]
    copy = tmp_path / "vaern"
    subprocess.run(["cp", "-r", "--no-preserve=all", str(package), str(copy)], check=True)
    subprocess.run(["find", str(copy), "-name", "__pycache__", "-exec", "rm", "-r", "{}", "+"], check=True)
    for folder in (copy, *(path for path in copy.rglob("*") if path.is_dir())):
        folder.chmod(0o555)
    code = """if True:
        import numpy, vaern
        from vaern.hashing import hash_pixels
        print(vaern.__file__, hash_pixels(numpy.eye(70, dtype="u1") * 255))
    """
    nowhere = {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null", "PYTHONDONTWRITEBYTECODE": "1"}
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), **nowhere}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert str(copy) in done.stdout


def test_decoders_print_nothing(capfd):
    """libtiff would complain on file descriptor 2, FFmpeg on its log, Pillow by warnings."""
    tiff = bytearray(encoded(landscape(64, 64), "TIFF", compression="tiff_deflate"))
    tiff[200:260] = bytes(60)
    for content in (
        bytes(tiff),
        b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0\0\0\x08moov" * 20,
        b"\x89PNG\r\n\x1a\n" + bytes(99),
    ):
        hash_stream(io.BytesIO(content), "x", len(content))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "wrong", [{"frames": 0}, {"max_pixels": 0}, {"video_interval": 0.0}, {"video_interval": float("nan")}]
)
def test_options_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        HashOptions(**wrong)


@pytest.mark.parametrize("seconds", [0, -(2**33), 2**40])
def test_a_time_that_no_calendar_has_costs_nothing(seconds):
    # Not every file system keeps such times; the one in memory does.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.NamedTemporaryFile(dir=memory) as file:
        os.utime(file.name, (seconds, seconds))
        assert hash_file(file.name).signals
