"""Draw the progress of a command as a bar on a terminal."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table


def show_bar(fraction: Callable[[], float | None], describe: Callable[[], str]) -> AbstractContextManager[object]:
    """Return a context in which a bar and the progress line are shown on stderr; both are erased at the end."""
    return Live(
        get_renderable=lambda: _render(fraction(), describe()),
        console=Console(stderr=True),
        refresh_per_second=5,
        transient=True,
    )


def _render(fraction: float | None, line: str) -> Table:
    """Return a bar, which only pulses where the fraction is unknown, with the progress line next to it."""
    table = Table.grid(padding=(0, 1))
    bar = ProgressBar(total=1, completed=fraction or 0, width=16, pulse=fraction is None)
    table.add_row(bar, line)
    return table
