"""Secret files: there, not empty, not readable by everybody, not the sandbox's, not a password from a page."""

import stat
from pathlib import Path
from typing import Final

from backend.config import ConfigError, read_secret

SHORTEST_PASSWORD: Final = 16
EXAMPLES: Final = ("example.com", "00000000", "LONG-RANDOM")
"""What conf/production.example.toml and docs/operating.md put where a real value belongs."""
SANDBOX_FILE: Final = "sandbox.json"
"""Lies beside the keys that scripts/run makes for the stand-in of WeChat."""
_FOR_OTHERS: Final = stat.S_IRWXO | stat.S_IWGRP


def is_example(value: str) -> bool:
    """Whether a value was left as the example file has it."""
    return any(example in value for example in EXAMPLES)


def find_secret_problem(path: str) -> str | None:
    """What is wrong with a secret file, or None. The sentence names the file, never its content."""
    if not path:
        return "没有填写密钥文件"
    try:
        secret = read_secret(path)
        mode = Path(path).stat().st_mode
    except (ConfigError, OSError) as error:
        return f"读不到密钥文件（{error}）"
    if mode & _FOR_OTHERS:
        return f"密钥文件 {path} 的权限是 {stat.S_IMODE(mode):04o}，其他用户也能读写；请改为 0600"
    if (Path(path).parent / SANDBOX_FILE).exists():
        return f"密钥文件 {path} 是沙箱的演示密钥"
    return "密钥文件里还是示例值" if is_example(secret) else None


def find_password_problem(path: str) -> str | None:
    """As find_secret_problem; a password of ours is also long enough that nobody can guess it."""
    problem = find_secret_problem(path)
    if problem is None and len(read_secret(path)) < SHORTEST_PASSWORD:
        problem = f"密码不足 {SHORTEST_PASSWORD} 位；请用随机密码（openssl rand -hex 24）"
    return problem
