"""Packages that load a part when it is asked for: who hashes one file waits for no report and no search."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def loading(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """What `__getattr__` of a package is to be (PEP 562).

    Args:
        package: its name.
        modules: the public names that a module has, parted by spaces, by the module.
    """
    places = {name: module for module, names in modules.items() for name in names.split()}

    def found(name: str) -> object:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value: object = getattr(import_module(places[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return found
