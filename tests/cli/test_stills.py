"""A screenshot of a listed video and a listed picture in a video, from the file to the sentence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import av
import pytest
from tests.cli.conftest import picture, values

from vaern.formats import findings
from vaern.matching import build_package
from vaern.records import Entry, Signal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Vaern = Callable[..., Result]

pytestmark = pytest.mark.once

SHOWN = range(10, 16)
"""The seeds of the pictures that the video shows, each for a second."""


def film(path: Path) -> None:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("mpeg4", rate=2)
        stream.width, stream.height, stream.bit_rate = 320, 240, 4_000_000
        for seed in SHOWN:
            for _half in range(2):
                frame = av.VideoFrame.from_image(picture(seed, 320, 240))
                for packet in stream.encode(frame):
                    output.mux(packet)
        for packet in stream.encode():
            output.mux(packet)


def listed(folder: Path, entry: str, kind: str, value: str) -> Path:
    signals = (Signal(kind, bytes.fromhex(value)),)
    build_package(folder, [Entry(entry, signals)], name=folder.name, release="1")
    return folder


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    film(folder / "film.avi")
    picture(13).save(folder / "shot.jpg", quality=80)
    picture(1).save(folder / "other.jpg")
    return folder


def test_a_screenshot_of_a_listed_video_and_a_listed_picture_in_a_video_are_near(
    vaern: Vaern, media: Path, tmp_path: Path
) -> None:
    of_film, of_shot = values(media / "film.avi"), values(media / "shot.jpg")
    video = listed(tmp_path / "video", "V", "vpdq", of_film["vpdq"])
    still = listed(tmp_path / "still", "P", "pdq", of_shot["pdq"])
    vaern("scan", media, "--list", video, "--list", still, "--out", tmp_path / "R", "--jobs", 1)
    found = {one.media.name.rpartition("/")[2]: one for one in findings.read(tmp_path / "R" / "findings.jsonl")}
    assert {name: one.verdict for name, one in found.items()} == {
        "film.avi": "near",
        "shot.jpg": "near",
        "other.jpg": "new",
    }
    by_entry = {name: {hit.entry: hit for hit in one.matches} for name, one in found.items()}
    assert by_entry["film.avi"]["V"].frame_of == by_entry["shot.jpg"]["P"].frame_of == "", "the whole comes first"
    assert [hit.entry for hit in found["film.avi"].matches] == ["V", "P"]
    shot, shown = by_entry["shot.jpg"]["V"], by_entry["film.avi"]["P"]
    assert (shot.frame_of, shown.frame_of) == ("entry", "file")
    assert SHOWN.index(13) <= min(shot.seconds, shown.seconds) <= max(shot.seconds, shown.seconds) < SHOWN.index(14)
    assert shot.query == of_shot["pdq"]


def test_the_sentence_says_that_it_was_one_frame_and_it_can_be_left_out(
    vaern: Vaern, media: Path, tmp_path: Path
) -> None:
    video = listed(tmp_path / "video", "V", "vpdq", values(media / "film.avi")["vpdq"])
    shot = values(media / "shot.jpg")["pdq"]
    (media / "film.avi").unlink()
    without = ("--list", video, "--no-stills-in-videos")
    vaern("scan", media, *without, "--out", tmp_path / "without")
    assert {one.verdict for one in findings.read(tmp_path / "without" / "findings.jsonl")} == {"new"}
    assert not json.loads((tmp_path / "without" / "run.json").read_text())["stills_in_videos"]
    other = vaern("scan", media, "--list", video, "--out", tmp_path / "without", "--resume")
    assert other.exit_code == 2
    assert "the comparison of stills with frames was False" in other.stderr
    result = vaern("rematch", tmp_path / "without", "--list", video, "--out", tmp_path / "with")
    assert "  new → near: 1" in result.stdout, result.output
    (near,) = [one for one in findings.read(tmp_path / "with" / "findings.jsonl") if one.verdict == "near"]
    assert near.reason.startswith("Looks like the frame at 3.0 s of the video of entry V of list video, release 1: ")
    said = vaern("match", f"pdq:{shot}", "--list", video)
    assert said.exit_code == 3
    assert "its frame at 3.0 s" in said.stdout
    again = vaern("rematch", tmp_path / "with", *without, "--out", tmp_path / "again")
    assert "  near → new: 1" in again.stdout
