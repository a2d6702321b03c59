"""The reference station: opens what a node made for it, refuses what is not its own, and writes answers of a table."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import msgspec
import pyrage
import pytest
from click.testing import CliRunner
from pyrage import x25519

from vaern.cli.commands import cli
from vaern.formats import work_package
from vaern.proofs.checkpoints import SigningKey
from vaern.proofs.envelopes import enveloped

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://host.example/exact"


@dataclass
class Station:
    """A folder with a package, the station's key and the key of the node that signed."""

    folder: Path
    key: SigningKey
    identity: x25519.Identity
    package: work_package.Package

    def write(self, envelope: bytes | None = None) -> Station:
        """Encrypt the package, or another envelope, for the station."""
        signed = enveloped(work_package.written(self.package), work_package.PAYLOAD, self.key)
        data = pyrage.encrypt(signed if envelope is None else envelope, [self.identity.to_public()])
        (self.folder / "package.age").write_bytes(data)
        (self.folder / "identity").write_text(f"# a comment\n{self.identity}\n")
        return self

    def run(self, *arguments: str, key: str = "") -> tuple[int, str, str]:
        """Run `vaern package` on the file."""
        command, *more = arguments
        given = ["--identity", str(self.folder / "identity"), "--key", key or str(self.key.verifier)]
        done = CliRunner().invoke(cli, ["package", command, str(self.folder / "package.age"), *given, *more])
        return done.exit_code, done.stdout, done.stderr

    def answer(self, table: str) -> tuple[int, str, str]:
        """Write answers out of a table."""
        (self.folder / "grades.csv").write_text(table)
        return self.run("answer", "--grades", str(self.folder / "grades.csv"))


def make_package(expires: timedelta = timedelta(days=7)) -> work_package.Package:
    """Make a package of two items."""
    now = datetime.now(UTC)
    licence = work_package.Licence("Prosecutor (synthetic)", "7", "2027-01-01")
    items = (
        work_package.PackageItem(1, "K3M9QD7R-1", url=URL, hashes={"md5": ("00" * 16,)}),
        work_package.PackageItem(2, "K3M9QD7R-2", service="Chat (synthetic)", account="x1"),
    )
    return work_package.Package(
        format=work_package.PACKAGE,
        package=uuid4(),
        code="AAAA2222",
        origin=work_package.Origin("node.example", "Hotline (synthetic)"),
        station=work_package.Station(uuid4(), "Room 4", licence),
        made_at=now,
        expires_at=now + expires,
        answer_to="https://node.example/api/packages/x/answers",
        marks=("infant",),
        reports=(work_package.PackageReport("K3M9QD7R", "material", items),),
        synthetic=True,
    )


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path, SigningKey.fresh("node.example"), x25519.Identity.generate(), make_package()).write()


def test_it_lists_what_to_look_at(station: Station) -> None:
    code, text, _said = station.run("open")
    assert code == 0
    assert text.splitlines() == [
        f"K3M9QD7R-1\tmaterial\t{URL}\tmd5:{'00' * 16}",
        "K3M9QD7R-2\tmaterial\tChat (synthetic) x1\t",
    ]
    code, text, _said = station.run("open", "--json")
    assert work_package.read(text.encode()) == station.package


def test_what_is_not_its_own_not_signed_or_too_old_is_refused_without_a_word_of_it(station: Station) -> None:
    other = SigningKey.fresh("node.example")
    for envelope, key, why in (
        (None, str(other.verifier), "has not signed this"),
        (None, "rubbish", "no Ed25519 key"),
        (b"{}", "", "no signed envelope"),
        (enveloped(b"{}", work_package.PAYLOAD, station.key), "", "no work package"),
        (enveloped(b"{}", "application/x", station.key), "", "another kind of document"),
    ):
        code, text, said = station.write(envelope).run("open", key=key)
        assert (code, text) == (2, "")
        assert why in said
        assert "host.example" not in said
    station.write()
    station.identity = x25519.Identity.generate()
    (station.folder / "identity").write_text(str(station.identity))
    assert station.run("open")[0] == 2
    station.package = make_package(timedelta(seconds=-1))
    code, text, said = station.write().run("open")
    assert (code, text) == (2, "")
    assert "expired" in said


def test_a_table_of_grades_becomes_answers(station: Station) -> None:
    table = (
        "ref,found,looked,by,class,baseline,marks,severity,at,sha256,mime,size\n"
        f"K3M9QD7R-1,there,whole,A7,a,yes,infant,2,2026-11-29T10:00:00Z,{'ab' * 32},image/jpeg,7\n"
        f"K3M9QD7R-1,there,whole,A7,a,yes,infant,2,2026-11-29T10:00:00Z,{'cd' * 32},image/jpeg,8\n"
        "K3M9QD7R-2,gone,nothing,,,,,,2026-11-29T10:01:00Z,,,\n"
    )
    code, text, said = station.answer(table)
    assert code == 0, said
    found = msgspec.json.decode(text, type=work_package.Answers)
    first, second = found.answers
    assert found.package == station.package.package
    assert (first.value, first.baseline, first.severity, first.marks) == ("a", True, 2, ("infant",))
    assert [file.size for file in first.files] == [7, 8]
    assert (second.found, second.looked, second.files) == ("gone", "nothing", ())
    assert json.loads(text)["answers"][0]["class"] == "a"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("ref\nZZZZ-1\n", "Line 2, column ref"),
        ("ref,baseline\nK3M9QD7R-1,maybe\n", "Line 2, column baseline"),
        ("ref,found\nK3M9QD7R-1,perhaps\n", "Line 2"),
        ("ref,sha256\nK3M9QD7R-1,xyz\n", "Line 2"),
        ("ref,words\nK3M9QD7R-1,a\n", "words"),
        ("ref\n", "no line"),
        ("", "no line"),
    ],
)
def test_each_fault_of_a_table_has_its_line(station: Station, table: str, said: str) -> None:
    code, text, told = station.answer(table)
    assert (code, text) == (2, "")
    assert said in told
