"""`vaern lists repository`, `key`, `sign` and `fetch release`: a release from its proposal to a subscriber."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from tests.trust.alliance import changed, held

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Vaern = Callable[..., Result]


class Desk:
    """Calls commands in a folder; what fails is said by the test."""

    def __init__(self, vaern: Vaern, folder: Path) -> None:
        self._vaern, self.folder = vaern, folder
        self.repository, self.list, self.client = folder / "repository", folder / "list", folder / "hotline"
        for name, country in (("north", "xn"), ("south", "XS"), ("online", "XN")):
            self.done("lists", "key", folder / name, "--organisation", f"{name}.example", "--country", country)
        self.signers = [
            *("--signer", folder / "north.pub.json", "--signer", folder / "south.pub.json", "--threshold", "2")
        ]

    def call(self, *words: object) -> Result:
        return self._vaern(*words)

    def done(self, *words: object) -> str:
        result = self._vaern(*words)
        assert result.exit_code == 0, result.output
        return result.output

    def begin(self) -> None:
        online = ("--online", self.folder / "online.pub.json")
        self.done("lists", "repository", "begin", self.repository, *self.signers, *online)
        self.signed()
        self.done("lists", "repository", "add", self.repository, "hotline", *self.signers)
        self.signed()

    def release(self, *words: object) -> None:
        self.done("lists", "repository", "release", self.repository, "hotline", self.list, *words)
        self.signed()

    def signed(self) -> None:
        """Two sign copies of what waits, elsewhere, and the copies come back."""
        for name in ("north", "south"):
            copies = []
            for path in sorted((self.repository / "proposed").glob("*.json")):
                copies.append(self.folder / f"{name}-{path.name}")
                shutil.copyfile(path, copies[-1])
            self.done("lists", "sign", "--yes", *copies, "--key", self.folder / name)
            words = ("lists", "repository", "accept", self.repository, *copies, "--online-key", self.folder / "online")
            result = self.call(*words)
            assert result.exit_code == (4 if name == "north" else 0), result.output
            for path in copies:
                path.unlink()

    def fetch(self, *words: object) -> Result:
        return self.call("lists", "fetch", "release", self.client, "--address", self.repository, *words)


@pytest.fixture
def desk(vaern: Vaern, tmp_path: Path) -> Desk:
    made = Desk(vaern, tmp_path)
    changed(made.list, range(5))
    made.begin()
    made.release("--stop-days", "9")
    return made


def test_a_release_is_signed_elsewhere_and_fetched(desk: Desk) -> None:
    root = ("--trusted-root", desk.repository / "metadata" / "1.root.json")
    result = desk.fetch(*root)
    assert result.exit_code == 0, result.output
    assert "Known, release 1: 5 entries" in result.output
    assert "north.example (XN, key " in result.output
    assert "2 of 2 countries" in result.output
    assert "it stops on " in result.output
    assert held(desk.client) == set(range(5))
    assert "0 files" not in desk.fetch().output  # the state and the policy come each time, no part twice
    changed(desk.list, [5], withdrawn=[1])
    desk.release()
    assert desk.fetch("--name", "hotline").exit_code == 0
    assert held(desk.client) == {0, 2, 3, 4, 5}
    shown = desk.done("lists", "repository", "show", desk.repository)
    assert "hotline" in shown
    assert "2 of north.example (XN" in shown
    assert "Last compared with its source" in desk.done("lists", "show", desk.client)


def test_without_a_root_nothing_is_fetched(desk: Desk) -> None:
    result = desk.fetch()
    assert result.exit_code == 2
    assert "give it with --trusted-root" in result.output
    assert not (desk.client / "current.json").exists()


def test_what_was_changed_on_its_way_does_not_come_back(desk: Desk) -> None:
    changed(desk.list, [5])
    desk.done("lists", "repository", "release", desk.repository, "hotline", desk.list)
    (path,) = (desk.repository / "proposed").iterdir()
    copy = desk.folder / path.name
    document = json.loads(path.read_bytes())
    document["signed"]["expires"] = "2099-01-01T00:00:00Z"
    copy.write_text(json.dumps(document))
    desk.done("lists", "sign", "--yes", copy, "--key", desk.folder / "north")
    result = desk.call("lists", "repository", "accept", desk.repository, copy)
    assert result.exit_code == 2
    assert "not what waits for signatures" in result.output


def test_what_is_to_be_signed_is_shown_and_asked_for(desk: Desk) -> None:
    changed(desk.list, [5])
    desk.done("lists", "repository", "release", desk.repository, "hotline", desk.list)
    (path,) = (desk.repository / "proposed").iterdir()
    before = path.read_bytes()
    result = desk.call("lists", "sign", path, "--key", desk.folder / "north")  # nobody answers
    assert result.exit_code == 1
    assert "hotline: release 2 of " in result.output
    assert "6 entries" in result.output
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["root", "Hotline", "a/b", "", "-x"])
def test_a_list_has_a_name_that_a_role_can_have(desk: Desk, name: str) -> None:
    result = desk.call("lists", "repository", "add", desk.repository, "--", name, *desk.signers)
    assert result.exit_code == 2
    assert not list((desk.repository / "proposed").iterdir())


def test_two_countries_are_not_asked_of_one(desk: Desk) -> None:
    words = ("--signer", desk.folder / "north.pub.json", "--threshold", "2")
    result = desk.call("lists", "repository", "add", desk.repository, "other", *words)
    assert result.exit_code == 2
    assert "2 countries shall sign, and the keys are of 1" in result.output


def test_no_key_is_written_over(desk: Desk) -> None:
    before = (desk.folder / "north").read_bytes()
    result = desk.call("lists", "key", desk.folder / "north", "--organisation", "x", "--country", "XN")
    assert result.exit_code == 2
    assert (desk.folder / "north").read_bytes() == before
    assert (desk.folder / "north").stat().st_mode & 0o077 == 0


def test_a_folder_of_another_list_is_left_alone(desk: Desk) -> None:
    root = ("--trusted-root", desk.repository / "metadata" / "1.root.json")
    before = (desk.list / "current.json").read_bytes()
    words = ("lists", "fetch", "release", desk.list, "--address", desk.repository, "--name", "hotline", *root)
    result = desk.call(*words)
    assert result.exit_code == 2
    assert "fetch into a folder of its own" in result.output
    assert (desk.list / "current.json").read_bytes() == before


def test_who_uses_which_release_is_named(desk: Desk) -> None:
    root = ("--trusted-root", desk.repository / "metadata" / "1.root.json")
    assert desk.fetch(*root).exit_code == 0
    desk.done("lists", "repository", "subscribe", desk.repository, "hotline", desk.folder / "south.pub.json")
    letter = desk.folder / "letter.json"
    desk.done("lists", "acknowledge", desk.client, "--key", desk.folder / "south", "--out", letter)
    shown = desk.done("lists", "repository", "acknowledged", desk.repository, letter)
    assert "south.example (XS" in shown
    assert "newest" in shown
    changed(desk.list, withdrawn=[1])
    desk.release()
    late = desk.call("lists", "repository", "acknowledged", desk.repository, "--days", "0")
    assert late.exit_code == 4
    assert "overdue since" in late.output
    assert "awaited since" in desk.done("lists", "repository", "acknowledged", desk.repository)
    letter.write_text("{}")
    wrong = desk.call("lists", "repository", "acknowledged", desk.repository, letter)
    assert wrong.exit_code == 2
    assert "this is no acknowledgement" in wrong.output
    south = desk.folder / "south.pub.json"
    assert "Ended: south.example" in desk.done("lists", "repository", "unsubscribe", desk.repository, "hotline", south)
    gone = desk.call("lists", "repository", "unsubscribe", desk.repository, "hotline", south)
    assert gone.exit_code == 2
    assert "nobody with this key" in gone.output
