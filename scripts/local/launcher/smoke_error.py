"""How a smoke fails: one thing that is not as it has to be, and the step in which it was found."""

from __future__ import annotations


class SmokeError(Exception):
    """One thing is not as it has to be; the text is one sentence."""


class StepError(Exception):
    """A step did not hold."""

    def __init__(self, step: str, error: str) -> None:
        super().__init__(f"{step}: {error}")
        self.step = step
        self.error = error
