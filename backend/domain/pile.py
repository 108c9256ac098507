"""Kinds of piles."""

from enum import StrEnum


class PileKind(StrEnum):
    DC = "dc"
    AC = "ac"
