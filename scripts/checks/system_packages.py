"""The servers, browser and fonts that tests meet: which are missing, and installing them by apt when root."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from scripts.apt import run_apt

POLICY = Path("/usr/sbin/policy-rc.d")
REFUSE_SERVICES = "#!/bin/sh\nexit 101\n"
SERVER_FOLDERS = ("/usr/sbin", "/sbin", "/usr/local/sbin")
# Any one of the programs will do.
PROGRAMS_OF = {
    "mariadb-server": ("mariadbd",),
    "redis-server": ("redis-server",),
    "mosquitto": ("mosquitto",),
    "mosquitto-clients": ("mosquitto_pub",),
    "nginx-light": ("nginx",),
    "nftables": ("nft",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
}
CHINESE_FONT = "fonts-noto-cjk"
FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")


def find_missing() -> list[str]:
    """Debian names of what the tests need and this machine lacks."""
    path = os.pathsep.join([os.environ.get("PATH", ""), *SERVER_FOLDERS])
    missing = [
        package
        for package, programs in PROGRAMS_OF.items()
        if not any(shutil.which(program, path=path) for program in programs)
    ]
    return missing if _has_chinese_font() else [*missing, CHINESE_FONT]


def install(packages: list[str], policy: Path = POLICY) -> None:
    """Install by apt without starting any service; CalledProcessError with apt's output when it fails."""
    with _services_held(policy):
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            run_apt(arguments, lambda line: print(line, flush=True))


def can_install() -> bool:
    """Whether this is root on a machine with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _has_chinese_font() -> bool:
    return any(any(folder.rglob("Noto*CJK*")) for folder in FONT_FOLDERS if folder.is_dir())


@contextlib.contextmanager
def _services_held(policy: Path) -> Iterator[None]:
    """Debian asks policy-rc.d before it starts a freshly installed service; one that is there already stays."""
    if policy.exists():
        yield
        return
    policy.write_text(REFUSE_SERVICES)
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink(missing_ok=True)
