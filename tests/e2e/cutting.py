"""A connection that breaks at the worst moment: the service has everything, nobody hears so."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

PIECE_BYTES = 64 * 1024
START_SECONDS = 10


@dataclass
class CuttingProxy:
    """Passes bytes on; drops the answers to the next ``cuts`` requests for ``path``."""

    upstream: str
    path: str
    cuts: int = 0
    requests: int = 0
    """How many requests for ``path`` were passed on."""
    base: str = ""
    _started: threading.Event = field(default_factory=threading.Event)
    _end: Callable[[], object] = field(default=lambda: None)

    def run(self) -> None:
        """Listen on a free port until ``end`` is called; for a thread of its own."""
        asyncio.run(self._serve())

    def wait(self) -> None:
        """Return when the port is open."""
        assert self._started.wait(START_SECONDS)

    def end(self) -> None:
        """Close everything."""
        self._end()

    async def _serve(self) -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        self._end = partial(loop.call_soon_threadsafe, stop.set)
        server = await asyncio.start_server(self._pass_on, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        self._started.set()
        await stop.wait()
        server.close()

    async def _pass_on(
        self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter
    ) -> None:
        parts = urlsplit(self.upstream)
        service_in, service_out = await asyncio.open_connection(parts.hostname, parts.port)
        doomed = asyncio.Event()
        pumps = [
            asyncio.create_task(self._requests(client_in, service_out, doomed)),
            asyncio.create_task(self._answers(service_in, client_out, doomed)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            for end in (client_out, service_out):
                end.transport.abort()

    async def _requests(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, doomed: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while piece := await source.read(PIECE_BYTES):
                if piece.startswith(b"POST ") and self.path.encode() in piece.split(b"\r\n", 1)[0]:
                    self.requests += 1
                    if self.cuts > 0:
                        self.cuts -= 1
                        doomed.set()
                target.write(piece)
                await target.drain()

    async def _answers(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, doomed: asyncio.Event
    ) -> None:
        with suppress(ConnectionError):
            while piece := await source.read(PIECE_BYTES):
                if doomed.is_set():
                    return
                target.write(piece)
                await target.drain()


@contextmanager
def cutting_proxy(upstream: str, path: str) -> Iterator[CuttingProxy]:
    """Run the proxy in a thread of its own."""
    proxy = CuttingProxy(upstream=upstream, path=path)
    # A thread of its own: Playwright runs a loop in this one.
    thread = threading.Thread(target=proxy.run)
    thread.start()
    try:
        proxy.wait()
        yield proxy
    finally:
        proxy.end()
        thread.join()
