"""What the demo needs from the machine, and the environment of its processes."""

import errno
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from review_service.demo.stage.errors import CannotStartError
from review_service.demo.stage.home import Home

HOST: Final = "127.0.0.1"
OTHER_HOST: Final = "::1"
BACKLOG: Final = 128
USUAL_PORT: Final = 8000
QUEUES: Final = ("redis-server", "valkey-server")
INHERITED: Final = (
    "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "SSL_CERT_FILE",
    "TESSDATA_PREFIX", "TMPDIR", "TZ", "USER", "XDG_CACHE_HOME",
)  # fmt: skip
"""Variables passed on to the processes; settings of another installation must not be."""
FIRST_OPEN_PORT: Final = 1024
FIRST_SUGGESTED_PORT: Final = 8001
LAST_PORT: Final = 65535


def find_queue_server() -> str:
    """Return the Redis or Valkey program. Raises ``CannotStartError`` when there is none."""
    for name in QUEUES:
        if found := shutil.which(name):
            return found
    raise CannotStartError(
        "Falta el programa redis-server: instálelo con «sudo apt-get install redis-server»."
    )


def require_reader() -> None:
    """Raise ``CannotStartError`` when no OCR for Spanish is installed."""
    program = shutil.which("tesseract")
    if program is None:
        raise CannotStartError(
            "Falta el programa tesseract, que lee los documentos escaneados: instálelo con "
            "«sudo apt-get install tesseract-ocr tesseract-ocr-spa»."
        )
    listed = subprocess.run(  # noqa: S603 -- the program just found
        [program, "--list-langs"], capture_output=True, text=True, check=False
    )
    if "spa" not in (listed.stdout + listed.stderr).split():
        raise CannotStartError(
            "A tesseract le falta el español: instálelo con "
            "«sudo apt-get install tesseract-ocr-spa»."
        )


def listen(port: int | None, *, any_other: bool = False) -> socket.socket:
    """Return a socket that listens for the pages, for the web process to inherit.

    Without a port it is the usual one, or any free one where that is allowed. Raises
    ``CannotStartError`` when the pages cannot be served there.
    """
    if port is None and any_other and not _is_free(USUAL_PORT):
        return _listening(0)
    port = USUAL_PORT if port is None else port
    if not 0 < port <= LAST_PORT:
        raise CannotStartError(
            f"El puerto {port} no existe: use uno entre {FIRST_OPEN_PORT} y {LAST_PORT}."
        )
    try:
        _require_other_loopback_free(port)
        return _listening(port)
    except PermissionError as error:
        raise CannotStartError(
            f"El puerto {port} está reservado para el administrador: {_other_port()}"
        ) from error
    except OSError as error:
        raise CannotStartError(
            f"Otro programa ya usa el puerto {port}: ciérrelo, o {_other_port()}"
        ) from error


def _listening(port: int) -> socket.socket:
    server = socket.socket()
    try:
        # A connection that lingers from a former run is no obstacle.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((HOST, port))
        server.listen(BACKLOG)
    except OSError:
        server.close()
        raise
    return server


def _require_other_loopback_free(port: int) -> None:
    """Raise ``OSError`` when a program listens on that loopback address of «localhost»."""
    if not socket.has_ipv6:
        return
    with socket.socket(socket.AF_INET6) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((OTHER_HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise


def _is_free(port: int) -> bool:
    try:
        _require_other_loopback_free(port)
        _listening(port).close()
    except OSError:
        return False
    return True


def _other_port() -> str:
    for port in range(FIRST_SUGGESTED_PORT, LAST_PORT):
        if _is_free(port):
            return f"use otro así: review-service demo --port {port}"
    return "libere alguno."


def environment(home: Home, *, port: int, mail_port: int, queue_socket: Path) -> dict[str, str]:
    """Return the environment of the service's processes: the embedded default."""
    own = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return own | {
        "AUDIT_SEAL_KEY_FILE": str(home.secret_file("audit_seal_key")),
        "BACKUP_KEY_FILE": str(home.backup_key()),
        "DATA_DIR": str(home.folder),
        "DEMONSTRATION": "1",
        "DEMO_PAGE": "1",
        "FILE_STORE": "local",
        "FRESH_FACTOR_MINUTES": "720",  # as long as a session: visitors have no device for codes
        "SANDBOX": "required",
        "MAIL_FROM": "no-responder@demostracion.example",
        "PUBLIC_URL": f"http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
        "RECONCILE_SECONDS": "5",
        "REDIS_URL": f"unix://{queue_socket}",
        "SECRET_KEY_FILE": str(home.secret_file("secret_key")),
        "SMTP_HOST": HOST,
        "SMTP_PORT": str(mail_port),
        "VERIFICATION_KEY_FILE": str(home.secret_file("verification_key")),
    }


def queue_command(program: str, folder: Path) -> list[str]:
    """Return the command of a queue server that saves nothing and listens on a socket only."""
    return [
        program, "--port", "0", "--unixsocket", str(folder / "queue"), "--unixsocketperm", "700",
        "--save", "", "--appendonly", "no", "--dir", str(folder), "--daemonize", "no",
    ]  # fmt: skip


def python(*arguments: str) -> list[str]:
    """Return a command of our own interpreter."""
    return [sys.executable, "-m", *arguments]


def kernel() -> str:
    """Return a text that identifies the kernel, on which the sandbox depends."""
    return re.sub(r"[^A-Za-z0-9.-]", "-", platform.release())


def ask_canary(env: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    """Start the process that tests the sandbox; it exits with 0 when every layer is active."""
    return subprocess.Popen(  # noqa: S603 -- our own command
        python("review_service.demo.stage.canary"),
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
