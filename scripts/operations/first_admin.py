"""`scripts/first_admin`: a link on which the first administrator of an empty system is made, good once and for an hour."""

from __future__ import annotations

import argparse
import sys

import peewee

from backend.config import ConfigError, load
from backend.domain.errors import AlreadyBegun, ServiceUnavailable
from backend.gateways.clock import utc_now
from backend.log import configure_log
from backend.models.engine import database
from backend.services.staff.offer_begin_link import offer_begin_link
from scripts.operations.migrate import DATABASE_AWAY


def begin_url(public_url: str, token: str) -> str:
    """The token stands behind the `#`, which browsers send to nobody: it comes into no log."""
    return f"{public_url.rstrip('/')}/admin/begin#token={token}"


def main() -> int:
    """Exit status for the shell."""
    parser = argparse.ArgumentParser(
        prog="scripts/first_admin",
        description="打印建立第一位管理员的链接：只能用一次，一小时内有效；再执行一次就换一个新的。"
        "已有超级管理员时不再给出（数据库由 XINXIANG_CONFIG 指定）",
    )
    parser.parse_args()
    configure_log(level="error", style="text")
    try:
        settings = load()
        database.connect(settings.database_url)
        token = offer_begin_link(now=utc_now())
    except AlreadyBegun:
        print("✗ 已经有超级管理员了，请用他的账号登录后台添加同事 (there is one already)。", file=sys.stderr)
        return 1
    except (ConfigError, ValueError) as problem:
        print(f"✗ {problem}", file=sys.stderr)
        return 1
    except (ServiceUnavailable, peewee.OperationalError):
        print(f"✗ {DATABASE_AWAY}", file=sys.stderr)
        return 1
    finally:
        if database.database.obj is not None:
            database.close()
    print(begin_url(settings.api.public_url, token))
    return 0
