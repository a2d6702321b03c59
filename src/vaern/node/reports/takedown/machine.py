"""What programs read of a notice: XARF v4, where it can be expressed; else the plain notice goes alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vaern.node.reports.models import Location, Notice
    from vaern.node.web.mail import Attached


def parts(notice: Notice, location: Location, url: str) -> Sequence[Attached]:  # noqa: ARG001 - of the writer to come
    """Return the machine-readable parts of a notice; none where XARF cannot say it."""
    return ()
