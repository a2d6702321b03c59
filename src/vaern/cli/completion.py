"""`vaern completion`: the script by which a shell completes commands and options."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")

VARIABLE = "_VAERN_COMPLETE"
"""By which the script asks the program what may follow."""


@click.command(short_help="Print the script by which a shell completes commands.")
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script for SHELL that completes commands, options and what these take.

    How to install it stands in the manual (In a shell). For this shell alone: eval "$(vaern completion bash)"
    """
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(context.find_root().command, {}, "vaern", VARIABLE).source())
