"""The front-ends' own tests, each package's `npm test`, with the packages of its lock file."""

import subprocess
from pathlib import Path

import pytest

from scripts.embedded.node import find_node, install_packages, node_environment
from scripts.environment import ROOT
from scripts.front_ends.build import ADMIN, MINI_PROGRAM, PREVIEW

TEST_LIMIT_S = 1500

pytestmark = pytest.mark.timeout(2400)  # the packages may have to be installed first


@pytest.mark.parametrize(
    "folder", [ADMIN, MINI_PROGRAM, PREVIEW], ids=lambda path: str(path.relative_to(ROOT)).replace("/", "-")
)
def test_npm_test_passes(folder: Path) -> None:
    tools = find_node()
    for package in (
        MINI_PROGRAM,
        PREVIEW,
        folder,
    ):  # the mini-program's page tests run on the preview's engine
        install_packages(package, tools, print, dev=True)
    done = subprocess.run(
        [tools.node, tools.npm_cli, "test"],
        cwd=folder,
        env=dict(node_environment(tools), CI="1", NO_COLOR="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TEST_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout
