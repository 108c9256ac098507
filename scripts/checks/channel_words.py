"""Finds one payment channel's own words in what serves all of them: who is paid, who pays and by what is opaque there.

Where such a word is at home stands in AT_HOME with its reason; a file that no longer has one is to be struck out.
"""

import re
from pathlib import Path

from scripts.checks.files import read_texts

CHECKED_FOLDERS = ("backend", "mqtt_bridge", "miniprogram/src", "admin_web/src", "scripts/benches")
WORDS = re.compile(
    r"open_?id|union_?id|prepay_?id|mch_?id|app_?id|seller_?id|buyer_?(?:logon_?)?id|trade_?no|out_?request_?no|gmt_",
    re.IGNORECASE,
)
GATEWAYS = ("backend/gateways/wechat", "backend/gateways/alipay")
AT_HOME = {
    "backend/config.py": "names of settings",
    "backend/connect_accounts.py": "an account's numbers and keys, handed to their gateway",
    "backend/connect_gateways.py": "settings, handed to their gateway",
    "backend/self_check/settings.py": "names of settings",
    "backend/log.py": "hides values that a library logs under such a name",
    "backend/domain/README.md": "the glossary says which words to use in their place",
    "backend/models/driver.py": "the column of the version before (sql/migrations/0004)",
}


def find_foreign(root: Path) -> list[str]:
    """Problems as `path:line: text`."""
    problems, seen = [], set()
    for path, text in read_texts(root):
        name = path.as_posix()
        if not name.startswith(tuple(f"{folder}/" for folder in CHECKED_FOLDERS)):
            continue
        found = [] if _is_gateway(name) else list(WORDS.finditer(text))
        if found and name in AT_HOME:
            seen.add(name)
            continue
        for match in found:
            line = text.count("\n", 0, match.start()) + 1
            problems.append(f"{name}:{line}: {match.group()}: one channel's word; it stays in its gateway")
    stale = sorted(name for name in AT_HOME.keys() - seen if (root / name).exists())
    return problems + [f"{name}: has no channel's word any more; strike it out of AT_HOME" for name in stale]


def _is_gateway(name: str) -> bool:
    return name.startswith(tuple(f"{folder}/" for folder in GATEWAYS))
