"""Django's own commands: `python -m vaern.node.manage migrate`."""

from __future__ import annotations

import os
import sys

from vaern.node.runtime.configuration import read_configuration
from vaern.node.runtime.database import provide


def main() -> None:
    """Run one of Django's commands on this node, with the embedded database started if there is no other."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vaern.node.settings")
    provide(read_configuration())
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
