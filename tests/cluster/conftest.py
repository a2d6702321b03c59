"""What the tests of a cluster share: a database, a tree, and what one machine finds in it in the order of the list."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from tests.scanning.conftest import NO_LISTS, QUICK
from tests.scanning.trees import encoded, picture, zipped

from vaern.cluster.crew import Cluster
from vaern.cluster.local import local_machines
from vaern.formats import findings
from vaern.node.runtime.embedded import Embedded
from vaern.scanning import scan
from vaern.scanning.sources import Folders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vaern.cluster.places import Place
    from vaern.scanning import Summary
    from vaern.scanning.crews import Work
    from vaern.scanning.sources import Source


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL that runs."""
    server = Embedded(tmp_path_factory.mktemp("shares") / "database")
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Pictures, archives in archives, a link, what is no media, and odd names."""
    folder = tmp_path / "tree"
    (folder / "in").mkdir(parents=True)
    for number in range(12):
        (folder / f"{number:02}.png").write_bytes(encoded(picture(number)))
        (folder / "in" / f"{number}.txt").write_bytes(b"%d" % number)
    inner = zipped({f"{number}.txt": b"%d" % number for number in range(5)})
    (folder / "05.zip").write_bytes(zipped({"a.png": encoded(picture(50)), "inner.zip": inner, "z": b"last"}))
    (folder / "in" / "\udcff\n").write_bytes(b"odd")
    (folder / "in" / "broken.png").write_bytes(encoded(picture(3))[:50])
    (folder / "link").symlink_to("nowhere")
    return folder


def in_order(out: Path, source: Source) -> list[bytes]:
    """The findings of a results folder, in the order in which the source lists what they are of."""
    lines = defaultdict(list)
    for line in (out / "findings.jsonl").read_bytes().splitlines():
        media = findings.decode(line).media
        lines[media.archive or media.name].append(line)
    return [line for item in source.listed(frozenset()) for line in lines.pop(item.name)] + [
        line for rest in lines.values() for line in rest
    ]


@pytest.fixture
def whole(tree: Path, tmp_path: Path) -> list[bytes]:
    """What one machine finds in the tree, in the order of the list."""
    scan([tree], NO_LISTS, tmp_path / "whole", QUICK)
    found = in_order(tmp_path / "whole", Folders([tree]))
    assert len(found) == 12 + 12 + 3 + 1 + (3 + 5)
    return found


def scanned(out: Path, source: Source, place: Place, *, lease: float = 60.0, local: int = 0, **more: object) -> Summary:
    """Scan by a cluster; `local` is how many processes take part that are started along."""
    machines = local_machines(out.with_name("shares"), local) if local else None

    def hire(work: Work) -> Cluster:
        return Cluster(work, place, lease, machines)

    return scan(source, NO_LISTS, out, QUICK, crew=hire, **more)  # type: ignore[arg-type]
