"""Groups of commands that load a command when it is run, so that the list of all of them costs nothing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Deferred(NamedTuple):
    """A command that is loaded when it is run.

    Attributes:
        place: `module:name` of the command.
        says: its short help, as the command has it: the list of commands is written of these.
        commands: of a group, those that lie in other modules.
    """

    place: str
    says: str
    commands: tuple[str, ...] = ()

    def load(self) -> click.Command:
        """Import it, with what belongs to it."""
        command = _found(self.place)
        if isinstance(command, click.Group):
            for place in self.commands:
                command.add_command(_found(place))
        return command


class OnDemand(click.Group):
    """A group whose commands are loaded one by one; they are shown in the order of their table."""

    deferred: Mapping[str, Deferred] = {}

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order of use."""
        return list(self.deferred)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded once."""
        if cmd_name not in self.commands and cmd_name in self.deferred:
            self.commands[cmd_name] = self.deferred[cmd_name].load()
        return self.commands.get(cmd_name)

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, deferred.says) for name, deferred in self.deferred.items()])


def commands(command: click.Command, names: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """A command and all below it, loaded, each with the words that call it."""
    yield names, command
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            inner = command.get_command(click.Context(command), name)
            assert inner is not None
            yield from commands(inner, (*names, name))


def _found(place: str) -> click.Command:
    module, _, name = place.partition(":")
    found = getattr(import_module(module), name)
    assert isinstance(found, click.Command)
    return found
