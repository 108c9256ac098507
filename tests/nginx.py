"""A private nginx with the shipped conf/nginx.conf: only addresses, files and the number of its programs are replaced."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.processes.child import Child
from scripts.processes.loopback import accepts_connections, free_port
from tests.certificate import make_certificate
from tests.real_parts import ROOT, find_program

SHIPPED_CONF = ROOT / "conf" / "nginx.conf"
HOST = "charge.example.com"
# What Debian's nginx.conf has around the files in conf.d.
FRAME = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/xinxiang.conf;
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    """A running one; `chain` is what its clients trust."""

    port: int
    plain_port: int
    chain: Path


@contextlib.contextmanager
def running_nginx(folder: Path, upstream_port: int) -> Iterator[Nginx]:
    """nginx before a program on this port, stopped at the end."""
    port, plain_port = free_port(), free_port()
    certificate = make_certificate(folder)
    text = SHIPPED_CONF.read_text(encoding="utf-8")
    for pattern, value in (
        (r"^\s*listen \[::\].*$", ""),
        (r"listen 80\b", f"listen 127.0.0.1:{plain_port}"),
        (r"listen 443\b", f"listen 127.0.0.1:{port}"),
        (r"server 127\.0\.0\.1:8080", f"server 127.0.0.1:{upstream_port}"),
        (r"/etc/xinxiang/tls/\S+\.chain\.pem", str(certificate.chain)),
        (r"/etc/xinxiang/tls/\S+\.key\.pem", str(certificate.key)),
        (r"/var/log/nginx/", f"{folder}/"),
        (r"/var/www/", f"{folder}/"),
    ):
        text, count = re.subn(pattern, value, text, flags=re.MULTILINE)
        assert count, f"{SHIPPED_CONF} has nothing like {pattern}"
    (folder / "xinxiang.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder), encoding="utf-8")
    command = [find_program("nginx"), "-p", str(folder), "-e", str(folder / "error.log")]
    command += ["-c", str(folder / "nginx.conf")]
    process = Child("nginx", command, folder / "nginx.log", lambda _: accepts_connections(port))
    process.start()
    try:
        yield Nginx(port, plain_port, certificate.chain)
    finally:
        process.stop()
