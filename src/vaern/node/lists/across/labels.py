"""Codes of the messages about lists as words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from vaern.node.lists.across import messages

PROBLEMS = {
    messages.NOT_RELEASED: _("No list was released by that sender under that number, or its release is over."),
    messages.UNKNOWN_LIST: _("No list was released to that sender under that number."),
    messages.UNKNOWN_LETTER: _("Nobody who subscribes to that list signed it: enrol its sender first."),
    messages.TOO_MANY_OWED: _("So many recalls of that list wait to be acknowledged that no further one is taken."),
}
