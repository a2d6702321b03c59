"""The tables of the press."""

from vaern.node.press.models.door import CheckIn
from vaern.node.press.models.event import PressEvent
from vaern.node.press.models.papers import Paper
from vaern.node.press.models.registration import Badge, Registration, SeenMail, Verification

__all__ = ["Badge", "CheckIn", "Paper", "PressEvent", "Registration", "SeenMail", "Verification"]
