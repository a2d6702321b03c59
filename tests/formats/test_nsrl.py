"""NSRL: any release's columns, table or view, and a database that wishes us ill."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import pytest
from tests.formats.reading import read
from tests.formats.values import digest

from vaern.formats import FormatError, detect_format, nsrl, read_list
from vaern.records import Entry, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MINIMAL = (
    "CREATE TABLE FILE (sha256 TEXT, sha1 TEXT, md5 TEXT, crc32 TEXT, file_name TEXT, file_size INT, package_id INT)"
)
ROWS = [
    (digest(n, "sha256").upper(), digest(n, "sha1").upper(), digest(n).upper(), "0", f"æ{n}.dll", n, 7)
    for n in range(5)
]


def database(path: Path, *statements: str, rows: Iterable[tuple[object, ...]] = (), table: str = "FILE") -> Path:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        for row in rows:
            connection.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
        connection.commit()
    return path


def everything(path: Path) -> tuple[list[Entry], list[Problem]]:
    found = list(read_list(path, format="nsrl"))
    return [one for one in found if isinstance(one, Entry)], [one for one in found if isinstance(one, Problem)]


def test_the_minimal_edition_is_a_table(tmp_path: Path) -> None:
    path = database(tmp_path / "x.db", MINIMAL, "CREATE TABLE PKG (package_id INT, name TEXT)", rows=ROWS)
    assert detect_format(path) == "nsrl"
    entries, problems = everything(path)
    assert problems == []
    assert [entry.id for entry in entries] == [row[0].lower() for row in ROWS]  # type: ignore[attr-defined]
    assert [{s.kind: s.value.hex() for s in entry.signals} for entry in entries] == [
        {kind: digest(n, kind) for kind in ("sha256", "sha1", "md5")} for n in range(5)
    ]
    assert entries[3].extra["filename"] == "æ3.dll"


def test_the_full_edition_is_a_view_over_metadata_and_names_vary(tmp_path: Path) -> None:
    path = database(
        tmp_path / "x.db",
        "CREATE TABLE METADATA (metadata_id INT, SHA1 TEXT, MD5 BLOB)",
        "CREATE VIEW FILE AS SELECT metadata_id, SHA1, MD5 FROM METADATA",
        rows=[(n, digest(n, "sha1"), bytes.fromhex(digest(n))) for n in range(5)],
        table="METADATA",
    )
    entries, problems = everything(path)
    assert problems == []
    assert [[signal.value.hex() for signal in entry.signals] for entry in entries] == [
        [digest(n, "sha1"), digest(n)] for n in range(5)
    ]


FULL = """
CREATE TABLE PACKAGE_OBJECT (
    package_object_id INTEGER UNIQUE NOT NULL, package_id INTEGER NOT NULL, object_id INTEGER UNIQUE NOT NULL);
CREATE TABLE METADATA (
    metadata_id NUMERIC UNIQUE NOT NULL, object_id INTEGER, key_hash VARCHAR NOT NULL, path VARCHAR NOT NULL,
    file_name VARCHAR NOT NULL, extension VARCHAR DEFAULT '' NOT NULL, bytes INTEGER NOT NULL,
    crc32 VARCHAR NOT NULL, md5 VARCHAR NOT NULL, sha1 VARCHAR NOT NULL, sha256 VARCHAR NOT NULL);
CREATE VIEW FILE AS
    SELECT
        UPPER(md.sha256) AS sha256, UPPER(md.sha1) AS sha1, UPPER(md.md5) AS md5,
        CASE md.extension WHEN '' THEN md.file_name ELSE md.file_name||'.'||md.extension END AS file_name,
        md.bytes AS file_size, po.package_id
    FROM METADATA AS md, PACKAGE_OBJECT AS po
    WHERE md.object_id = po.object_id"""
"""The full edition as NIST publishes it, without the tables and columns that the view does not read."""


def test_the_view_of_nist_is_read(tmp_path: Path) -> None:
    rows = [
        (n, n, "k", "/", f"f{n}", "dll" if n % 2 else "", n, "0", digest(n), digest(n, "sha1"), digest(n, "sha256"))
        for n in range(50)
    ]
    path = database(tmp_path / "x.db", *FULL.split(";"), rows=rows, table="METADATA")
    database(path, rows=[(n, 7, n) for n in range(50)], table="PACKAGE_OBJECT")
    entries, problems = everything(path)
    assert problems == []
    assert [{s.kind: s.value.hex() for s in entry.signals} for entry in entries] == [
        {kind: digest(n, kind) for kind in ("sha256", "sha1", "md5")} for n in range(50)
    ]
    assert [entry.extra["filename"] for entry in entries[:2]] == ["f0", "f1.dll"]


def test_a_file_of_several_packages_is_one_entry(tmp_path: Path) -> None:
    rows = [(*row[:6], package) for row in ROWS for package in (1, 2, 3)]
    assert len(everything(database(tmp_path / "x.db", MINIMAL, rows=rows))[0]) == len(ROWS)


def test_a_bad_row_is_a_problem_and_the_others_load(tmp_path: Path) -> None:
    rows = [ROWS[0], (None, "zz", 5, None, None, None, None), ROWS[1]]
    entries, problems = everything(database(tmp_path / "x.db", MINIMAL, rows=rows))
    assert len(entries) == 2
    assert {p.line for p in problems} == {2}


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE OTHER (x)"],
        ["CREATE TABLE FILE (name TEXT)"],
        ["CREATE VIEW FILE AS SELECT * FROM nothing_there"],
    ],
)
def test_a_database_without_digests_is_no_list(tmp_path: Path, statements: list[str]) -> None:
    with pytest.raises(FormatError):
        read_list(database(tmp_path / "x.db", *statements))


def test_the_database_is_not_changed_and_nothing_is_written_beside_it(tmp_path: Path) -> None:
    path = database(tmp_path / "a ?#%.db", "PRAGMA journal_mode=WAL", MINIMAL, rows=ROWS)
    for beside in tmp_path.glob("*-*"):
        beside.unlink()
    before = path.read_bytes()
    path.chmod(0o400)
    assert len(everything(path)[0]) == len(ROWS)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


HOSTILE_VIEWS = {
    "endless": (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS sha1, x AS md5 FROM n WHERE x < 0"
    ),
    "huge": "SELECT zeroblob(900000000) AS sha1, 'x' AS md5",
    "function": "SELECT load_extension('x') AS sha1, 'x' AS md5",
    "a huge value made upper case": "SELECT UPPER(zeroblob(900000000)) AS sha1, 'x' AS md5",
    "a growing value made upper case": (
        "WITH RECURSIVE n(x) AS (SELECT 'ab' UNION ALL SELECT UPPER(x) || lower(x) FROM n) "
        "SELECT x AS sha1, x AS md5 FROM n WHERE x = ''"
    ),
    "another function inside": "SELECT upper(hex(randomblob(16))) AS sha1, lower(printf('%s', 'x')) AS md5",
    "an aggregate": "SELECT upper(group_concat(x)) AS sha1, 'x' AS md5 FROM t",
    "product": "SELECT a.x AS sha1, b.x AS md5 FROM t a, t b, t c, t d, t e, t f, t g WHERE a.x + g.x < 0",
}


@pytest.mark.parametrize("name", HOSTILE_VIEWS)
def test_a_hostile_view_ends_in_a_problem(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nsrl, "PATIENCE", 20)
    path = database(
        tmp_path / "x.db",
        "CREATE TABLE t (x INT)",
        "INSERT INTO t WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 200) SELECT x FROM n",
        f"CREATE VIEW FILE AS {HOSTILE_VIEWS[name]}",
    )
    try:
        entries, problems = everything(path)
    except FormatError:
        return
    assert entries == []
    assert "could not be read on" in problems[-1].reason


def test_a_name_in_the_schema_is_only_a_name(tmp_path: Path) -> None:
    odd = 'md5"; DROP TABLE FILE; --'.replace('"', '""')
    path = database(tmp_path / "x.db", f'CREATE TABLE FILE (sha1 TEXT, "{odd}" TEXT)', rows=[(digest(1, "sha1"), "x")])
    assert len(everything(path)[0]) == 1


@pytest.mark.once
def test_damaged_pages_are_a_format_error_or_a_problem(tmp_path: Path) -> None:
    path = database(tmp_path / "x.db", MINIMAL, rows=ROWS * 200)
    whole = path.read_bytes()
    chance = random.Random(1)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 30)):
            damaged[chance.randrange(16, len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged[: chance.choice([len(damaged), chance.randrange(100, len(damaged))])])
        with suppress(FormatError):
            everything(path)


def test_what_nist_marks_as_malicious_is_no_known_good_file() -> None:
    head = '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"\r\n'
    rows = "".join(
        f'"{digest(n, "sha1")}","{digest(n)}","0","x",1,2,"3","{code}"\r\n'
        for n, code in enumerate(["", "M", "S", "m"])
    )
    entries, problems = read(head + rows)
    assert [entry.id for entry in entries] == [digest(0, "sha1"), digest(2, "sha1")]
    assert [(p.line, p.quarantined) for p in problems] == [(3, False), (5, False)]


def test_what_a_database_marks_as_malicious_is_no_known_good_file_either(tmp_path: Path) -> None:
    statement = "CREATE TABLE FILE (sha1 TEXT, md5 TEXT, special_code TEXT)"
    rows = [(digest(n, "sha1"), digest(n), code) for n, code in enumerate(["", "M", "m ", "S", None])]
    entries, problems = everything(database(tmp_path / "x.db", statement, rows=rows))
    assert [entry.id for entry in entries] == [digest(n, "sha1") for n in (0, 3, 4)]
    assert [(problem.line, "malicious" in problem.reason) for problem in problems] == [(2, True), (3, True)]


def test_a_delta_says_what_to_do_with_it() -> None:
    for text in ("BEGIN TRANSACTION;\n", "-- RDS delta\nINSERT INTO FILE VALUES (1);\n"):
        with pytest.raises(FormatError, match="applied to its database"):
            read(text)
