"""Legal grounds and schemes from their files into the register of law, at every start, without a migration.

What is made up, or stands in no file any more, is withdrawn there; a person's own rows stay.
"""

from __future__ import annotations

from vaern.node.law import data
from vaern.node.reports.law.register import REGISTER, SchemeUsed, keep_in_step, law

__all__ = ["SchemeUsed", "law", "load"]


def load() -> int:
    """Bring the files into the register; return how many versions of rows were made.

    Raises:
        SchemeUsed: a file changes a version that was used; give it a new version.
        LawFileError: a file is not as it has to be.
    """
    return data.load(REGISTER) or keep_in_step()
