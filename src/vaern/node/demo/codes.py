"""A fresh one-time code for somebody of the demonstration: printed ones are stale after half a minute."""

from __future__ import annotations

import os
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vaern.node.demo.alliance import BODIES, address
from vaern.node.runtime import database
from vaern.node.runtime.configuration import read_configuration

if TYPE_CHECKING:
    from collections.abc import Callable


DEFAULT_HOME = Path(".demo/node")

PERIOD = 30
"""Seconds for which a code holds (RFC 6238 §5.2)."""

ENOUGH = 5
"""Seconds in which a code can be typed; with less left, the next one is waited for."""


class NoCode(Exception):
    """There is no code to print; the message is one sentence that says why."""


def command(home: Path) -> str:
    """Return what to type for a fresh code of a node in this folder, as it is called from here."""
    program = os.path.relpath(sys.executable)
    parts = [sys.executable if program.startswith("..") else program, "-m", "vaern.node.demo"]
    return shlex.join([*parts, *(("--home", str(home)) if home != DEFAULT_HOME else ()), "--code", "ADDRESS"])


def code_from(home: Path, email: str) -> str:
    """Return the code of somebody of the demonstration, out of the node in a data folder, served or not.

    Raises:
        NoCode: there is no such node, or nobody of the demonstration has this address.
    """
    if not os.environ.get("DATABASE_URL") and not (home / "database" / "PG_VERSION").exists():
        raise NoCode(f"There is no node in {home}: start the demonstration first.")
    database.provide(read_configuration())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaern.node.settings")
    import django

    django.setup()
    return fresh_code(email)


def fresh_code(email: str, now: Callable[[], float] = time.time, sleep: Callable[[float], None] = time.sleep) -> str:
    """Return a code that holds for some seconds more; only of the invented people, whatever else the node has.

    Args:
        email: whose.
        now, sleep: the clock, and how it is waited for.

    Raises:
        NoCode: nobody of the demonstration has this address, or they have no authenticator app.
    """
    from vaern.node.demo.sign_in import code_of
    from vaern.node.organisations.models import Person

    invented = {address(name, body.host) for body in BODIES for name, _roles in body.people}
    person = Person.everybody.filter(email=email.lower(), is_active=True).first()
    if person is None or person.email not in invented:
        raise NoCode(f"Nobody of the demonstration has the address {email}.")
    left = PERIOD - now() % PERIOD
    if left < ENOUGH:
        sleep(left)
    code = code_of(person)
    if not code:
        raise NoCode(f"{person.name} has no authenticator app.")
    return code
