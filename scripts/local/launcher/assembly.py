"""From an empty or old folder to a system that can be started: data, topic rules, fleet, configuration."""

from __future__ import annotations

from collections.abc import Sequence

from scripts.embedded.broker import prepare_broker
from scripts.front_ends.build import FrontEnd
from scripts.local.launcher.configuration import (
    Addresses,
    write_configuration,
    write_fleet,
    write_topic_rules,
)
from scripts.local.launcher.preparation import Wanted, prepare, rotate_logs
from scripts.local.launcher.run_folder import RunFolder
from scripts.local.launcher.system import System, Traffic
from scripts.local.launcher.terminal import Terminal


def assemble(
    folder: RunFolder,
    addresses: Addresses,
    traffic: Traffic,
    *,
    piles: int,
    years: int = 0,
    terminal: Terminal,
    front_ends: Sequence[FrontEnd] = (),
) -> System:
    """The system over this folder, with everything in the folder that its parts read, and these front-ends where
    they could be built. Raises NotReadyError.
    """
    rotate_logs(folder.logs)
    prepare(folder, addresses, Wanted(piles, years), terminal, front_ends)
    write_topic_rules(folder)
    write_fleet(folder, piles)
    tools = prepare_broker(terminal.say)
    sites = tuple(one for one in front_ends if one.has_site())
    system = System(folder, addresses, traffic, piles=piles, node=tools.node, sites=sites)
    write_configuration(folder, addresses, redis_url=system.redis_url)
    return system
