"""Words and names that must not be in the project: vague file names, unfinished work, hosts, this machine's paths.

The patterns are put together from pieces so that this file passes its own check.
"""

import re
from pathlib import Path

from scripts.checks.files import read_texts

VAGUE_NAMES = frozenset({"util", "utils", "common", "helper", "helpers", "manager", "misc"})
UNFINISHED = re.compile(r"\b(?:" + "|".join(["TO" + "DO", "FIX" + "ME", "Not" + "ImplementedError"]) + r")\b")
REGISTRY_HOSTS = re.compile(
    "|".join(
        [
            "py" + r"pi\.(?:org|tuna)",
            "python" + "hosted",
            "registry" + r"\.npm",
            "npm" + "mirror",
            "deb" + r"\.debian",
            "mirrors" + r"\.aliyun",
        ]
    )
)
# At the start of a path only: /pages/home/ of the mini-program is not a machine's folder.
MACHINE_PATHS = re.compile(r"(?<![\w.})>*\]-])/(?:work|tmp|root|Users|home)/\w")
WORDS = (
    (UNFINISHED, "unfinished work"),
    (REGISTRY_HOSTS, "a package registry's host; the person who installs chooses it"),
    (MACHINE_PATHS, "a path of one machine"),
)


def find_banned(root: Path) -> list[str]:
    """Problems as `path:line: text`."""
    problems = []
    for path, text in read_texts(root):
        problems += [f"{path}: {name} says nothing; name it for what it does" for name in _vague_parts(path)]
        for pattern, meaning in WORDS:
            for match in pattern.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                problems.append(f"{path}:{line}: {match.group()}: {meaning}")
    return problems


def _vague_parts(path: Path) -> list[str]:
    names = [*path.parts[:-1], path.name.split(".")[0]]
    return [name for name in names if VAGUE_NAMES & set(re.split(r"[-_]", name.lower()))]
