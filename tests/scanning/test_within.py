"""What lies within other files: archives and their limits, and what comes with a picture or with sound."""

from __future__ import annotations

import gzip

import pytest
from msgspec.structs import replace
from tests.scanning.conftest import QUICK
from tests.scanning.test_archives import make_tar
from tests.scanning.trees import encoded, picture, short_film, write, zipped

from vaern.hashing import HashOptions, hash_file
from vaern.scanning import exit_status

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("limits", "name", "says"),
    [
        ({"archive_depth": 1}, "nested.zip!/inner.zip", "archives nested deeper than 1 are not looked into"),
        ({"archive_members": 1}, "nested.zip!/inner.zip", "the archive has more members than the limit allows"),
        ({"archive_free": 1, "archive_ratio": 0}, "report.docx", "the archive unpacks to more than 1 bytes"),
        ({"spool": 10}, "report.docx!/word/media/image1.png", "unpacks to more than 10 bytes: only its digests"),
    ],
)
def test_the_limits_of_archives_are_causes(tree, scanned, limits, name, says):
    found, _ = scanned(tree, options=replace(QUICK, **limits))
    finding = found[f"{tree}/{name}"]
    assert finding.verdict == "unreadable"
    assert says in finding.media.unreadable
    assert len(finding.media.signals) == 3


def test_archives_may_be_left_alone(tree, scanned):
    _, summary = scanned(tree, options=replace(QUICK, archives=False))
    assert summary.members == 0


def test_a_quine_ends(tmp_path, scanned):
    """Archives in archives, wider at each level: the limits hold for all levels together."""
    data = b"x" * 1000
    for _ in range(6):
        data = zipped({f"{number}.zip": data for number in range(5)})
    (tmp_path / "deep.zip").write_bytes(data)
    found, _ = scanned(tmp_path)
    assert max(len(finding.media.member) for finding in found.values()) == 3
    assert sum(finding.verdict == "unreadable" for finding in found.values()) == 125


def test_what_may_hide_pictures_is_not_passed_over_in_silence(tmp_path, scanned):
    folder = tmp_path / "drive"
    folder.mkdir()
    one, two = encoded(picture(1)), encoded(picture(2))
    first = make_tar([("in.png", one)]) + make_tar([("second.png", two)])
    files = {
        "a.rar": b"Rar!\x1a\x07\x01\x00" + bytes(50),
        "b.png.gz": gzip.compress(one),
        "c.tar": first + two,
        "d.zip": zipped({"a.txt": b"x"}) + b"something",
        "e.txt": b"plain",
        "f.zip": zipped({"a.txt": b"x"}) + b"Rar!\x1a\x07\x01\x00",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found, summary = scanned(folder)
    told = {name.removeprefix(f"{folder}/"): (finding.verdict, finding.reason) for name, finding in found.items()}
    rar = ("unopened", "Not looked into: a RAR archive.")
    stray = ("unopened", "Not looked into: bytes that belong to no member of the archive.")
    fresh, plain = ("new", "No list has it."), ("not media", "Neither a picture nor a video, and no list has it.")
    assert told == {
        "a.rar": rar,
        "b.png.gz": plain,
        "b.png.gz!/unpacked": fresh,
        "c.tar": plain,
        "c.tar!/in.png": fresh,
        "c.tar!/second.png": fresh,
        f"c.tar!/@{len(first)}": fresh,
        "d.zip": plain,
        "d.zip!/a.txt": plain,
        f"d.zip!/@{len(zipped({'a.txt': b'x'}))}": stray,
        "e.txt": plain,
        "f.zip": plain,
        "f.zip!/a.txt": plain,
        f"f.zip!/@{len(zipped({'a.txt': b'x'}))}": rar,
    }
    assert exit_status(summary) == 5
    closed, _ = scanned(folder, options=replace(QUICK, archives=False))
    reasons = {name.removeprefix(f"{folder}/"): finding.reason for name, finding in closed.items()}
    assert reasons["b.png.gz"] == "Not looked into: a gzip file."
    assert reasons["c.tar"] == "Not looked into: a tar archive."
    assert reasons["d.zip"] == "Not looked into: a zip archive."


def test_what_is_hidden_behind_a_picture_is_not_passed_over_in_silence(tmp_path, scanned):
    folder = tmp_path / "drive"
    folder.mkdir()
    pictures = {
        name: encoded(picture(number), name.upper()) for number, name in enumerate(("jpeg", "png", "gif", "webp"))
    }
    behind = {
        "jpeg": b"Rar!\x1a\x07\x01\x00" + bytes(50),
        "png": b"!<arch>\ndebian-binary" + bytes(50),
        "gif": gzip.compress(encoded(picture(9))),
        "webp": encoded(picture(8), "BMP"),
    }
    for name, data in pictures.items():
        (folder / name).write_bytes(data + behind[name])
    found, summary = scanned(folder)
    told = {name.removeprefix(f"{folder}/"): (finding.verdict, finding.reason) for name, finding in found.items()}
    fresh = ("new", "No list has it.")
    at = {name: f"{name}!/@{len(data)}" for name, data in pictures.items()}
    assert told == dict.fromkeys(pictures, fresh) | {
        at["jpeg"]: ("unopened", "Not looked into: a RAR archive."),
        at["png"]: ("unopened", "Not looked into: a Debian package."),
        at["gif"]: ("not media", "Neither a picture nor a video, and no list has it."),
        f"{at['gif']}!/unpacked": fresh,
        at["webp"]: fresh,
    }
    assert summary.verdicts["unopened"] == 2
    assert exit_status(summary) == 5


def test_what_comes_with_a_picture_or_with_sound_is_read(tmp_path, scanned):
    folder = tmp_path / "phone"
    folder.mkdir()
    one, two, cover = encoded(picture(1), "JPEG"), encoded(picture(2), "JPEG", quality=90), encoded(picture(3))
    film = short_film()
    apic = b"\0image/png\0\3\0" + cover
    frame = b"APIC" + len(apic).to_bytes(4, "big") + b"\0\0" + apic
    tag = b"ID3\3\0\0" + bytes(len(frame) >> shift & 0x7F for shift in (21, 14, 7, 0)) + frame
    files = {
        "motion.jpg": one + film,
        "samsung.jpg": one + b"\0\0\x30\x0a\x10\0\0\0MotionPhoto_Data" + film,
        "pair.jpg": one + two,
        "stream.mjpeg": b"".join(encoded(picture(n), "JPEG") for n in range(4, 10)),
        "trailer.jpg": one + b"something of somebody",
        "song.mp3": tag + (b"\xff\xfb\x90\x64" + bytes(413)) * 20,
        "plain.jpg": one + bytes(100),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    found, _ = scanned(folder)
    told = {
        name.removeprefix(f"{folder}/"): (finding.verdict, finding.media.mime, finding.media.notes)
        for name, finding in found.items()
    }
    at = f"!/@{len(one)}"
    with_film = len(one) + 24
    photograph, clip = ("new", "image/jpeg", ()), ("new", "video/mp4", ())
    assert told == {
        "motion.jpg": photograph,
        f"motion.jpg{at}": clip,
        "samsung.jpg": ("new", "image/jpeg", ("bytes of no known kind behind the picture: 22",)),
        f"samsung.jpg!/@{with_film}": clip,
        "pair.jpg": photograph,
        f"pair.jpg{at}": photograph,
        "stream.mjpeg": ("new", "video/x-mjpeg", ()),
        "trailer.jpg": ("new", "image/jpeg", ("bytes of no known kind behind the picture: 21",)),
        "song.mp3": ("not media", "audio/mpeg", ()),
        "song.mp3!/cover-1": ("new", "image/png", ()),
        "plain.jpg": photograph,
    }
    alone = hash_file(write(tmp_path / "film.mp4", film), HashOptions(orientations=1))
    assert found[f"{folder}/motion.jpg{at}"].media.signals == alone.signals
    assert [s for s in found[f"{folder}/stream.mjpeg"].media.signals if s.kind == "vpdq"]
