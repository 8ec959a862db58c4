"""Results go to standard output, notes and progress to standard error."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

EXIT_SOME_UNREADABLE = 1
EXIT_UNUSABLE = 2
EXIT_FLAGGED = 3

Item = TypeVar("Item")


def write_line(data: Any) -> None:
    """One JSON value on one line, UTF-8 whatever the locale says."""
    line = json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"
    sys.stdout.buffer.write(line.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


def write_text(text: str) -> None:
    """Text for people."""
    sys.stdout.buffer.write((text.rstrip("\n") + "\n").encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """A line on standard error."""
    sys.stderr.write(text.rstrip("\n") + "\n")
    sys.stderr.flush()


@contextmanager
def progress(items: Sequence[Item], what: str) -> Iterator[Iterator[Item]]:
    """The items, with a bar on standard error where a person looks at it."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=len(items))

        def advancing() -> Iterator[Item]:
            for item in items:
                yield item
                bar.advance(task)

        yield advancing()
