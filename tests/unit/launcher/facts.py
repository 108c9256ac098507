"""A plausible state of a running system for tests of the panel."""

from scripts.local.launcher.configuration import Addresses
from scripts.local.launcher.panel import Facts
from scripts.local.launcher.ports import Ports


def some_ports(*, broker: int = 1883) -> Ports:
    return Ports(
        api=8080, broker=broker, sandbox=40001, control=40002, preview=8083, metrics=40003, redis=40004
    )


def some_facts(
    *,
    broker: int = 1883,
    has_redis: bool = True,
    has_drivers: bool = True,
    has_faces: bool = True,
    viewer_secret: str = "s3cret",
) -> Facts:
    return Facts(
        addresses=Addresses("127.0.0.1", some_ports(broker=broker)),
        piles=40,
        connectors=60,
        stations=10,
        logins=[
            {"account": "admin", "password": "MDNBYvJuxF9d", "role": "超级管理员"},
            {"account": "值班", "password": "x", "role": "只读"},
        ],
        viewer_secret=viewer_secret,
        logs="var/run/logs",
        has_redis=has_redis,
        has_drivers=has_drivers,
        has_preview=has_faces,
        has_admin_pages=has_faces,
        seconds=3.14,
    )
