"""Load legal grounds and schemes from files into the register of law, at every start, without a migration.

Synthetic rows, and rows no longer in any file, are withdrawn; rows that people added stay.
"""

from __future__ import annotations

from vaern.node.law import data
from vaern.node.reports.law.register import REGISTER, SchemeUsed, keep_in_step, law

__all__ = ["SchemeUsed", "law", "load"]


def load() -> int:
    """Load the files into the register; return how many row versions were created.

    Raises:
        SchemeUsed: a file changes a version that was used; give it a new version.
        LawFileError: a file is not valid.
    """
    return data.load(REGISTER) or keep_in_step()
