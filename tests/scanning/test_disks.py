"""Images of disks as the worker reads them; here without the worker. The oracle is the tree that each was made of."""

from __future__ import annotations

import hashlib
import io
import random
import time
import zlib

import pytest
from msgspec.structs import replace
from tests.scanning import disks
from tests.scanning.conftest import QUICK
from tests.scanning.disks import MEGABYTE
from tests.scanning.trees import encoded, picture

from vaern.scanning.archives import recognise
from vaern.scanning.disks import files as walk
from vaern.scanning.members import DamagedError, LimitError
from vaern.scanning.remarks import DELETED, IMAGE

pytestmark = pytest.mark.once

FILES = {
    "a.txt": b"plain",
    "empty": b"",
    "Users/anna/sommer ø.png": encoded(picture(1)),
    "Users/anna/DCIM/large.bin": random.Random(1).randbytes(700_001),
    "Users/b/c/d/e/deep.png": encoded(picture(2)),
}
FLAT = {name.rpartition("/")[2]: data for name, data in FILES.items()}
NTFS = {name: data for name, data in FLAT.items() if data} | {"a.txt:hidden stream": encoded(picture(3))}


def digest(data):
    return hashlib.sha256(data).hexdigest()


def members(data, start=0, further=()):
    """Index, name, digest (or what stands for one) and notes of each member."""
    archive = recognise(io.BytesIO(data), start, further)
    assert archive is not None
    found = []
    for member in archive.members:
        what = member.problem or member.mime or member.unopened
        if not what:
            with member.open() as stream:
                content = stream.read()
                assert len(content) == member.size
                stream.seek(len(content) // 2)
                assert stream.read() == content[len(content) // 2 :]
            what = digest(content)
        found.append((member.index, member.name, what, member.notes))
    return found


def digest_of(media):
    return {signal.kind: signal.value.hex() for signal in media.signals}["sha256"]


def contents(data):
    return {name: what for _, name, what, _ in members(data)}


def expected(files, prefix=""):
    return {prefix + name: digest(data) for name, data in files.items()}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    return disks.sow(tmp_path_factory.mktemp("tree"), FILES)


@pytest.fixture(scope="module")
def images(foreign, tree, tmp_path_factory):
    """One of each file system, as bytes."""
    folder = tmp_path_factory.mktemp("images")
    made = {
        "ext2": disks.ext4(foreign, folder / "ext2", tree, "-t", "ext2"),
        "ext4": disks.ext4(foreign, folder / "ext4", tree),
        "fat12": disks.fat(foreign, folder / "fat12", tree, "-F", "12"),
        "fat16": disks.fat(foreign, folder / "fat16", tree, "-F", "16", "-s", "1"),
        "fat32": disks.fat(foreign, folder / "fat32", tree, "-F", "32", "-s", "1", size=40 * MEGABYTE),
        "ntfs": disks.ntfs(foreign, folder / "ntfs", NTFS),
        "exfat": disks.exfat(foreign, folder / "exfat", FLAT),
    }
    return {name: path.read_bytes() for name, path in made.items()}


@pytest.fixture(scope="module")
def disk(foreign, images, tmp_path_factory):
    """A disk of four partitions: two that are read, an encrypted one, and an empty one."""
    locked = b"\xeb\x58\x90-FVE-FS-".ljust(MEGABYTE, b"\x01")
    parts = [images["fat16"], locked, bytes(MEGABYTE), images["ext4"]]
    return disks.partitioned(foreign, tmp_path_factory.mktemp("disk") / "disk", parts, "gpt")


@pytest.mark.parametrize("system", ["ext2", "ext4", "fat12", "fat16", "fat32", "ntfs", "exfat"])
def test_every_file_is_read_byte_for_byte(images, system):
    found = contents(images[system])
    own = {name for name in found if name.startswith("$")}  # exFAT has its tables as files
    wanted = {"ntfs": NTFS, "exfat": FLAT}.get(system, FILES)
    assert {name: what for name, what in found.items() if name not in own} == expected(wanted)
    assert system == "exfat" or not own


@pytest.fixture(params=["UTC", "Europe/Copenhagen", "Asia/Kolkata"])
def zone(request, monkeypatch):
    """The time zone of this process."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("system", ["ext4", "fat16", "exfat"])
@pytest.mark.usefixtures("zone")
def test_times_are_those_of_the_file_system(images, system):
    """FAT has the local time of nobody knows where, so no offset stands there."""
    archive = recognise(io.BytesIO(images[system]))
    times = {member.modified for member in archive.members if not member.name.startswith("$")}
    assert times == {"2023-11-14T22:13:20Z" if system == "ext4" else "2023-11-14T22:13:20"}


@pytest.mark.parametrize("system", ["ext4", "fat16", "ntfs"])
def test_reading_goes_on_behind_any_member(images, system):
    whole = members(images[system])
    for at in range(max(index for index, *_ in whole) + 2):
        assert members(images[system], at) == [member for member in whole if member[0] >= at]


def test_partitions_are_named_by_their_number_and_what_is_locked_by_its_kind(disk):
    found = contents(disk.read_bytes())
    assert found == expected(FILES, "p1/") | {"p2": "a BitLocker volume"} | expected(FILES, "p4/")


def test_reading_goes_on_in_a_later_partition(disk):
    data = disk.read_bytes()
    whole = members(data)
    for at in range(0, whole[-1][0] + 2, 3):
        assert members(data, at) == [member for member in whole if member[0] >= at]


def test_an_image_of_encase_has_what_the_raw_one_has(foreign, disk, tmp_path):
    image = disks.encase(foreign, tmp_path / "image", disk).read_bytes()
    archive = recognise(io.BytesIO(image))
    assert (archive.mime, archive.notes) == ("application/x-ewf", (IMAGE,))
    assert members(image) == members(disk.read_bytes())


@pytest.fixture
def segmented(foreign, tmp_path):
    """An image in several files, and the disk that is in it."""
    folder, raw = tmp_path / "sown", tmp_path / "raw.dd"
    disks.sow(folder, FILES | {"noise": random.Random(2).randbytes(3 * MEGABYTE)})
    disks.ext4(foreign, raw, folder)
    (tmp_path / "image").mkdir()
    first = disks.encase(foreign, tmp_path / "image" / "image", raw, "-S", "1M")
    return sorted(first.parent.glob("image.E*")), raw.read_bytes()


def test_an_image_in_several_files_is_read_as_one(segmented):
    files, raw = segmented
    assert len(files) > 3
    streams = [io.BytesIO(path.read_bytes()) for path in files]
    whole = members(streams[0].getvalue(), further=streams[1:])
    assert whole == members(raw)
    for at in range(whole[-1][0] + 2):
        assert members(streams[0].getvalue(), at, streams[1:]) == [one for one in whole if one[0] >= at]
    others = [io.BytesIO(b"no image")] * 3  # which stand there by chance, and are not asked for
    assert members(streams[0].getvalue(), further=[*streams[1:], *others]) == whole


def test_an_image_of_which_a_file_is_missing_says_which_is_the_last(segmented):
    first, *further = (io.BytesIO(path.read_bytes()) for path in segmented[0])
    for there in range(len(further)):
        with pytest.raises(DamagedError, match=f"goes on behind its file {there + 1}, and the next one does not"):
            recognise(first, 0, further[:there])
    assert recognise(further[0], 0) is None
    with pytest.raises(DamagedError):
        recognise(first, 0, [*further[1:], further[0]])


def test_a_scan_reads_the_files_of_an_image_together(segmented, scanned):
    files, _ = segmented
    found, _ = scanned(*files)
    inside = {name.partition("!/")[2]: media for name, media in found.items() if "!/" in name}
    assert {name: digest_of(one.media) for name, one in inside.items() if "noise" not in name} == expected(FILES)
    for path in files[1:]:
        assert found[str(path)].reason == "Not looked into: a file of an EnCase image that is read with its first."
    files[-1].unlink()
    found, _ = scanned(*files[:-1])
    assert "bring all its files into one folder" in found[str(files[0])].media.unreadable


@pytest.mark.parametrize("more", [(), ("-d", "sha1")])
def test_the_hash_that_an_image_keeps_is_compared_if_that_is_asked(foreign, disk, tmp_path, scanned, more):
    path = disks.encase(foreign, tmp_path / "image", disk, *more)
    image = bytearray(path.read_bytes())
    found, _ = scanned(path, options=replace(QUICK, verify_images=True))
    both = "MD5 and the SHA1" if more else "MD5"
    assert f"verified: the disk has the {both} that the image keeps" in found[str(path)].media.notes
    found, _ = scanned(path)
    assert found[str(path)].media.notes == (IMAGE,)
    md5 = hashlib.md5(disk.read_bytes()).digest()
    for at in [at for at in range(len(image)) if image.startswith(md5, at)]:
        image[at] ^= 1
        for kept in (20, 32, 76):  # of one section, then its checksum: digest, or hash of earlier versions
            end = at + kept
            if image[end : end + 4] == zlib.adler32(bytes([image[at] ^ 1]) + image[at + 1 : end]).to_bytes(4, "little"):
                image[end : end + 4] = zlib.adler32(image[at:end]).to_bytes(4, "little")
    path.write_bytes(image)
    found, _ = scanned(path, options=replace(QUICK, verify_images=True))
    assert found[str(path)].media.unreadable.startswith("the disk does not have the MD5 that the image keeps")


def test_a_cut_image_of_encase_is_damaged(foreign, disk, tmp_path):
    image = disks.encase(foreign, tmp_path / "image", disk).read_bytes()
    with pytest.raises(DamagedError, match="damaged or truncated"):
        recognise(io.BytesIO(image[: len(image) // 2]))


def test_a_deleted_file_of_a_fat_is_read_and_named_so(foreign, images, tmp_path):
    name, path = "Users/anna/sommer ø.png", tmp_path / "fat"
    path.write_bytes(images["fat16"])
    disks.run(foreign("mdel"), "-i", path, f"::/{name}")
    found = {name: (what, notes) for _, name, what, notes in members(path.read_bytes())}
    assert found[f"[deleted]/{name}"] == (digest(FILES[name]), (DELETED,))
    assert name not in found


def test_a_deleted_file_is_told_from_the_one_in_its_place(foreign, images, tmp_path):
    """Deleting on a FAT takes the first letter of a short name."""
    path = tmp_path / "fat"
    path.write_bytes(images["fat16"])
    disks.run(foreign("mdel"), "-i", path, "::/a.txt", "::/empty")
    other = disks.sow(tmp_path / "other", {"empty": b"not empty"})
    disks.run(foreign("mcopy"), "-i", path, other / "empty", "::/empty")
    found = contents(path.read_bytes())
    assert found["empty"] == digest(b"not empty")
    assert found["[deleted]/_mpty"] == walk._GONE


def test_a_deleted_file_of_an_ntfs_is_read_and_named_so(images):
    data = bytearray(images["ntfs"])
    name = "deep.png".encode("utf-16-le")
    at = next(
        at for at in range(0, len(data), 1024) if data[at : at + 4] == b"FILE" and name in data[at + 64 : at + 512]
    )
    data[at + 16] += 1  # the next file in this record is another one
    data[at + 22] &= 0xFE  # not in use any more
    found = {name: (what, notes) for _, name, what, notes in members(bytes(data))}
    assert found["[deleted]/deep.png"] == (digest(FLAT["deep.png"]), (DELETED,))
    data[at + 16] += 1  # another file was there meanwhile, and is deleted as well
    assert (2, "[deleted]/deep.png", walk._GONE, ()) not in members(bytes(data))


def test_a_deleted_file_of_an_ext4_is_named_though_its_content_is_gone(foreign, images, tmp_path):
    path = tmp_path / "ext4"
    path.write_bytes(images["ext4"])
    disks.run(foreign("debugfs"), "-w", "-R", "rm /Users/anna/DCIM/large.bin", path)
    found = contents(path.read_bytes())
    assert "Users/anna/DCIM/large.bin" not in found
    assert found["[deleted]/Users/anna/DCIM/large.bin"] in {walk._GONE, digest(FILES["Users/anna/DCIM/large.bin"])}


def test_links_and_devices_are_named_only(foreign, tmp_path):
    folder = disks.sow(tmp_path / "tree", {"file": b"x"})
    (folder / "link").symlink_to("file")
    (folder / "pipe").mkdir()
    path = disks.ext4(foreign, tmp_path / "ext4", folder)
    disks.run(foreign("debugfs"), "-w", "-R", "mknod tty c 4 0", path)
    disks.run(foreign("debugfs"), "-w", "-R", "mknod fifo p", path)
    found = contents(path.read_bytes())
    assert found == {
        "file": digest(b"x"),
        "link": "inode/symlink",
        "tty": "inode/chardevice",
        "fifo": "inode/fifo",
    }


def test_a_folder_that_is_in_itself_is_entered_once(foreign, images, tmp_path):
    path = tmp_path / "ext4"
    path.write_bytes(images["ext4"])
    disks.run(foreign("debugfs"), "-w", "-R", "ln /Users /Users/anna/again", path)
    assert contents(path.read_bytes()) == expected(FILES)


def test_a_file_full_of_holes_is_not_read(foreign, tmp_path):
    folder = disks.sow(tmp_path / "tree", {"file": b"x"})
    disks.blank(folder / "holes", 1 << 40)
    found = contents(disks.ext4(foreign, tmp_path / "ext4", folder).read_bytes())
    assert found == {"file": digest(b"x"), "holes": "it is larger than the disk: full of holes, or damaged"}


def test_depth_and_entries_are_limited(images, monkeypatch):
    monkeypatch.setattr(walk, "DEPTH", 2)
    problem = "folders nested deeper than 2 are not looked into"
    found = contents(images["ext4"])
    assert (found["Users/anna"], found["Users/b"]) == (problem, problem)
    monkeypatch.setattr(walk, "ENTRIES", 3)
    with pytest.raises(LimitError, match="more than 3 entries"):
        members(images["ext4"])


@pytest.mark.parametrize("cut", [512, 1024, 2048, 4096, 70_000])
@pytest.mark.parametrize("system", ["ext4", "fat16", "ntfs", "exfat"])
def test_a_bare_boot_sector_or_superblock_is_no_image(images, system, cut):
    """It stays what it was called by its bytes; nothing in it is a file."""
    archive = recognise(io.BytesIO(images[system][:cut]))
    if archive is not None:
        assert all(member.problem or not member.size for member in archive.members if member.name[:1] != "$")


def test_media_and_text_are_no_disks():
    for data in (encoded(picture(1)), encoded(picture(1), "JPEG"), b"", b"plain", bytes(100_000), b"\xff" * 100_000):
        assert recognise(io.BytesIO(data)) is None
    boot = bytearray(random.Random(3).randbytes(100_000))
    boot[510:512] = b"\x55\xaa"
    assert recognise(io.BytesIO(bytes(boot))) is None
