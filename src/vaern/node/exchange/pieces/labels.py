"""What people read of why a file does not come."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaern.node.exchange.rules import pieces as rules

PROBLEMS = {
    rules.COMING: _("Its file is on its way, piece by piece."),
    rules.ROOM: _("Waits: earlier files of this node have to come first."),
    rules.DISK: _("Waits: the disk there has no room."),
    rules.GONE: _("Its sender has the file no longer."),
    rules.WRONG: _("What came were not the pieces of the file that was announced."),
    rules.NOT_WHOLE: _("The pieces together are not the file that was announced."),
    rules.TOO_LARGE: _("The file is empty, or larger than may go along."),
    rules.NONE: _("It came without the file that belongs to it, or with one that does not."),
    rules.CONTENT: _("The file held media or other data that never pass between nodes."),
    rules.RECALLED: _("It was recalled while its file was on its way."),
}
"""A sentence for each code of `rules.pieces`."""
