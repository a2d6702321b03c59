"""The repository of signed releases in a backup: it comes back whole, and nothing is written beside it."""

from __future__ import annotations

import io
import tarfile
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.trust.alliance import NAME, Alliance, changed, fetched, held

from vaern.node.operations import signed
from vaern.trust import keys
from vaern.trust.acknowledging import acknowledge, enrol, standings, take
from vaern.trust.repository import Repository


def archived(home: Path) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        signed.add(archive, home)
        archive.addfile(tarfile.TarInfo("database/000000"))
    return out.getvalue()


def restored(data: bytes, home: Path) -> tarfile.TarInfo | None:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r|") as archive:
        members = iter(archive)
        return signed.take(archive, members, next(members, None), home)


def files(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != ".lock"}


@pytest.mark.once
def test_what_was_signed_proposed_and_acknowledged_comes_back(tmp_path: Path) -> None:
    alliance = Alliance(tmp_path / "alliance")
    home = tmp_path / "home"
    home.mkdir()
    alliance.repository = Repository(home / signed.FOLDER)
    alliance.begin()
    for number in (1, 2, 3):
        changed(tmp_path / "list", [number])
        alliance.release(tmp_path / "list")
    fetched(tmp_path / "desk", alliance.repository.folder, alliance.root)
    enrol(alliance.repository, NAME, *alliance.public("south"))
    take(alliance.repository, acknowledge(tmp_path / "desk", NAME, keys.read_private(alliance.folder / "south")))
    changed(tmp_path / "list", [4])
    alliance.propose(tmp_path / "list")
    (alliance.repository.targets / ".half").write_bytes(b"half written")
    (alliance.repository.folder / "link").symlink_to("/etc/hostname")

    first = restored(archived(home), tmp_path / "new")
    assert first is not None
    assert first.name == "database/000000"
    (alliance.repository.targets / ".half").unlink()
    (alliance.repository.folder / "link").unlink()
    assert files(tmp_path / "new" / signed.FOLDER) == files(alliance.repository.folder)

    again = Repository(tmp_path / "new" / signed.FOLDER)
    assert again.proposals().keys() == {NAME}
    assert [one.version for one in standings(again, NAME)] == [3]
    fetched(tmp_path / "client", again.folder, alliance.root)
    assert held(tmp_path / "client") == {1, 2, 3}


def test_a_node_without_releases_has_none_in_its_backup(tmp_path: Path) -> None:
    first = restored(archived(tmp_path), tmp_path / "new")
    assert first is not None
    assert first.name == "database/000000"
    assert not (tmp_path / "new").exists()


parts = st.sampled_from(["metadata", "..", ".", "", ".lock", "a/b", "1.root.json", "ü", "targets", "~", "\\", "-"])


@settings(deadline=None)
@given(st.lists(parts, min_size=1, max_size=4), st.sampled_from([tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE]))
def test_nothing_is_written_beside_the_folder(names: list[str], kind: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
            info = tarfile.TarInfo("/".join([signed.FOLDER, *names]))
            info.type, info.linkname = kind, "/etc/hostname"
            archive.addfile(info)
        try:
            restored(out.getvalue(), home)
        except (ValueError, OSError):
            assert not home.exists()
            return
        made = [path for path in Path(folder).rglob("*") if not path.is_dir()]
        assert all(path.is_relative_to(home / signed.FOLDER) and not path.is_symlink() for path in made)
