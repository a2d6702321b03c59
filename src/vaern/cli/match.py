"""`vaern match`: look up signals, without media."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
import msgspec

from vaern.cli.answers import OfLists, OfNode, of_signal
from vaern.cli.errors import CannotRun
from vaern.cli.options import FILE, FILE_OR_INPUT, FOLDER, distance_option
from vaern.cli.output import say
from vaern.cli.signals import Asking, SignalText

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from vaern.cli.answers import Answering
    from vaern.cli.signal_lines import Line
    from vaern.records import Signal

SOME_UNREADABLE = 4
"""Exit status: finished, but some lines could not be used."""


@click.command(short_help="Look up signals in list packages, without media.")
@click.argument("signals", metavar="[SIGNAL...]", nargs=-1, type=SignalText())
@click.option(
    "--from",
    "file",
    metavar="FILE",
    type=FILE_OR_INPUT,
    help="Signals of a file: what `vaern hash` writes as JSON or CSV, findings.jsonl, lines as SIGNAL or of sha256sum, "
    "or signals as a call of the look-up service has them. - is standard input, which is answered as it comes.",
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

    Names of files stay here, and no more than signals goes to --node. A line of standard input that cannot be used is
    named on standard error, and the others are answered; a FILE is looked through before. Exit status 3 when a list of
    known material has one of the signals, else 4 when a line could not be used.
    """
    if bool(lists) == bool(node) or bool(node) != bool(key_file):
        raise CannotRun("give --list, or --node with --key-file")
    if not (signals or file):
        raise CannotRun("give a SIGNAL, or a file of them with --from")
    if node and distance is not None:
        raise CannotRun("--distance goes with --list: how far a key is told hits, the service says")
    with _of_file(file) as lines:
        service = OfNode(node, key_file) if node and key_file else OfLists(lists, distance)
        found, faults = False, 0
        told = [(0, Asking(signal)) for group in signals for signal in group]
        if told:
            found = answer(service, told, as_json=as_json)
        any_asked = bool(told)
        for some in lines:
            for line in (line for line in some if line.fault):
                say(f"{line.fault}; it is left out", err=True)
                faults += 1
            asked = [(line.number, asking) for line in some for asking in line.asked]
            any_asked |= bool(asked)
            found |= answer(service, asked, as_json=as_json)
    if not (any_asked or faults):
        raise CannotRun(f"{file} cannot be used: there is no signal in it")
    if found or faults:
        raise click.exceptions.Exit(3 if found else SOME_UNREADABLE)


@contextmanager
def _of_file(path: Path | None) -> Iterator[Iterable[list[Line]]]:
    """The lines of a file without a fault, or of a pipe as they come."""
    if path is None:
        yield ()
        return
    from vaern.cli.signal_lines import checked, read

    with click.open_file(str(path), "rb") as file:  # - is standard input
        yield checked(file) if path.is_file() and str(path) != "-" else read(file)


def answer(service: Answering, asked: list[tuple[int, Asking]], *, as_json: bool) -> bool:
    """Look signals up, print what is said of them in one piece, and return whether any raises an alarm.

    Args:
        service: who answers.
        asked: signals, each with its line.
        as_json: an object a line.
    """
    answers = service.look_up([asking.signal for _, asking in asked])
    both = list(zip(asked, answers, strict=True))
    if as_json and both:
        rows = (of_signal(asking, number) | service.row(asking, one) for (number, asking), one in both)
        click.echo(b"\n".join(map(msgspec.json.encode, rows)))  # which flushes
    elif both:
        click.echo("\n".join(line for (_, asking), one in both for line in service.lines(asking, one)))
    return any(service.alarms(one) for one in answers)
