"""nginx and HAProxy as processes, each with the configuration of the documents: ports and files are filled in."""

import contextlib
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.processes.running import free_port, wait_for

DOCUMENTED = Path(__file__).parents[2] / "docs" / "proxies"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True, slots=True)
class Ports:
    """Where a proxy listens with TLS and without, and the web servers behind it."""

    secure: int
    plain: int
    webs: list[int]


def filled(name: str, filling: Mapping[str, str]) -> str:
    """A documented configuration with other words in the place of some of its own."""
    text = (DOCUMENTED / name).read_text()
    for stated, instead in filling.items():
        assert text.count(stated) == 1, f"{name} does not state '{stated}' once"
        text = text.replace(stated, instead)
    return text


def nginx(folder: Path, certificate: Path, ports: Ports) -> list[str]:
    """The command of an nginx."""
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in TEMPORARY)
    servers = "".join(f"server 127.0.0.1:{port};\n" for port in ports.webs)
    text = filled(
        "nginx.conf",
        {
            "user www-data;": "user root;",
            "worker_processes auto;": "worker_processes 1;",  # it alone keeps connections to the servers
            "worker_rlimit_nofile 131072;": "worker_rlimit_nofile 4096;",
            "worker_connections 65536;": "worker_connections 2048;",
            "pid /run/nginx.pid;": f"pid {folder}/nginx.pid;",
            "error_log /var/log/nginx/error.log warn;": "error_log stderr warn;",
            "access_log off;": f"access_log off;\n{temporary}",
            "server 127.0.0.1:8000;": servers,
            "listen 80;": f"listen 127.0.0.1:{ports.plain};",
            "listen [::]:80;": "",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{ports.secure} ssl http2;",
            "listen [::]:443 ssl http2;": "",
            "/etc/ssl/layso/fullchain.pem": str(certificate),
            "/etc/ssl/layso/privkey.pem": str(certificate),
        },
    )
    (folder / "nginx.conf").write_text(text)
    return [
        "/usr/sbin/nginx",
        "-p",
        str(folder),
        "-c",
        f"{folder}/nginx.conf",
        "-e",
        "stderr",
        "-g",
        "daemon off;",
    ]


def haproxy(folder: Path, certificate: Path, ports: Ports) -> list[str]:
    """The command of an HAProxy."""
    servers = "".join(f"    server web{port} 127.0.0.1:{port} check inter 200ms\n" for port in ports.webs)
    text = filled(
        "haproxy.cfg",
        {
            "    user haproxy\n    group haproxy\n": "",
            "maxconn 60000": "maxconn 2000",
            "bind :::80 v4v6": f"bind 127.0.0.1:{ports.plain}",
            "bind :::443 v4v6 ssl": f"bind 127.0.0.1:{ports.secure} ssl",
            "/etc/haproxy/layso.pem": str(certificate),
            "    server web1 127.0.0.1:8000 check inter 2s\n": servers,
        },
    )
    (folder / "haproxy.cfg").write_text(text)
    return ["/usr/sbin/haproxy", "-db", "-f", f"{folder}/haproxy.cfg"]


PROXIES: dict[str, Callable[[Path, Path, Ports], list[str]]] = {"nginx": nginx, "haproxy": haproxy}


@contextlib.contextmanager
def open_proxy(name: str, folder: Path, certificate: Path, ports: Ports) -> Iterator[None]:
    """A proxy that listens."""
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(PROXIES[name](folder, certificate, ports), stdout=log, stderr=log)
    try:
        wait_for(name, lambda: process.poll() is not None or _listens(ports.secure))
        assert process.poll() is None, (folder / f"{name}.log").read_text()
        yield
    finally:
        process.terminate()
        process.wait(20)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_ports(webs: list[int]) -> Ports:
    return Ports(free_port(), free_port(), webs)
