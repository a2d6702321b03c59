"""`vaern export` and `vaern lists export`: findings and lists as documents for other programs."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vaern.cli.options import FILE, FOLDER, NamedPath
from vaern.cli.output import count, say, table
from vaern.cli.progress_lines import progress_option
from vaern.records import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vaern.formats.left import Left
    from vaern.formats.vics_write import Document
    from vaern.records import Entry

STANDARD_OUTPUT = Path("-")

FORMATS = ("vics-2.0", "vics-1.3", "csv", "ncmec", "stopncii", "threatexchange")

out_option = click.option(
    "--out",
    metavar="FILE",
    required=True,
    type=NamedPath(dir_okay=False, allow_dash=True, path_type=Path),
    help="The document to write; it must not be there yet. - is standard output.",
)
country_option = click.option(
    "--country",
    default="Default",
    show_default=True,
    help="For VICS 2.0, whose scheme its categories are of: US, UK …",
)
scheme_option = click.option(
    "--scheme",
    default="",
    help="For VICS, the scheme of those classes that become categories, if you know that it is the document's own. "
    "[default: VICS 2.0 COUNTRY, or VICS 1.3]",
)


@click.group(short_help="Write the findings of a scan for other programs.")
def export() -> None:
    """Write the findings of a scan as a document that other programs read. No media: hashes and metadata."""


@export.command()
@click.argument("results", metavar="RESULTS_FOLDER", type=FOLDER)
@click.option("--version", type=click.Choice(["2.0", "1.3"]), default="2.0", show_default=True, help="Of VICS.")
@out_option
@country_option
@scheme_option
@progress_option
@click.option("--case", "number", metavar="NUMBER", help="Write one case of this number, instead of a hash set.")
@click.option(
    "--verdict",
    "verdicts",
    multiple=True,
    type=click.Choice(["known", "near", "new", "ignored", "unreadable"]),
    default=("known", "near", "new"),
    show_default=True,
    help="Which findings; give it again for more.",
)
def vics(
    results: Path, version: str, out: Path, country: str, scheme: str, number: str | None, verdicts: tuple[str, ...]
) -> None:
    """Write the findings of a scan as Project VIC's VICS, for a workstation that grades them.

    A file is one medium by its MD5, with every place where it lies; the media themselves stay where they are. What the
    workstation writes back is read by `vaern lists build`, and by a node.
    """
    import vaern
    from vaern.cli.progress import Counting
    from vaern.formats import vics_findings
    from vaern.formats.left import Left

    case = {"CaseNumber": number, "SourceApplicationName": "vaern", "SourceApplicationVersion": vaern.__version__}
    cases = ({key: value for key, value in case.items() if value},) if number else ()
    document = _document(version, country, scheme, of_cases=bool(number), cases=cases)
    left = Left()
    with Counting(f"Writing {out}", "findings") as counting:
        _save(
            out,
            vics_findings.write(
                results / "findings.jsonl", document, left, verdicts=verdicts, on_finding=counting.another
            ),
        )
    print_left(out, left, "medium", "media")


@export.command()
@click.argument("results", metavar="RESULTS_FOLDER", type=FOLDER)
@out_option
@progress_option
@click.option("--case", "number", metavar="NUMBER", default="", help="The case that the scan belongs to.")
@click.option(
    "--verdict",
    "verdicts",
    multiple=True,
    type=click.Choice(VERDICTS),
    default=("known", "near"),
    show_default=True,
    help="Which findings; give it again for more.",
)
def case(results: Path, out: Path, number: str, verdicts: tuple[str, ...]) -> None:
    """Write the findings of a scan as CASE/UCO 1.5.0 (JSON-LD), for the tools of police and laboratories.

    Each file is there with its path, times and hashes, and with what lists said of it; never its bytes.
    """
    from vaern.cli.progress import Counting
    from vaern.formats import case_findings
    from vaern.formats.left import Left
    from vaern.formats.moments import moment_of
    from vaern.scanning.record import read_run

    run = read_run(results / "run.json", "export")
    about = case_findings.About(
        run.run,
        ("vaern", run.versions.get("vaern", "")),
        moment_of(run.started),
        moment_of(run.finished or ""),
        number,
        run.synthetic,
    )
    left = Left()
    with Counting(f"Writing {out}", "findings") as counting:
        written = case_findings.write(
            results / "findings.jsonl", about, left, verdicts=verdicts, on_finding=counting.another
        )
        _save(out, written)
    print_left(out, left, "file", "files")


@click.command(name="export")
@click.argument("list_", metavar="LIST", type=FOLDER)
@click.option("--format", "format_", required=True, type=click.Choice(FORMATS), help="What to write.")
@out_option
@country_option
@scheme_option
@click.option(
    "--cases-of",
    "original",
    metavar="FILE",
    type=FILE,
    help="For VICS, write cases, with what this document says of them: the one that the list was built from.",
)
@progress_option
@click.option("--member", metavar="NUMBER", default="1", show_default=True, help="For NCMEC, your number as a member.")
def export_list(
    list_: Path, format_: str, out: Path, country: str, scheme: str, original: Path | None, member: str
) -> None:
    """Write the list LIST as a document for other programs: what counts in it now.

    What the document has no place for is counted, entry by entry and field by field, and nothing is made up for it.
    """
    from vaern.cli.options import open_lists
    from vaern.cli.progress import Counting
    from vaern.formats.left import Left

    document = None
    if format_.startswith("vics"):
        from vaern.formats.vics_cases import cases_of_file

        cases = cases_of_file(original) if original else ()
        version = format_.removeprefix("vics-")
        document = _document(version, country, scheme, of_cases=original is not None, cases=cases)
    elif original:
        raise click.UsageError("--cases-of is for VICS.")
    elif not member.isdecimal():
        raise click.UsageError("--member is a number.")
    (opened,) = open_lists([list_])
    left = Left()
    with Counting(f"Writing {out}") as counting:
        entries = _counted(opened.live(), counting.count)
        _save(out, _written(entries, format_, left, opened.name, document, member))
    print_left(out, left, "entry", "entries")


def _written(
    entries: Iterator[Entry], format_: str, left: Left, name: str, document: Document | None, member: str
) -> Iterable[bytes]:
    from vaern.formats import csv_lists_write, ncmec_hashes_write, stopncii_write, threatexchange_write, vics_write

    if document:
        return vics_write.write(entries, document, left)
    if format_ == "csv":
        return csv_lists_write.write(entries, left)
    if format_ == "ncmec":
        ours = ncmec_hashes_write.Member(member, name)
        return [ncmec_hashes_write.query_result(entries, member=ours, left=left)]
    if format_ == "stopncii":
        return [stopncii_write.fetch_hashes(entries, next_token=None, next_timestamp=0, left=left)]
    return [threatexchange_write.threat_updates(entries, owner=name, left=left)]


def _document(
    version: str, country: str, scheme: str, *, of_cases: bool = False, cases: tuple[dict[str, Any], ...] = ()
) -> Document:
    import vaern
    from vaern.formats.vics_write import Document

    try:
        return Document(
            version,  # type: ignore[arg-type]
            country,
            of_cases=of_cases,
            scheme=scheme,
            cases=cases,
            application=("vaern", vaern.__version__),
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _counted(entries: Iterator[Entry], each: Callable[[Entry], None]) -> Iterator[Entry]:
    for entry in entries:
        each(entry)
        yield entry


def _save(out: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that was not there, whole or not at all; or standard output, as it comes."""
    if out == STANDARD_OUTPUT:
        for piece in pieces:
            click.echo(piece, nl=False)
        return
    if out.exists():
        raise click.UsageError(f"{out} is there already; name another, or remove it.")
    partial = out.with_name(out.name + ".partial")
    try:
        with partial.open("xb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(out)
    except FileExistsError:
        raise click.UsageError(f"{partial} is left of an earlier try, or another is at it; remove it.") from None
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def print_left(out: Path, left: Left, one: str, many: str) -> None:
    """Say what is in a document, and what is not and why; on standard error where the document is on the other."""
    with redirect_stdout(sys.stderr) if out == STANDARD_OUTPUT else nullcontext():
        _print_left(out, left, one, many)


def _print_left(out: Path, left: Left, one: str, many: str) -> None:
    say(f"{out}: {count(left.written, one, many)}.")
    if left.entries:
        say("Left out:")
        table([(f"{number:,}", reason) for reason, number in left.entries.most_common()])
    if left.fields:
        say("Without a place in it:")
        table([(f"{number:,}", name) for name, number in left.fields.most_common()])
