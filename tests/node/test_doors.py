"""Every door for strangers has two named attackers in the threat model, each with a test of its own.

A door is a public route that takes something from whoever comes: a form, an address that is a key, a look-up. A new
one stands in `DOORS` with the rows of `docs/explanation/threat-model-node.md` that are about it, by the beginning of
their first cell. What takes nothing stands in `TAKES_NOTHING`. That a route is public is held by `test_walk.py`, that
the tests of a row exist by `tests/test_docs.py`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.node.route_arguments import PUBLIC, WALK

PAGE = Path(__file__).parents[2] / "docs/explanation/threat-model-node.md"
NAMED = re.compile(r"`[\w./]+\.py::\w+`")

GUESS, ENUMERATE = "to guess a password", "to learn who has an account"
ONCE, OTHER_FORM = "to use a code or a link twice", "to go around the lock-out by another form"
PASSKEY, PLANT = "to be let in by a passkey that is none", "to plant a session"
ELSEWHERE, COOKIE = "to send somebody on to another site", "to put markup or another value into the cookie"
HOUR, PROOF = "to see by the public ledger", "as anybody, to read in a checkpoint or a proof"
TWO_HISTORIES, KEEPS_TEXT = "as a peer, to have a witness sign two histories", "to have a witness keep or show text"
LINK, EMBARGO = "to open another's registration, badge or papers", "to read a paper before its embargo ends"
IN_NAME = "to register in another's name"
PAPER = "as an officer, to put a file before the public"
WHO, FLOOD = "to find out who reported, with the database", "to flood a desk |"
RECEIPT, CODE = "to guess a receipt", "to see a receipt in an address"
UPLOAD, OF_ANOTHER = (
    "to bring a file in through the reporting API",
    "to finish, to take back or to add to another",
)
PORTAL, IN_LOGS = "to guess the address of a host portal", "to find a portal's address, or what is notified, in logs"
AGAIN, ONESELF = "as whoever is blocked, to appeal again", "as whoever blocked, to decide on the appeal"
STOPPED, APPEALS = "to learn on the stop page who was stopped", "to flood a desk with appeals"
UNPUBLISHED, WROTE = "to read a trusted flagger's report before", "to learn from a published report who wrote"
NO_FIGURES, WHICH_ENTRY = "to read the error rates of a list that publishes none", "to learn from error rates which"
ALONE, NOT_MEANT = "to make an appeal public alone", "to read in an appeal what was not meant for the public"
TIPS, MEDIA = "to flood a desk with tips", "media, in any field or upload"
HIDE, WIRE = "to hide one's own files by sending their hashes", "as who watches the wire, to read a survivor's picture"
ASK, PICTURE = "to ask by wishes, for weeks, what the police holds", "to send a picture as a survivor's hash"
SMALL, LEFT_OUT = "to work out a number below five", "to read by another page or file of a release"
ANOTHER_FILE, OF_ANOTHER_SITE = "to read another file by the name of a mail", "to sign somebody in by the tour"

DOORS: dict[str, tuple[str, ...]] = {
    "language": (ELSEWHERE, COOKIE),
    "theme": (ELSEWHERE, COOKIE),
    "account_login": (GUESS, ENUMERATE),
    "account_reset_password": (ENUMERATE, "to forge the host"),
    "account_reset_password_from_key": (ONCE, "to replace the second factor by mail"),
    "mfa_authenticate": (OTHER_FORM, ONCE, PASSKEY),
    "mfa_login_webauthn": (PASSKEY, PLANT),
    "organisations:accept": (ONCE, "to accept an invitation at the same moment"),
    "demo:sign-in": ("to forge the link of the demonstration", "to use it in a node that holds something real"),
    "demo:enter": ("to forge the link of the demonstration", "to use it in a node that holds something real"),
    "demo:one-mail": (ANOTHER_FILE, "to find the mail or the tour of the demonstration in a node"),
    "demo:tour-stop": (OF_ANOTHER_SITE, "to find the mail or the tour of the demonstration in a node"),
    "demo:tour-receipt": (RECEIPT, "to find the mail or the tour of the demonstration in a node"),
    "operations:metrics": ("to read the measures of the node from afar", "to see by the node's health"),
    "oversight:consistency": (HOUR, PROOF),
    "oversight:inclusion": (HOUR, PROOF),
    "oversight:add-checkpoint": (TWO_HISTORIES, KEEPS_TEXT, "by sending a witness the same again and again"),
    "oversight:cosigned-checkpoint": (KEEPS_TEXT, "to see by a witness that somebody reports now"),
    "press:register": (IN_NAME, "to make the node write to strangers", "to have a program fill in the form"),
    "press:mine": (LINK, IN_NAME),
    "press:badge": (LINK, "to come on two badges"),
    "press:public-papers": (EMBARGO, PAPER),
    "press:public-paper": (EMBARGO, PAPER),
    "press:public-paper-pdf": (EMBARGO, PAPER),
    "press:own-paper": (EMBARGO, LINK),
    "press:own-paper-pdf": (EMBARGO, LINK),
    "reports:help": ("to learn from the page of help who is in need", "to lead a child in need to a number"),
    "reports:report-form": (WHO, FLOOD),
    "reports:report-receipt": (RECEIPT, CODE),
    "reports:portal": (PORTAL, IN_LOGS),
    "reports:appeal": (AGAIN, ONESELF, PORTAL),
    "reports:stopped": (STOPPED, APPEALS),
    "reports:published-flaggers": (UNPUBLISHED, WROTE),
    "reports:published-flagger-file": (UNPUBLISHED, WROTE),
    "exchange:call": ("to be taken for another node", "to read what passes between nodes"),
    "lists:public-figures": (NO_FIGURES, WHICH_ENTRY),
    "lists:public-figures-file": (NO_FIGURES, WHICH_ENTRY),
    "victims:public-appeal": (ALONE, NOT_MEANT),
    "victims:tip": (TIPS, MEDIA),
    "victims:wish-form": (HIDE, WIRE),
    "victims:wish-status": (ASK, PICTURE),
    "alliance:released": (SMALL, LEFT_OUT),
    "alliance:released-indicator": (SMALL, LEFT_OUT),
    "alliance:released-file": (SMALL, LEFT_OUT),
    **{
        name: (UPLOAD, OF_ANOTHER)
        for name, line in WALK.items()
        if name.startswith("reports:ispws-") and line.permission == PUBLIC
    },
}
"""The rows of each door, by how they begin."""

TAKES_NOTHING = frozenset(
    {
        "components",
        "demo:roles",
        "demo:story",
        "demo:story-next",
        "demo:mailbox",
        "demo:tour",
        "demo:tour-leave",
        "demo:factsheet",
        "components-progress",
        "robots",
        "favicon",
        "security-txt",
        "contract",
        "unknown",
        "operations:health",
        "account_logout",
        "account_inactive",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "oversight:checkpoint",
        "oversight:ledger-key",
        "oversight:policy-lines",
        "press:public-events",
        "press:sent",
        "press:door-worker",
        "reports:report-choose",
        "victims:public-appeals",
        "victims:wish-choose",
        "alliance:public-progress",
    }
)
"""Pages that say the same to everybody, whatever is asked."""

ROUTES = {name for name, line in WALK.items() if line.permission == PUBLIC}


def rows() -> list[tuple[str, frozenset[str]]]:
    """The rows of the page: what somebody may try, and the tests that it names."""
    found = []
    for line in PAGE.read_text("utf-8").splitlines():
        cells = line.strip().removeprefix("|").removesuffix("|").split(" | ")
        if line.startswith("| ") and len(cells) == 3:
            found.append((f"{cells[0].strip()} |", frozenset(NAMED.findall(cells[2]))))
    return found


def lacking(door: str, begins: tuple[str, ...], table: list[tuple[str, frozenset[str]]]) -> list[str]:
    """What is wrong with the attackers of a door, in sentences."""
    found, tests = [], []
    for beginning in begins:
        fitting = [one for one in table if one[0].startswith(beginning)]
        if len(fitting) != 1:
            found.append(f"{door}: {len(fitting)} rows of the threat model begin with “{beginning}”")
        tests += [one[1] for one in fitting if one[1]]
    if not any(one - other and other - one for one in tests for other in tests):
        found.append(f"{door}: it needs two attackers, each with a test of its own")
    return found


def test_each_public_route_is_a_door_with_its_attackers_or_takes_nothing() -> None:
    assert frozenset(DOORS).isdisjoint(TAKES_NOTHING)
    assert frozenset(DOORS) | TAKES_NOTHING == ROUTES


@pytest.mark.parametrize("door", sorted(DOORS))
def test_each_door_has_two_attackers_each_with_a_test_of_its_own(door: str) -> None:
    assert lacking(door, DOORS[door], rows()) == []


def test_a_door_without_them_is_named() -> None:
    table = [
        ("to look |", frozenset({"`a.py::x`"})),
        ("to flood |", frozenset({"`a.py::x`"})),
        ("to guess |", frozenset({"`a.py::y`"})),
        ("to hope |", frozenset()),
    ]
    assert lacking("door", ("to look", "to guess"), table) == []
    assert lacking("door", ("to look", "to flood"), table)
    assert lacking("door", ("to look", "to hope"), table)
    assert lacking("door", ("to look",), table)
    assert lacking("door", ("to look", "to guess", "to fly"), table)
