"""`vaern package`: a small reference of a viewing station: open a work package, and write answers out of a table.

It shows no material and fetches none. Vendors try their own programs against it (docs/reference/work-package.md).
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
import msgspec

from vaern.cli.errors import NO_NODE, CannotRun
from vaern.cli.options import FILE
from vaern.cli.output import count, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vaern.formats import work_package
    from vaern.formats.work_package import Package, PackageItem, PackageReport

LARGEST = 64_000_000
"""Bytes of a package file."""

HASHES = ("md5", "sha1", "sha256", "pdq")
COLUMNS = frozenset(
    {"ref", "found", "looked", "by", "class", "baseline", "marks", "severity", "at", "mime", "size", *HASHES}
)
BASELINE = {"yes": True, "no": False, "": None}


def _opening(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.argument("file", metavar="FILE", type=FILE),
        click.option(
            "--identity", metavar="FILE", required=True, type=FILE, help="The station's secret age key (age-keygen)."
        ),
        click.option(
            "--key", metavar="KEY", required=True, help="The node's verifier key, as its page of the station shows it."
        ),
    ):
        command = option(command)
    return command


@click.group(short_help="Open a work package for a viewing station, and write its answers.")
def package() -> None:
    """Do what a viewing station does with a work package, without showing anything.

    For tests, and for vendors of stations. The format is described in docs/reference/work-package.md.
    """


@package.command("open")
@_opening
@click.option("--json", "as_json", is_flag=True, help="Print the package as JSON instead.")
def open_package(file: Path, identity: Path, key: str, as_json: bool) -> None:
    """Decrypt FILE, check who signed it and until when it is valid, and list what to look at.

    Exact addresses are printed: use this on the station alone.
    """
    from vaern.formats import work_package

    found = opened(file, identity, key)
    if as_json:
        click.echo(work_package.written(found).decode())
        return
    for line in _about(found):
        click.echo(safe(line), err=True)
    for report, item in _items(found):
        click.echo("\t".join(safe(text) for text in (item.ref, report.offence, _where(item), _hash(item))))


@package.command()
@_opening
@click.option("--grades", metavar="FILE", required=True, type=FILE, help="A CSV file; see the reference.")
def answer(file: Path, identity: Path, key: str, grades: Path) -> None:
    """Write the answers to FILE as JSON, out of a table of grades with a line for each item.

    Columns: ref, found (there, gone, other), looked (whole, part, nothing), by; and if you like class, baseline (yes,
    no), marks (separated by spaces), severity (1 to 3), at, md5, sha1, sha256, pdq, mime, size. A further file at the
    same item is a further line.
    """
    from vaern.formats import work_package

    found = opened(file, identity, key)
    answers = tuple(_answers(found, grades.read_text("utf-8-sig")))
    if not answers:
        raise CannotRun("The table has no line.")
    document = work_package.Answers(work_package.ANSWERS, found.package, answers)  # type: ignore[arg-type]
    click.echo(msgspec.json.encode(document).decode())


def _about(found: Package) -> Iterator[str]:
    licence = found.station.licence
    yield f"Package {found.code} of {found.origin.organisation} ({found.origin.node}), for {found.station.name}."
    yield f"Licence {licence.authority} {licence.number}, valid until {licence.valid_until}."
    yield f"Valid until {found.expires_at.isoformat(timespec='minutes')}. Answers go to {found.answer_to}"
    if found.scheme:
        classes = ", ".join(one.code for one in found.scheme.classes)
        yield f"Classes of {found.scheme.code} {found.scheme.version}: {classes}"
    yield count(sum(len(report.items) for report in found.reports), "item")


def opened(file: Path, identity: Path, key: str) -> Package:
    """Return the package in a file, decrypted, with its signature and its time checked.

    Raises:
        CannotRun: why not; no address is repeated.
    """
    from vaern.formats import work_package

    try:
        from vaern.node.operations.age import AgeError, Opener, identities
        from vaern.node.operations.age import opened as decrypted
        from vaern.proofs.checkpoints import CheckpointError, VerifierKey
        from vaern.proofs.envelopes import opened as of_envelope
    except ModuleNotFoundError:
        raise CannotRun(NO_NODE) from None
    if file.stat().st_size > LARGEST:
        raise CannotRun(f"{file} is larger than a package can be.")
    try:
        with file.open("rb") as source, decrypted(source, Opener(identities(identity.read_text("utf-8")))) as plain:
            envelope = plain.read()
        payload = of_envelope(envelope, work_package.PAYLOAD, VerifierKey.parse(key))
        found = work_package.read(payload)
        work_package.check_time(found, datetime.now(UTC))
    except (AgeError, CheckpointError, work_package.PackageError, UnicodeDecodeError) as error:
        raise CannotRun(safe(str(error))) from None
    return found


def _items(found: Package) -> Iterator[tuple[PackageReport, PackageItem]]:
    for report in found.reports:
        for item in report.items:
            yield report, item


def _where(item: PackageItem) -> str:
    return item.url or " ".join(filter(None, (item.service, item.account, item.ip, item.name))) or "–"


def _hash(item: PackageItem) -> str:
    return next((f"{kind}:{item.hashes[kind][0]}" for kind in ("sha256", "sha1", "md5") if item.hashes.get(kind)), "")


def _answers(found: Package, text: str) -> Iterator[work_package.Answer]:
    """Yield an answer for each item of the table; lines about the same item are its files.

    Raises:
        CannotRun: which line and column is wrong.
    """
    from vaern.formats import work_package

    items = {item.ref: (report.report, item.item) for report, item in _items(found)}
    rows = csv.DictReader(io.StringIO(text))
    if unknown := set(rows.fieldnames or ()) - COLUMNS:
        raise CannotRun(f"The table has columns that are none: {safe(', '.join(sorted(map(str, unknown))))}.")
    made: dict[str, dict[str, Any]] = {}
    for row in rows:
        given = {name: (value or "").strip() for name, value in row.items() if name}
        ref = given.get("ref", "")
        if ref not in items:
            raise CannotRun(f"Line {rows.line_num}, column ref: is none of the items of this package.")
        if given.get("baseline", "") not in BASELINE:
            raise CannotRun(f"Line {rows.line_num}, column baseline: yes, no, or empty.")
        made.setdefault(ref, _first(*items[ref], given))
        if file := _file(given):
            made[ref]["files"].append(file)
        _checked(made[ref], rows.line_num)
    for one in made.values():
        yield msgspec.convert(one, work_package.Answer, strict=False)


def _first(report: str, item: int, given: dict[str, str]) -> dict[str, Any]:
    return {
        "report": report,
        "item": item,
        "at": given.get("at") or datetime.now(UTC).isoformat(timespec="seconds"),
        "found": given.get("found") or "there",
        "looked": given.get("looked") or "nothing",
        "by": given.get("by", ""),
        "severity": given.get("severity") or "1",
        "baseline": BASELINE[given.get("baseline", "")],
        "class": given.get("class", ""),
        "marks": given.get("marks", "").split(),
        "files": [],
    }


def _file(given: dict[str, str]) -> dict[str, str]:
    return {name: given[name] for name in (*HASHES, "mime", "size") if given.get(name)}


def _checked(given: dict[str, Any], line: int) -> None:
    from vaern.formats.work_package import Answer

    try:
        msgspec.convert(given, Answer, strict=False)
    except msgspec.ValidationError as error:
        raise CannotRun(f"Line {line}: {safe(str(error))}.") from None
