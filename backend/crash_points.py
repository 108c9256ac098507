"""Named places where a test kills this process: before and after every commit, publish and acknowledgement.

XINXIANG_CRASH_AT="a,b:3" kills by SIGKILL at the first pass of `a` or the third of `b`, whichever comes first;
"*" at the first pass of any. What was reached is told on standard error. Unset, a pass costs one comparison.
Production refuses to start with it set.
"""

import os
import signal
from collections.abc import Iterable, Mapping
from typing import Final

VARIABLE: Final = "XINXIANG_CRASH_AT"
ANY: Final = "*"
REACHED: Final = "crash_point_reached"

_registered: set[str] = set()
_passes_left: dict[str, int] = {}


class CrashPoint:
    """A place; made once when its module is loaded, called at each pass."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name
        _registered.add(name)

    def __call__(self) -> None:
        if _passes_left:
            pass_all((self,))


def registry() -> tuple[str, ...]:
    """The names of all places in the modules that are loaded, in alphabetical order."""
    return tuple(sorted(_registered))


def is_set(environ: Mapping[str, str]) -> bool:
    """Whether this environment asks for a crash, which a process in production must refuse."""
    return bool(environ.get(VARIABLE))


def arm(text: str) -> None:
    """Die as `text` says (see above); an empty text disarms. Raises ValueError for a count that is no number."""
    _passes_left.clear()
    for part in filter(None, text.split(",")):
        name, _, count = part.partition(":")
        _passes_left[name] = int(count or 1)


def pass_all(points: Iterable[CrashPoint]) -> None:
    """Pass several places that are one instant: whichever of them is armed, all of them are reached."""
    names = [point.name for point in points]
    due = [name for name in (*names, ANY) if name in _passes_left and names]
    for name in due:
        _passes_left[name] -= 1
    if any(_passes_left[name] == 0 for name in due):
        os.write(2, f"{REACHED} {','.join(dict.fromkeys(names))}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)


arm(os.environ.get(VARIABLE, ""))
