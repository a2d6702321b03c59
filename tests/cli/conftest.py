"""A folder of benign generated pictures, list packages that know some of them, and ways to call the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from vaern.cli.commands import cli
from vaern.hashing import hash_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result


def picture(seed: int, width: int = 640, height: int = 480) -> Image.Image:
    """Coarse coloured noise, made smooth: benign, and nothing like another seed's."""
    coarse = np.random.default_rng(seed).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def values(path: Path) -> dict[str, str]:
    """The first signal of each kind, in hexadecimal."""
    return {signal.kind: signal.value.hex() for signal in reversed(hash_file(path).signals)}


@dataclass(frozen=True)
class Cabinet:
    """Files and lists.

    Attributes:
        media: pictures `0.jpg` to `5.jpg`, a text, and an archive that holds `1.jpg`.
        known: a list package with the SHA-256 of `1.jpg` and the PDQ of `2.jpg`.
        good: a list package of known-good files with the SHA-256 of `3.jpg`.
        source: the CSV that `known` was built from.
    """

    media: Path
    known: Path
    good: Path
    source: Path


@pytest.fixture
def vaern() -> Callable[..., Result]:
    """Call a command in this process."""

    def call(*words: object) -> Result:
        return CliRunner().invoke(cli, [str(word) for word in words], prog_name="vaern")

    return call


@pytest.fixture(scope="session")
def cabinet(tmp_path_factory: pytest.TempPathFactory) -> Cabinet:
    folder = tmp_path_factory.mktemp("cabinet")
    media = folder / "media"
    media.mkdir()
    for seed in range(6):
        picture(seed).save(media / f"{seed}.jpg", quality=90)
    picture(2, 320, 240).save(media / "2 small.jpg", quality=60)
    (media / "note.txt").write_text("a note\n")
    with zipfile.ZipFile(media / "box.zip", "w") as box:
        box.write(media / "1.jpg", "inner/1.jpg")
    source, good = folder / "known.csv", folder / "good.csv"
    known_values, near_values = values(media / "1.jpg"), values(media / "2.jpg")
    source.write_text(f"id,sha256,pdq\nK1,{known_values['sha256']},\nN2,,{near_values['pdq']}\n")
    good.write_text(f"id,sha256\nG3,{values(media / '3.jpg')['sha256']}\n")
    for list_, text, more in (("known", source, []), ("good", good, ["--known-good"])):
        words = ["lists", "build", str(folder / list_), "--from", str(text), "--release", "1", *more]
        result = CliRunner().invoke(cli, words)
        assert result.exit_code == 0, result.output
    return Cabinet(media, folder / "known", folder / "good", source)


def command(*words: object) -> list[str]:
    """The installed command as a process."""
    return [sys.executable, "-c", "from vaern.cli.main import main; main()", *map(str, words)]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    """Call the command as a process, without a terminal."""
    environment = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "COLUMNS")}
    return subprocess.run(command(*words), capture_output=True, text=True, check=False, env=environment)


def call_of_the_first_format(package: Path) -> None:
    """Rewrite what a list says of itself: that it is of the format that had no checksum of that."""
    path = package / "list.json"
    manifest = json.loads(path.read_bytes())
    del manifest["seal"]
    path.chmod(0o644)
    path.write_text(json.dumps({**manifest, "format": "vaern-list/1", "purpose": "known-good"}))
