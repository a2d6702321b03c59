"""`vaern report`: send what a scan found to a desk, as a report; read and write documents of reports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from vaern.cli.errors import CannotRun
from vaern.cli.options import FILE, FOLDER
from vaern.cli.output import count, say
from vaern.cli.report_documents import read, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vaern.client.desks import Desk
    from vaern.records import Finding

MOST_FILES = 200
"""Files in one report; a scan with more becomes several."""

MOST_BYTES = 1_500_000
"""Of one report as JSON: a node takes 2.5 MB."""

MOST_SIGNALS = 600
SENT = "reports-sent.json"
"""In the results folder: which of the reports a desk has taken."""


@click.group(short_help="Send what a scan found to a desk; read and write reports.")
def report() -> None:
    """Send what a scan found to the desk of a hotline or the police, as hashes. Files and their names stay here.

    Read a document in which a report came, and write a report as a document of another kind.
    """


report.add_command(read)
report.add_command(write)


@report.command()
@click.argument("results", metavar="RESULTS_FOLDER", type=FOLDER)
@click.option("--to", "address", metavar="URL", required=True, help="The node's address, such as https://node.example.")
@click.option("--key-file", metavar="FILE", required=True, type=FILE, help="Holds your organisation's API key.")
@click.option("--desk", metavar="ID", help="The organisation that takes it.  [default: your own]")
@click.option(
    "--verdict",
    "verdicts",
    multiple=True,
    type=click.Choice(["known", "near", "new"]),
    default=("known", "near"),
    show_default=True,
    help="Which findings; give it again for more.",
)
@click.option("--danger", is_flag=True, help="A child is in danger now: the report is urgent.")
@click.option("--words", metavar="TEXT", default="", help="What you want to say, in your own words.")
@click.option("--legal-ground", metavar="CODE", default="", help="On which you detected; the desk knows the codes.")
@click.option("--reason", metavar="REASON", default="investigation", show_default=True, help="For the node's ledger.")
@click.option("--synthetic", is_flag=True, help="Everything in it is made up.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent, and send nothing.")
def send(
    results: Path,
    address: str,
    key_file: Path,
    desk: str | None,
    verdicts: tuple[str, ...],
    danger: bool,
    words: str,
    legal_ground: str,
    reason: str,
    synthetic: bool,
    dry_run: bool,
) -> None:
    """Send the findings of a scan as a report.

    A scan with more than 200 such files becomes several reports. What was sent is noted in the results folder, and the
    node knows each report by the scan's own identifier: run the same command again after an interruption, and nothing
    is sent twice.
    """
    from vaern.scanning.report.run import Run

    try:
        run = Run.read(results)
    except ValueError as error:
        raise CannotRun(str(error)) from error
    about: dict[str, Any] = {
        "document": "scan",
        "offence": "material",
        "legal_ground": legal_ground,
        "narrative": words,
        "synthetic": synthetic,
    }
    about |= {"danger_now": True} if danger else {}
    parts = list(_reports(results, run.text("run") or results.name, set(verdicts), about))
    if not parts:
        say(f"Nothing to send: the scan has no finding that is {' or '.join(verdicts)}.")
        return
    files = sum(len(part["files"]) for part in parts)
    if dry_run:
        say(f"Would send {count(files, 'file')} in {count(len(parts), 'report')} to {address}, as hashes:")
        for part in parts:
            click.echo(json.dumps(part))
        return
    from vaern.client.desks import Desk, SendingError

    try:
        _send_all(results, parts, Desk(address, _key(key_file), desk, reason))
    except SendingError as error:
        raise CannotRun(str(error)) from error
    say(f"{count(files, 'file')} in {count(len(parts), 'report')}: sent to {address}.")


def _reports(results: Path, run: str, verdicts: set[str], about: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The reports of a scan, each small enough for one request; always the same for the same scan."""
    files: list[dict[str, Any]] = []
    size = number = 0
    from vaern.formats.findings import read

    for finding in read(results / "findings.jsonl"):
        if finding.verdict not in verdicts:
            continue
        file = _file(finding)
        length = len(json.dumps(file))
        if files and (len(files) == MOST_FILES or size + length > MOST_BYTES):
            number += 1
            yield {**about, "reference": f"scan-{run}-{number}", "files": files}
            files, size = [], 0
        files.append(file)
        size += length
    if files:
        yield {**about, "reference": f"scan-{run}-{number + 1}", "files": files}


def _file(finding: Finding) -> dict[str, Any]:
    """What is said of one file: signals and metadata. Its name, its place and its camera stay here."""
    media = finding.media
    signals = [
        {
            "kind": signal.kind,
            "value": signal.value.hex(),
            "orientation": signal.orientation,
            "region": signal.region,
            "frame": signal.frame,
            **({} if signal.quality is None else {"quality": signal.quality}),
        }
        for signal in media.signals
        if signal.kind in {"md5", "sha1", "sha256", "pdq", "vpdq"}
    ]
    said: dict[str, Any] = {"signals": signals[:MOST_SIGNALS], "size": media.size, "mime": media.mime}
    if finding.matches:
        match = finding.matches[0]
        said |= {"match_list": match.list, "match_entry": match.entry, "match_distance": match.distance}
    return said


def _key(path: Path) -> str:
    key = path.read_text("utf-8", "replace").strip()
    if not key.startswith("vaern_") or not key.isascii() or " " in key or "\n" in key:
        raise CannotRun(f"{path} does not hold an API key: one line that begins with vaern_.")
    return key


def _send_all(results: Path, parts: list[dict[str, Any]], desk: Desk) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    noted = _noted(results)
    columns = (TextColumn("Sending"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        for part in progress.track(parts):
            place = f"{desk.address} {desk.desk or ''} {part['reference']}"
            if place not in noted:
                noted[place] = desk.send(part)
                (results / SENT).write_text(json.dumps(noted, indent=1) + "\n", "utf-8")


def _noted(results: Path) -> dict[str, str]:
    path = results / SENT
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        raise CannotRun(f"{path} is damaged: delete it; the node knows what it has.") from None
    return found if isinstance(found, dict) else {}
