"""The app, as Django knows it: pages and texts of the demonstration. Only a synthetic node has it."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Brings templates, styles and the Danish texts; no model, no act of its own."""

    name = "vaern.node.demo"
