"""The tables of the press."""

from vaern.node.press.models.event import PressEvent

__all__ = ["PressEvent"]
