"""`vaern bag`: check an evidence bag, for whoever has no node."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from vaern.cli.errors import CannotRun
from vaern.cli.options import FILE, FOLDER
from vaern.cli.output import count, say

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.formats.evidence_bag import Examined

NOT_VALID = 1
"""Exit status where the bag is not valid, or not complete."""


@click.group(short_help="Check an evidence bag.")
def bag() -> None:
    """Check a bag (BagIt, RFC 8493), as a node exports its evidence register."""


@bag.command()
@click.argument("path", metavar="PATH", type=FOLDER)
@click.option("--certificates", metavar="FILE", type=FILE, help="Of the time stamp service, PEM, its root among them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(path: Path, certificates: Path | None, as_json: bool) -> None:
    """Check the bag at PATH: a folder, a zip or a tar. Nothing is unpacked, and nothing is fetched.

    Says everything that is wrong, with file and line; whether each chain of custody in a register is whole; and, with
    --certificates, whether the time stamp holds. Exit status 0: valid. 1: not valid, or not complete.
    """
    from vaern.formats import FormatError
    from vaern.formats.evidence_bag import examine
    from vaern.formats.timestamps import StampError
    from vaern.formats.timestamps import certificates as read_certificates

    try:
        trusted = read_certificates(certificates.read_bytes()) if certificates else []
        found = examine(path, trusted)
    except (FormatError, StampError, OSError) as error:
        raise CannotRun(f"{error}.") from error
    if as_json:
        click.echo(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    else:
        _tell(found)
    if found.state != "valid":
        raise click.exceptions.Exit(NOT_VALID)


def _tell(found: Examined) -> None:
    report = found.report
    for remark in report.remarks:
        say(str(remark))
    for broken in found.breaks:
        say(f"{found.case or 'register.json'}: {broken}")
    if found.evidence:
        held = f"{count(found.evidence, 'piece')} of evidence, {count(found.events, 'event')} of custody"
        say(f"Register of case {found.case}: {held}.")
    if found.stamp:
        off = f", give or take {found.stamp.accuracy.total_seconds():g} s" if found.stamp.accuracy else ""
        say(f"Time stamp: {found.stamp.at:%Y-%m-%d %H:%M:%S} UTC{off}, by {found.stamp.authority}.")
    else:
        say(f"Time stamp: {found.stamp_said}.")
    files = f"{count(report.files, 'file')}, {report.octets:,} bytes, {', '.join(report.algorithms) or 'no digests'}"
    state = {"valid": "valid", "incomplete": "not complete", "invalid": "NOT valid"}[found.state]
    say(f"The bag is {state}: {files}.")


def _as_json(found: Examined) -> dict[str, object]:
    import msgspec

    report = msgspec.to_builtins(found.report)
    del report["kept"]
    stamp = found.stamp and {
        "at": found.stamp.at.isoformat(),
        "authority": found.stamp.authority,
        "policy": found.stamp.policy,
        "serial": str(found.stamp.serial),
        "algorithm": found.stamp.algorithm,
    }
    return {
        "state": found.state,
        "bag": report,
        "case": found.case,
        "evidence": found.evidence,
        "events": found.events,
        "breaks": list(found.breaks),
        "time_stamp": stamp,
        "time_stamp_said": found.stamp_said,
    }
