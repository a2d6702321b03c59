"""Images of disks in a scan, and damaged ones: whatever they are, one verdict for each member, and no harm done."""

from __future__ import annotations

import random
import re

import pytest
from msgspec.structs import replace
from tests.scanning import disks
from tests.scanning.conftest import QUICK
from tests.scanning.test_disks import FILES, NTFS
from tests.scanning.trees import encoded, picture

from vaern.scanning.remarks import IMAGE

pytestmark = pytest.mark.once

SYSTEMS = ("ext4", "fat", "ntfs", "exfat", "encase")
SEEDS = range(6)


@pytest.fixture(scope="module")
def images(foreign, tmp_path_factory):
    """One of each file system with a few files, and one of EnCase, as bytes."""
    folder = tmp_path_factory.mktemp("images")
    tree = disks.sow(folder / "tree", FILES)
    made = {
        "ext4": disks.ext4(foreign, folder / "ext4", tree),
        "fat": disks.fat(foreign, folder / "fat", tree),
        "ntfs": disks.ntfs(foreign, folder / "ntfs", NTFS),
        "exfat": disks.exfat(foreign, folder / "exfat", {"a.png": encoded(picture(1)), "b": b"x"}),
    }
    made["encase"] = disks.encase(foreign, folder / "image", made["ext4"])
    return {name: path.read_bytes() for name, path in made.items()}


def test_a_scan_finds_what_is_on_a_disk(images, scanned, matcher, tmp_path):
    """In the locked worker: a known picture in an image of EnCase, with its path and its time."""
    path = tmp_path / "drive.E01"
    path.write_bytes(images["encase"])
    found, summary = scanned(path, matcher=matcher)
    known = found[f"{path}!/Users/anna/sommer ø.png"]
    assert known.verdict == "known"
    assert known.media.modified == "2023-11-14T22:13:20Z"
    assert found[str(path)].media.notes == (IMAGE,)
    assert (found[str(path)].verdict, found[str(path)].media.mime) == ("not media", "application/x-ewf")
    assert summary.members == len(FILES)


def test_images_are_left_alone_with_archives(images, scanned, tmp_path):
    path = tmp_path / "drive.E01"
    path.write_bytes(images["encase"])
    found, summary = scanned(path, options=replace(QUICK, archives=False))
    assert (found[str(path)].verdict, summary.members) == ("unopened", 0)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_damaged_image_costs_nobody_else_anything(images, scanned, tmp_path, system):
    """Bytes that are not zero are changed, most of them of the file system's own; each file is told once."""
    folder = tmp_path / "drive"
    folder.mkdir()
    whole = images[system]
    used = [at for at in range(min(len(whole), 1 << 19)) if whole[at]]
    for seed in SEEDS:
        chance, data = random.Random(f"{system} {seed}"), bytearray(whole)
        for _ in range(1 << seed * 2):
            data[chance.choice(used)] = chance.randrange(256)
        (folder / f"{seed}.img").write_bytes(data)
    (folder / "z.png").write_bytes(encoded(picture(7)))
    found, summary = scanned(folder)
    files = [name for name in found if "!/" not in name]
    assert sorted(files) == sorted(map(str, folder.iterdir()))
    assert found[f"{folder}/z.png"].verdict == "new"
    assert summary.finished


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("part", [0.01, 0.3, 0.7])
def test_a_cut_image_has_a_verdict_for_each_file(images, scanned, tmp_path, system, part):
    path = tmp_path / "cut.img"
    path.write_bytes(images[system][: int(len(images[system]) * part)])
    found, _ = scanned(path)
    assert found[str(path)].verdict in {"not media", "unopened", "unreadable"}
    assert not any(re.search("tsk|pyewf|Error", finding.reason) for finding in found.values())


def test_what_lies_behind_the_end_of_an_image_says_so(images, scanned, tmp_path):
    """Not in the words of a library about its own source."""
    path = tmp_path / "cut.img"
    path.write_bytes(images["fat"][: 1 << 16])
    found, _ = scanned(path)
    reasons = {finding.reason for name, finding in found.items() if name != str(path)}
    assert "Could not be read: the image ends before it." in reasons
    assert not any(finding.media.signals for name, finding in found.items() if finding.verdict == "unreadable")
