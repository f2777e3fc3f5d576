"""The proxy of compose on free ports, before whatever a test puts behind it."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import LOOPBACK, free_port

ROOT = Path(__file__).parents[1]
PROXY = ROOT / "docker" / "proxy"
START_SECONDS = 20


@contextmanager
def proxy_before(port: int, folder: Path, *, outer_proxy: str = "") -> Iterator[int]:
    """Run Debian's nginx as the container does; give its port.

    ``port`` is that of the service, ``folder`` an empty one, ``outer_proxy`` as in compose.
    """
    own = free_port()
    configured = folder / "nginx.conf"
    configured.write_text(_moved((PROXY / "nginx.conf").read_text(encoding="utf-8"), folder))
    words = configured.read_text(encoding="utf-8")
    words = words.replace("http://web:8000;", f"http://{LOOPBACK}:{port};")
    words = words.replace("listen 8000;", f"listen {LOOPBACK}:{own};")
    configured.write_text(words, encoding="utf-8")
    program = subprocess.Popen(
        ["sh", str(PROXY / "start"), "-c", str(configured), *_as_root()],
        env={
            "PATH": f"{os.environ['PATH']}:/usr/sbin",
            "OUTER_PROXY": outer_proxy,
            "PROXY_FOLDER": str(folder),
        },
    )
    try:
        _wait_for(own)
        yield own
    finally:
        program.terminate()
        program.wait(timeout=10)


def has_nginx() -> bool:
    """Return whether this machine has it; ``scripts/test`` brings it."""
    return shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") is not None


def _moved(words: str, folder: Path) -> str:
    """Return the configuration with every folder of the container inside of one of ours."""
    words = re.sub(r"/tmp/|/var/lib/proxy/", f"{folder}/", words)  # noqa: S108
    return words.replace("/usr/share/proxy", str(PROXY / "pages"))


def _as_root() -> list[str]:
    return ["-g", "user root;"] if os.geteuid() == 0 else []


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return
