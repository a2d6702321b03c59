"""Starts the node of the demonstration, fills it at the first start, prints who can sign in, and serves it."""

from __future__ import annotations

import http.client
import os
import sys
import time
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, NoReturn

from vaern.node.demo.codes import command
from vaern.node.demo.visits import PART_FAILED, visit
from vaern.node.runtime import database
from vaern.node.runtime.configuration import read_configuration
from vaern.node.runtime.serving import lifecycle
from vaern.node.runtime.serving.preparation import prepare

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vaern.node.demo.sign_in import SignIn
    from vaern.node.runtime.configuration import Configuration

    Say = Callable[[str], None]


LOG = "node.log"


@contextmanager
def quiet(log: Path) -> Iterator[Say]:
    """Send what this process and its children write into a file, and return what still writes to the terminal."""
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sys.stdout.flush()
    outputs = (os.dup(1), os.dup(2))
    log.touch(mode=0o600)
    log.chmod(0o600)  # mail of the demonstration stands in it, with its links
    with log.open("ab") as file, os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1) as terminal:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield partial(print, file=terminal, flush=True)
        finally:
            sys.stdout.flush()
            for number, output in enumerate(outputs, 1):
                os.dup2(output, number)
                os.close(output)


class Finished(Exception):
    """The pages were opened; `status` is 0 if all answered."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def serve(options: argparse.Namespace, say: Say) -> None:
    """Fill the node if it is new, and serve it until it is told to stop.

    Raises:
        Finished: `--once` was asked for, and is done.
    """
    configuration = read_configuration()
    begun = time.monotonic()
    database.provide(configuration)
    table = _fill(configuration, options, say)

    def ready(_link: str | None) -> None:
        _announce(configuration, table, time.monotonic() - begun, say)
        say(f"A new code: {command(options.home)}")
        if options.once:
            _open_pages(configuration, table, say)

    lifecycle.run(configuration, say, ready)


def _fill(configuration: Configuration, options: argparse.Namespace, say: Say) -> list[SignIn]:
    link = prepare(configuration, say)
    from django.db import connections

    from vaern.node.demo.pace import seldom_collected
    from vaern.node.demo.seed import is_seeded, seed
    from vaern.node.demo.sign_in import sign_ins
    from vaern.node.ledger.sequencer import sequence_once
    from vaern.node.oversight.daily_counts import count_new

    if link is not None and not is_seeded():
        with seldom_collected():
            seed(link, options.results, say, _days(options, say))
    if options.people or options.organisations or options.entries:
        from vaern.node.demo.volume import multiply

        multiply(options.organisations, options.people, options.entries, say)
    sequence_once()
    count_new()
    table = list(sign_ins())
    connections.close_all()
    return table


def _days(options: argparse.Namespace, say: Say) -> int:
    """Return how many days of history are told: none where the clock cannot be moved."""
    if options.days and find_spec("time_machine") is None:
        say("Without its history: install vaern[demo], which brings the clock that moves.")
        return 0
    days: int = options.days
    return days


def _announce(configuration: Configuration, table: list[SignIn], seconds: float, say: Say) -> None:
    whole = configuration.home / "sign-ins.txt"
    whole.touch(mode=0o600)
    whole.write_text("\n\n".join(_paragraph(line) for line in table) + "\n", "utf-8")
    say("")
    say(f"The node is ready: {configuration.address}   ({seconds:.1f} s)")
    say("Everything in it is synthetic: invented countries, organisations, people and hashes.")
    say("Sign in as anybody with one click, take the tour, read the mail it sent:\n")
    say(f"    {configuration.address}/demo/\n")
    say(f"All {len(table)} people: {whole}   The node's log: {configuration.home / LOG}   Ctrl-C stops the node.")


def _paragraph(line: SignIn) -> str:
    return (
        f"  {line.roles}: {line.name}, {line.organisation}\n"
        f"    {line.email}   password {line.password}   code {line.code}\n"
        f"    {line.link}"
    )


def _open_pages(configuration: Configuration, table: list[SignIn], say: Say) -> NoReturn:
    """Sign everybody in by their link and open their front page.

    Raises:
        Finished: always; with 1 if somebody did not get their page, or not all of it.
    """
    failed = 0
    for line in table:
        statuses, page = visit(configuration.bind, line.link)
        if statuses[-1] != http.client.OK or PART_FAILED in page:
            failed += 1
            say(f"FAILED: {line.email} got {statuses}" + (", and not all of it" if PART_FAILED in page else ""))
    say(f"\nThe front pages of {len(table)} people were opened; {failed} failed.")
    raise Finished(1 if failed else 0)
