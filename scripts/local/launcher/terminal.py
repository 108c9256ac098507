"""What the launcher writes: Chinese text in aligned columns, one line per finished step, colour on a terminal only."""

from __future__ import annotations

import os
import shutil
import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

LABEL_COLUMNS = 44
_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
_CLEAR_LINE = "\r\033[K"


def width(text: str) -> int:
    """Columns that `text` takes on a terminal: wide and full-width characters take two, marks none."""
    return sum(_columns(character) for character in text)


def pad(text: str, columns: int) -> str:
    """`text` with blanks up to `columns` terminal columns."""
    return text + " " * max(0, columns - width(text))


def cut(text: str, columns: int) -> str:
    """As much of `text` as fits into so many terminal columns; `…` says that something is missing."""
    if width(text) <= columns:
        return text
    kept = ""
    while width(kept) + _columns(text[len(kept)]) < columns:
        kept += text[len(kept)]
    return kept + "…"


def _columns_of_terminal() -> int:
    # one less: a full last column moves some terminals to the next line
    return shutil.get_terminal_size().columns - 1


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


class Terminal:
    """Writes to `stream`. Quiet: only `print` and `fail`. A transient line is shown on a terminal only."""

    def __init__(self, stream: TextIO, *, is_quiet: bool = False) -> None:
        self._stream = stream
        self._is_quiet = is_quiet
        self._is_terminal = stream.isatty()
        self._has_colour = self._is_terminal and not os.environ.get("NO_COLOR")
        self._transient = ""

    def style(self, text: str, *names: str) -> str:
        """`text` in these styles, or as it is where colours are not wanted."""
        if not self._has_colour:
            return text
        return f"\033[{';'.join(_STYLES[name] for name in names)}m{text}\033[0m"

    def print(self, text: str = "") -> None:
        """Write one line."""
        self._clear()
        print(text, file=self._stream, flush=True)

    def say(self, text: str) -> None:
        """Write one line unless quiet."""
        if not self._is_quiet:
            self.print(text)

    def step_done(self, label: str, seconds: float) -> None:
        """`✓ label … 0.3 s`, unless quiet."""
        mark = self.style("✓", "green")
        self.say(f"  {mark} {pad(label, LABEL_COLUMNS)}{self.style(f'{seconds:5.1f} s', 'dim')}")

    def fail(self, sentence: str) -> None:
        """`✗ sentence`, also when quiet."""
        self.print(f"{self.style('✗', 'red')} {sentence}")

    def show(self, text: str) -> None:
        """Show what is going on now, on a terminal; the next line takes its place."""
        if self._is_terminal and not self._is_quiet and text != self._transient:
            self._clear()
            self._transient = text
            print(self.style(cut(text, _columns_of_terminal()), "dim"), end="", file=self._stream, flush=True)

    @contextmanager
    def step(self, label: str) -> Iterator[None]:
        """Show `label` while the body runs, then that it is done; nothing more when the body raises."""
        self.show(f"  … {label}")
        started_s = time.monotonic()
        yield
        self.step_done(label, time.monotonic() - started_s)

    def _clear(self) -> None:
        if self._transient:
            self._stream.write(_CLEAR_LINE)
            self._transient = ""


def make_terminal(*, is_quiet: bool) -> Terminal:
    """The terminal on standard output."""
    return Terminal(sys.stdout, is_quiet=is_quiet)
