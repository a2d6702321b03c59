"""Somebody's hands at one node of the demonstration: a process that does what the conductor reads to it, line by line.

It works on the node's own database with the node's own actions, as the browser's requests do. A line in is
`{"do": NAME, "given": {…}}`, a line out `{"said": …}`, or `{"problem": "…"}` where it failed.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import TYPE_CHECKING, Any

from vaern.node.runtime import database
from vaern.node.runtime.configuration import read_configuration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping


def main() -> int:
    """Answer each line until there is none."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # whatever else prints, prints into the log
    database.provide(read_configuration())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaern.node.settings")
    import django

    django.setup()
    from vaern.node.demo.nodes.hands import HANDS

    for answer in answers(sys.stdin, HANDS):
        print(json.dumps(answer), file=output, flush=True)
    return 0


def answers(lines: Iterable[str], hands: Mapping[str, Callable[..., Any]]) -> Iterator[dict[str, Any]]:
    """Do what each line says, and yield what is to be answered.

    Args:
        lines: as they are read to this process.
        hands: what it can do, by name.
    """
    from django.db import close_old_connections

    for line in lines:
        wanted = json.loads(line)
        close_old_connections()
        try:
            yield {"said": hands[wanted["do"]](**wanted.get("given", {}))}
        except Exception as error:  # whoever reads to it says which step it was, and stops
            traceback.print_exc()
            yield {"problem": f"{type(error).__name__}: {error}"}


if __name__ == "__main__":
    sys.exit(main())
