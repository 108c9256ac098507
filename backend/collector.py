"""Python's cycle collector, for a program that makes and drops many objects and hardly a cycle."""

import gc
from typing import Final

OBJECTS_PER_COLLECTION: Final = 50_000


def calm_collector() -> None:
    """Look for cycles less often, and never among what is loaded. To be called once a program is ready."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_PER_COLLECTION)
