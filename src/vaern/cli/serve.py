"""`vaern serve`: start a node, and keep it running."""

from __future__ import annotations

import importlib.util
import os
import signal
import time
from typing import TYPE_CHECKING

import click

from vaern.cli.errors import NO_NODE, CannotRun
from vaern.cli.options import FOLDER
from vaern.cli.output import say

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.runtime.configuration import Configuration


def configured(*, make_secret: bool = True, **options: object) -> Configuration:
    """Read the configuration, with the options of a command over the environment.

    Raises:
        CannotRun: it is wrong, or the node is not installed.
    """
    needed = ("vaern.node", "django", "gunicorn", "procrastinate", "structlog")
    if any(importlib.util.find_spec(name) is None for name in needed):
        raise CannotRun(NO_NODE)
    from vaern.node.runtime.configuration import read_configuration
    from vaern.node.runtime.configuration_texts import ConfigurationError

    os.environ.update({f"VAERN_{name.upper()}": str(value) for name, value in options.items() if value is not None})
    try:
        return read_configuration(make_secret=make_secret)
    except ConfigurationError as error:
        raise CannotRun(str(error)) from error


@click.command("serve", short_help="Start a node: the site, its jobs and its database.")
@click.option("--home", metavar="FOLDER", type=FOLDER, help="The data folder (VAERN_HOME).  [default: vaern-node]")
@click.option("--address", metavar="URL", help="What people type, such as https://node.example (VAERN_ADDRESS).")
@click.option("--bind", metavar="HOST:PORT", help="Where to listen (VAERN_BIND).  [default: 127.0.0.1:8000]")
@click.option("--synthetic", is_flag=True, help="Everything in this node is made up; every page says so.")
def serve(home: Path | None, address: str | None, bind: str | None, synthetic: bool) -> None:
    """Start a node, and keep it running until Ctrl-C.

    The first start makes the data folder with the database in it and prints a one-time sign-in link. Further
    settings are variables of the environment (docs/reference/configuration.md).
    """
    configuration = configured(
        home=home, address=_address(address, bind), bind=bind, synthetic="1" if synthetic else None
    )
    from vaern.node.runtime.embedded import DatabaseError
    from vaern.node.runtime.serving import lifecycle
    from vaern.node.runtime.serving.preparation import CannotStart
    from vaern.node.runtime.serving.supervisor import AlreadyServed, stop_here

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop_here)
    begun = time.monotonic()
    try:
        lifecycle.run(configuration, say, lambda link: _ready(configuration, link, time.monotonic() - begun))
    except (AlreadyServed, CannotStart, DatabaseError) as error:
        raise CannotRun(str(error)) from error
    except KeyboardInterrupt:
        pass
    say("Stopped.", err=True)


def _address(address: str | None, bind: str | None) -> str | None:
    """Where only the place to listen is given, on this machine, people type that."""
    if address is not None or bind is None or os.environ.get("VAERN_ADDRESS"):
        return address
    host, _, port = bind.rpartition(":")
    return f"http://localhost:{port}" if host in {"127.0.0.1", "localhost"} else None


def _ready(configuration: Configuration, link: str | None, seconds: float) -> None:
    say()
    say(f"  The node is ready: {configuration.address}   ({seconds:.1f} s)")
    if configuration.synthetic:
        say("  Everything in it is synthetic.")
    if link is not None:
        say()
        say("  Nobody has an account yet. Open this link within a day to make yours; it works once:")
        say()
        say(f"    {link}")
    say()
    say("  Ctrl-C stops it.")
    say()
