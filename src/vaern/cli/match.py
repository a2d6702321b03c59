"""`vaern match`: look up signals, without media."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from vaern.cli.errors import CannotRun
from vaern.cli.options import FILE, FILE_OR_INPUT, FOLDER, distance_option, open_lists
from vaern.cli.output import count, say, table
from vaern.cli.signals import Asking, SignalText, named, of_file, written
from vaern.records import MATERIAL, Signal

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.client.lookups import Result
    from vaern.lookup.policy import Reason
    from vaern.matching import Answer

AT_ONCE = 1000
"""Signals that are matched together."""


@click.command(short_help="Look up signals in list packages, without media.")
@click.argument("signals", metavar="[SIGNAL...]", nargs=-1, type=SignalText())
@click.option(
    "--from",
    "file",
    metavar="FILE",
    type=FILE_OR_INPUT,
    help="Signals of a file, a JSON object a line: what `vaern hash --json` writes, findings.jsonl, or signals as a "
    "call of the look-up service has them. - is standard input.",
)
@click.option(
    "--list",
    "lists",
    metavar="LIST",
    multiple=True,
    type=FOLDER,
    help="A list package (see `vaern lists build`). Give it again for more lists.",
)
@click.option("--node", metavar="URL", help="Ask the look-up service there instead, for who holds no list.")
@click.option("--key-file", metavar="FILE", type=FILE, help="With --node: a file that holds the key and nothing else.")
@distance_option
@click.option("--json", "as_json", is_flag=True, help="One JSON object a signal and line.")
def match(
    signals: tuple[tuple[Signal, ...], ...],
    file: Path | None,
    lists: tuple[Path, ...],
    node: str | None,
    key_file: Path | None,
    distance: int | None,
    as_json: bool,
) -> None:
    """Look up signals in list packages, without media: to replay a hit, or for those who hold hashes only.

    SIGNAL is an MD5, SHA-1, SHA-256 or PDQ value in hexadecimal, or KIND:VALUE to say which it is. 64 digits alone
    are tried as SHA-256 and as PDQ. All kinds of signals can be asked: behind a PDQ value may stand its quality
    (pdq:VALUE,87), addresses, domains, keywords and wallets are given in any spelling (domain:bad.example).

    Names of files stay here, and no more than signals goes to --node. Exit status 3 when a list of known material has
    one of them.
    """
    if bool(lists) == bool(node) or bool(node) != bool(key_file):
        raise CannotRun("give --list, or --node with --key-file")
    if not (signals or file):
        raise CannotRun("give a SIGNAL, or a file of them with --from")
    if node and distance is not None:
        raise CannotRun("--distance goes with --list: how far a key is told hits, the service says")
    asked = [Asking(signal) for group in signals for signal in group] + (_of_file(file) if file else [])
    found = (
        ask_node(asked, node, key_file, as_json=as_json)
        if node and key_file
        else ask_lists(asked, lists, distance, as_json=as_json)
    )
    if found:
        raise click.exceptions.Exit(3)


def _of_file(path: Path) -> list[Asking]:
    with click.open_file(str(path), "rb") as file:  # - is standard input
        return of_file(file)


def ask_lists(asked: list[Asking], lists: tuple[Path, ...], distance: int | None, *, as_json: bool) -> bool:
    """Look signals up in lists, print what these have, and return whether known material is among it."""
    from vaern.matching import Matcher

    matcher = Matcher(open_lists(lists), distance)
    known_good = {list_.name for list_ in matcher.lists if list_.purpose not in MATERIAL}
    found = False
    for at in range(0, len(asked), AT_ONCE):
        some = asked[at : at + AT_ONCE]
        answers = matcher.match_signals([one.signal for one in some])
        for one, answer in zip(some, answers, strict=True):
            (print_json if as_json else print_matches)(one, answer, matcher.checked)
        found |= any(hit.list not in known_good for answer in answers for hit in answer.matches)
    return found


def ask_node(asked: list[Asking], node: str, key_file: Path, *, as_json: bool) -> bool:
    """Look signals up at a service, print what it says, and return whether anything follows by the key's policy."""
    from vaern.cli.lookup import client

    results = client(node, key_file).look_up((one.signal for one in asked), purpose="match")
    found = False
    for one, result in zip(asked, results, strict=True):
        found |= result.verdict.act != "none"
        if as_json:
            click.echo(msgspec.json.encode(_said(one) | {"result": result}))
        else:
            print_result(one, result)
    return found


def print_result(asking: Asking, result: Result) -> None:
    """A signal, what follows from what the service has of it and why, and its hits as far as they are told."""
    say(f"{named(asking)}: {result.verdict.act}")
    for reason in (*result.verdict.because, *result.verdict.lacks):
        say(f"  {reason.text}")
    table(
        [
            (
                count(hit.distance, "bit").rjust(len("256 bits")),
                f"list {hit.list}, release {hit.release}",
                f"entry {hit.entry}",
                " ".join(filter(None, (hit.scheme, hit.classification))),
            )
            for hit in result.hits
        ]
    )
    for one in result.classes:
        say(f"  class {' '.join(filter(None, (one.scheme, one.classification)))}, on a list of which no more is told")
    if result.more:
        say(f"and {count(result.more, 'more hit')}, none of them nearer")


def _lacks(asking: Asking, answer: Answer) -> tuple[Reason, ...]:
    """Why nothing was looked for, as the look-up service says it."""
    from vaern.lookup.judging import missed

    return () if answer.matches else missed(asking.signal).verdict.lacks


def _said(asking: Asking) -> dict[str, object]:
    """A signal for a program."""
    line: dict[str, object] = {"kind": asking.signal.kind, "value": written(asking.signal)}
    return line | ({"id": asking.id} if asking.id else {})


def print_json(asking: Asking, answer: Answer, checked: str) -> None:
    """One line, which a program reads; `checked` as of `Finding`."""
    line = _said(asking) | {"matches": answer.matches}
    said = {"more": answer.more, "checked": checked, "lacks": _lacks(asking, answer)}
    click.echo(msgspec.json.encode(line | {name: value for name, value in said.items() if value}))


def print_matches(asking: Asking, answer: Answer, checked: str) -> None:
    """A signal and its hits, nearest first; without one, how old the oldest of the lists is that do not have it."""
    as_of = f" (as of {checked})" if checked else ""
    lacks = _lacks(asking, answer)
    missed = "; ".join(reason.text for reason in lacks) or f"no list has it{as_of}"
    say(named(asking) + ("" if answer.matches else f": {missed}"))
    table(
        [
            (
                count(hit.distance, "bit").rjust(len("256 bits")),
                f"list {hit.list}, release {hit.release}" + (f", checked {hit.checked}" if hit.checked else ""),
                f"entry {hit.entry}",
                " ".join(filter(None, (hit.scheme, hit.classification))),
            )
            for hit in answer.matches
        ]
    )
    if answer.more:
        say(f"and {count(answer.more, 'more hit')}, none of them nearer than those of its list")
