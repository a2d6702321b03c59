"""`vaern report read` and `vaern report write`: documents of reports, for whoever has no node."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import click

from vaern.cli.errors import CannotRun
from vaern.cli.options import FILE, NamedPath
from vaern.cli.output import count

if TYPE_CHECKING:
    from vaern.arrivals import Arrival
    from vaern.formats.mapping import Mapping
    from vaern.formats.report_write import Form

FORMS = ("cybertipline", "xarf", "case")


@click.command()
@click.argument("document", metavar="DOCUMENT", type=FILE)
@click.option("--number", type=click.IntRange(1), default=1, show_default=True, help="Which report of several.")
@click.option("--mapping", metavar="FILE", type=FILE, help="By which another system's JSON, XML or CSV is read.")
def read(document: Path, number: int, mapping: Path | None) -> None:
    """Read a report out of DOCUMENT (CyberTipline XML, XARF, ARF, CSV) and print it as JSON.

    What is wrong with it is said on the terminal. What another system exports is read by a mapping, which says in JSON
    what of its documents is which part of a report.
    """
    import msgspec

    from vaern.formats import mapped, reports

    data, now = document.read_bytes(), datetime.now(UTC)
    if mapping is not None:
        found = mapped.read(data, _mapping(mapping), now=now)
    else:
        found = reports.read(data, reports.sniff(data, name=document.name), now=now)
    if number > len(found):
        raise CannotRun(f"{document} holds {count(len(found), 'report')}; there is no number {number}.")
    one = found[number - 1]
    for fault in one.faults:
        click.echo(f"{fault.path or document.name}: {fault.said}", err=True)
    if one.arrival is None:
        raise CannotRun(f"{document} holds no report that can be taken.")
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(one.arrival), indent=1) + b"\n")


@click.command()
@click.argument("arrival", metavar="ARRIVAL.json", type=FILE)
@click.option("--as", "form", type=click.Choice(FORMS), required=True, help="As what.")
@click.option("--organisation", metavar="NAME", required=True, help="Who sends it.")
@click.option("--email", metavar="ADDRESS", default="", help="Of its desk; CyberTipline and XARF ask for it.")
@click.option("--domain", metavar="NAME", default="", help="Of the organisation; XARF asks for it.")
@click.option("--place", type=click.IntRange(1), default=1, show_default=True, help="Which address; XARF says one.")
@click.option("--out", metavar="FILE", type=NamedPath(path_type=Path, dir_okay=False), help="[default: the terminal]")
def write(arrival: Path, form: Form, organisation: str, email: str, domain: str, place: int, out: Path | None) -> None:
    """Write a report, as `vaern report read` prints it, as a document of another kind.

    What the form leaves out, or holds in another way, is said on the terminal, part by part. It says of no file that
    anybody looked at it.
    """
    from vaern.formats.report_write import CannotWriteError, Facts
    from vaern.formats.report_write import write as written_as

    report = _arrival(arrival)
    facts = Facts(organisation, email, domain, _id_of(report), datetime.now(UTC), place=place)
    try:
        document = written_as(report, form, facts)
    except CannotWriteError as error:
        for fault in error.faults:
            click.echo(f"{fault.path}: {fault.said}", err=True)
        raise CannotRun(f"The report cannot be written as {form}.") from error
    for word, paths in (("left out", document.left_out), ("changed", document.changed)):
        for path in paths:
            click.echo(f"{word}: {path}", err=True)
    if out is None:
        sys.stdout.buffer.write(document.document + b"\n")
    else:
        out.write_bytes(document.document)


def _mapping(path: Path) -> Mapping:
    from vaern.formats.mapping import Mapping, mapping_of

    found = mapping_of(path.read_bytes())
    if isinstance(found, Mapping):
        return found
    for fault in found:
        click.echo(f"{fault.path or path.name}: {fault.said}", err=True)
    raise CannotRun(f"{path} is no mapping; see docs/how-to/read-another-systems-export.md.")


def _arrival(path: Path) -> Arrival:
    import msgspec

    from vaern.arrivals import Arrival

    try:
        return msgspec.json.decode(path.read_bytes(), type=Arrival)
    except msgspec.MsgspecError as error:
        raise CannotRun(f"{path} is no report as `vaern report read` prints it: {error}.") from error


def _id_of(report: Arrival) -> UUID:
    try:
        return UUID(report.reference)
    except ValueError:
        return uuid4()
