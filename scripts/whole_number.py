"""Whole numbers on a command line, refused with their bounds."""

import argparse
from collections.abc import Callable


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """An argparse type for a number from `least` to `most`."""

    def read(text: str) -> int:
        if not text.isdecimal() or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(
                f"应为 {least}–{most} 的整数 ({text} is not a whole number from {least} to {most})"
            )
        return int(text)

    return read
