"""The servers, browser and fonts that tests meet: which are missing, and installing them by apt when root."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

INSTALL_LIMIT_S = 1800
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


def install(packages: list[str]) -> None:
    """Install by apt without starting any service; CalledProcessError with apt's output when it fails."""
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive", RUNLEVEL="1")
    with _services_held():
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            subprocess.run(
                ["apt-get", "-q", *arguments],
                env=quiet,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=True,
                timeout=INSTALL_LIMIT_S,
            )


def can_install() -> bool:
    """Whether this is root on a machine with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def _has_chinese_font() -> bool:
    return any(any(folder.rglob("Noto*CJK*")) for folder in FONT_FOLDERS if folder.is_dir())


@contextlib.contextmanager
def _services_held() -> Iterator[None]:
    """Debian asks policy-rc.d before it starts a freshly installed service; one that is there already stays."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text(REFUSE_SERVICES)
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink(missing_ok=True)
