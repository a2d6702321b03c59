"""`vaern match`: look up signals, without media."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from vaern.cli.errors import CannotRun
from vaern.cli.options import FILE, FOLDER, distance_option, open_lists
from vaern.cli.output import count, safe, say, table
from vaern.records import DIGEST_KINDS, MATERIAL, PDQ_BYTES, Signal

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.matching import Answer

LENGTHS = {**DIGEST_KINDS, "pdq": PDQ_BYTES}
"""What can be looked up, with its length in bytes."""


class SignalText(click.ParamType[tuple[Signal, ...]]):
    """Hexadecimal, with `kind:` before it where the length does not tell."""

    name = "signal"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Signal, ...]:
        """The signals that the text can stand for."""
        kind, colon, digits = value.rpartition(":")
        try:
            raw = bytes.fromhex(digits)
        except ValueError:
            self.fail(f"{safe(value)!r} is not hexadecimal, with two digits for each byte.", param, ctx)
        if colon and kind.lower() not in LENGTHS:
            self.fail(f"{safe(kind)!r} cannot be looked up; {', '.join(LENGTHS)} can.", param, ctx)
        kinds = [kind.lower()] if colon else [name for name, length in LENGTHS.items() if length == len(raw)]
        if not kinds or LENGTHS[kinds[0]] != len(raw):
            expected = ", ".join(f"{name} {2 * length}" for name, length in LENGTHS.items())
            self.fail(f"{safe(value)!r} has {2 * len(raw)} digits; expected: {expected}.", param, ctx)
        return tuple(Signal(name, raw) for name in kinds)


@click.command(short_help="Look up signals in list packages, without media.")
@click.argument("signals", metavar="SIGNAL...", nargs=-1, required=True, type=SignalText())
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
    lists: tuple[Path, ...],
    node: str | None,
    key_file: Path | None,
    distance: int | None,
    as_json: bool,
) -> None:
    """Look up signals in list packages, without media: to replay a hit, or for those who hold hashes only.

    SIGNAL is an MD5, SHA-1, SHA-256 or PDQ value in hexadecimal, or KIND:VALUE to say which it is. 64 digits alone
    are tried as SHA-256 and as PDQ. Exit status 3 when a list of known material has one of them.
    """
    if bool(lists) == bool(node) or bool(node) != bool(key_file):
        raise CannotRun("give --list, or --node with --key-file")
    if node and key_file:
        ask_node([signal for group in signals for signal in group], node, key_file, as_json=as_json)
        return
    from vaern.matching import Matcher

    matcher = Matcher(open_lists(lists), distance)
    asked = [signal for group in signals for signal in group]
    answers = matcher.match_signals(asked)
    for signal, answer in zip(asked, answers, strict=True):
        (print_json if as_json else print_matches)(signal, answer, matcher.checked)
    known_good = {list_.name for list_ in matcher.lists if list_.purpose not in MATERIAL}
    if any(hit.list not in known_good for answer in answers for hit in answer.matches):
        raise click.exceptions.Exit(3)


def ask_node(signals: list[Signal], node: str, key_file: Path, *, as_json: bool) -> None:
    """Look signals up at a service, and print what it says and what follows by the key's policy."""
    from vaern.cli.lookup import client

    results = list(client(node, key_file).look_up(signals, purpose="match"))
    for signal, result in zip(signals, results, strict=True):
        if as_json:
            click.echo(msgspec.json.encode({"kind": signal.kind, "value": signal.value.hex(), "result": result}))
            continue
        say(f"{signal.kind} {signal.value.hex()}: {result.verdict.act}")
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
    if any(result.verdict.act != "none" for result in results):
        raise click.exceptions.Exit(3)


def print_json(signal: Signal, answer: Answer, checked: str) -> None:
    """One line, which a program reads; `checked` as of `Finding`."""
    line = {"kind": signal.kind, "value": signal.value.hex(), "matches": answer.matches}
    said = {"more": answer.more, "checked": checked}
    click.echo(msgspec.json.encode(line | {name: value for name, value in said.items() if value}))


def print_matches(signal: Signal, answer: Answer, checked: str) -> None:
    """A signal and its hits, nearest first; without one, how old the oldest of the lists is that do not have it."""
    as_of = f" (as of {checked})" if checked else ""
    say(f"{signal.kind} {signal.value.hex()}" + ("" if answer.matches else f": no list has it{as_of}"))
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
