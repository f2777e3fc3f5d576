"""The mail catcher: an SMTP server on loopback that keeps each message as an ``.eml`` file.

Its own process: ``python -m review_service.demo.stage.mail_catcher FOLDER DESCRIPTOR``, where the
descriptor is a listening socket, so that nobody can take the port meanwhile.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope

HOST: Final = "127.0.0.1"
BACKLOG: Final = 16
MAX_MESSAGE_BYTES: Final = 64 * 1024 * 1024
TAKEN: Final = "250 OK"


def listen() -> socket.socket:
    """Return a listening socket on a free loopback port."""
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.bind((HOST, 0))
    server.listen(BACKLOG)
    return server


class MailKeeper:
    """Accepts every message and stores it as a file, written atomically."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken = 0

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's name
        self, _server: SMTP, _session: object, envelope: Envelope
    ) -> str:
        """Store one message."""
        self._taken += 1
        content = envelope.original_content or b""
        name = f"{time.time_ns():020d}-{self._taken}.eml"
        making = self._folder / f".{name}.new"
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        making.rename(self._folder / name)
        return TAKEN


async def serve(folder: Path, server: socket.socket) -> None:
    """Accept mail until asked to stop."""
    keeper = MailKeeper(folder)
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)

    def speak() -> SMTP:
        # A fixed name: asking the system for ours can wait long on a broken name server.
        return SMTP(keeper, hostname="localhost", data_size_limit=MAX_MESSAGE_BYTES)

    listening = await loop.create_server(speak, sock=server)
    async with listening:
        await stopped.wait()


def main() -> None:
    """Serve on the inherited socket."""
    folder, descriptor = Path(sys.argv[1]), int(sys.argv[2])
    with socket.socket(fileno=descriptor) as server:
        asyncio.run(serve(folder, server))


if __name__ == "__main__":
    main()
