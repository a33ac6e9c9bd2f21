"""What a command says of a value that it cannot take: the option, the value, and what would do."""

from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand


class Command(TyperCommand):
    """A command whose complaints name the value that was given; typer's name it or not, from version to version."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line.

        Args:
            ctx: The context, whose type has other names in other versions of typer.
            args: What was typed behind the command.

        Raises:
            typer.BadParameter: A value cannot be taken.
        """
        given = list(args)  # reading uses them up
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            if error.param is not None and error.param.name is not None:
                values, _, _ = self.make_parser(ctx).parse_args(given)
                error.message = plainly(error.message, values.get(error.param.name))
            raise


def plainly(message: str, given: str | Sequence[str] | None) -> str:
    """Return what typer says of a value, without the words of the library that it asks, and with the value.

    >>> plainly("Input should be a valid integer, unable to parse string as an integer", "two")
    "should be a valid integer, not 'two'"
    """
    said = message.removeprefix("Value error, ").partition(", unable to ")[0]
    values = [given] if isinstance(given, str) else given or ()
    if not values or any(repr(value) in said or said.startswith(f"{value} ") for value in values):
        return said
    return f"{said.removeprefix('Input ')}, not {', '.join(map(repr, values))}"
