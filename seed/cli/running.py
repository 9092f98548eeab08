"""Run a command: check the settings, import what it needs, print its results as lines or as JSON."""

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol

from app.settings import read_settings
from seed.cli.options import CommandOptions, ResultOptions
from seed.cli.output import exit_on_error, output_mode, print_message, print_result, to_json
from seed.cli.program import Command


class Result(Protocol):
    """What a command yields: a dataclass whose fields are the JSON document, and which can describe itself."""

    def lines(self) -> Iterator[str]:
        """Yield the lines of the text form."""


def run_command(command: Command, options: CommandOptions, *, program: str) -> None:
    """Run a command with its options; exit with a line on stderr if it fails.

    `program` is the name by which the program was called.
    """
    with output_mode(quiet=options.quiet, program=program), exit_on_error():
        read_settings()
        function = getattr(import_module(f"seed.cli.{command.module}"), command.function)
        print_line = print_result if command.is_query else print_message
        is_silent = options.quiet and not command.is_query
        as_json = isinstance(options, ResultOptions) and options.json
        for result in function(options):
            if as_json:
                print_line(to_json(result))
            elif not is_silent:
                for line in result.lines():
                    print_line(line)
