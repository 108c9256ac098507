"""`scripts/self_check`: every check of the configured deployment as a table, whatever its mode."""

import argparse
import sys
from typing import Final

from backend.config import ConfigError, load
from backend.log import configure_log
from backend.self_check import find_all
from backend.self_check.finding import LEVEL_WORDS, Finding, Level

EXIT_UNSAFE: Final = 1
EXIT_CONFIG: Final = 2
KEY_WIDTH: Final = 36


def main() -> int:
    """Exit status for the shell: 0 safe, 1 something is unsafe or could not be asked, 2 no configuration."""
    parser = argparse.ArgumentParser(
        prog="scripts/self_check", description="检查生产环境的配置和各个服务器（由 XINXIANG_CONFIG 指定）"
    )
    parser.add_argument("--quiet", action="store_true", help="只列出有问题的项目")
    options = parser.parse_args()
    configure_log(level="critical", style="text")
    try:
        findings = find_all(load())
    except ConfigError as problem:
        sys.stderr.write(f"✗ {problem}\n")
        return EXIT_CONFIG
    for finding in findings:
        if not (options.quiet and finding.level is Level.OK):
            sys.stdout.write(f"{_line(finding)}\n")
    count = sum(finding.level in (Level.UNSAFE, Level.UNKNOWN) for finding in findings)
    last = f"✗ {count} 项不安全或无法确认" if count else f"✓ 共 {len(findings)} 项，可以上线"
    sys.stdout.write(f"\n{last}\n")
    return EXIT_UNSAFE if count else 0


def _line(finding: Finding) -> str:
    return f"{LEVEL_WORDS[finding.level]}  {finding.key:<{KEY_WIDTH}} {finding.said}".rstrip()


if __name__ == "__main__":
    sys.exit(main())
