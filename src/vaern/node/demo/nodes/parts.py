"""The three nodes of the demonstration: their names and ports, and which of the invented organisations live on each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaern.node.demo.alliance import BODIES

if TYPE_CHECKING:
    from pathlib import Path

    from vaern.node.demo.alliance import Body


@dataclass(frozen=True)
class Part:
    """One of the nodes.

    Attributes:
        code: by which the story calls it; under `localhost` its host, so that each node has its own cookies.
        title: what it is.
        founder: the host of the organisation that runs it; the others follow.
        hosts: of the other organisations.
        countries: whose organisations it may list to its peers.
    """

    code: str
    title: str
    founder: str
    hosts: tuple[str, ...]
    countries: tuple[str, ...]

    @property
    def bodies(self) -> tuple[Body, ...]:
        """The organisations that live on it."""
        ours = {self.founder, *self.hosts}
        return tuple(body for body in BODIES if body.host in ours)

    @property
    def listed(self) -> tuple[str, ...]:
        """The hosts of those that its peers take into their directory."""
        return tuple(body.host for body in self.bodies if not body.country or body.country in self.countries)


NORDHAVIA, VESTROVIA, HUB = "nordhavia", "vestrovia", "hub"

PARTS = (
    Part(
        NORDHAVIA,
        "Nordhavia",
        "justice.nordhavia",
        ("hotline.nordhavia", "police.nordhavia", "authority.nordhavia", "morrowpost"),
        ("XA",),
    ),
    Part(
        VESTROVIA,
        "Vestrovia",
        "justice.vestrovia",
        ("safeline.vestrovia", "police.vestrovia", "authority.vestrovia"),
        ("XV",),
    ),
    Part(HUB, "Hub and secretariat", "hub", ("secretariat", "oversight"), ()),
)


def part_called(code: str) -> Part:
    """Return a part by its code."""
    return next(part for part in PARTS if part.code == code)


@dataclass(frozen=True)
class Stand:
    """Where a part stands on this machine.

    Attributes:
        part: which.
        home: its data folder.
        port: on the loopback.
    """

    part: Part
    home: Path
    port: int

    @property
    def address(self) -> str:
        """What people type."""
        return f"http://{self.part.code}.localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What configures it. It has its own database in its own folder, whatever else this machine has."""
        return {
            "VAERN_HOME": str(self.home),
            "VAERN_SYNTHETIC": "1",
            "VAERN_BIND": f"127.0.0.1:{self.port}",
            "VAERN_ADDRESS": self.address,
            "VAERN_MAIL": "folder:",
            "VAERN_WORKERS": "1",
            "DATABASE_URL": "",
        }


def stands(home: Path, port: int) -> tuple[Stand, ...]:
    """Return where the parts stand: in folders of one, at ports that follow each other."""
    return tuple(Stand(part, home / part.code, port + number) for number, part in enumerate(PARTS))
