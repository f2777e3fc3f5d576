# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""A relay before the file store that can be told to give wrong bytes, or to be full.

It passes everything on as it is. While ``is_wrong`` the last byte of each piece of a file that is
read is another one; while ``is_full`` each file that is sent is answered as MinIO does when its
disk is full.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from tests.s3_double import failing
from tests.servers import LOOPBACK

PIECE_BYTES: Final = 64 * 1024
FULL: Final = failing("XMinioStorageFull").encode()
FULL_ANSWER: Final = (
    b"HTTP/1.1 507 Insufficient Storage\r\nContent-Type: application/xml\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(FULL), FULL)
)


@dataclass
class StoreRelay:
    """Where it listens, and what it does just now."""

    port: int
    is_wrong: bool = False
    is_full: bool = False
    changed: int = 0
    """Pieces that were given with a wrong byte."""
    refused: int = 0
    """Files that were not taken."""


@contextmanager
def relay_before(port: int) -> Iterator[StoreRelay]:
    """Listen on a free port and pass on to the store on ``port``."""
    with socket.create_server((LOOPBACK, 0)) as door:
        relay = StoreRelay(port=door.getsockname()[1])
        threading.Thread(target=_accept, args=(door, relay, port), daemon=True).start()
        yield relay


def _accept(door: socket.socket, relay: StoreRelay, port: int) -> None:
    with suppress(OSError):  # it is closed at the end
        while True:
            client, _ = door.accept()
            threading.Thread(target=_serve, args=(client, relay, port), daemon=True).start()


def _serve(client: socket.socket, relay: StoreRelay, port: int) -> None:
    """Serve one connection, request after request, as HTTP/1.1 keeps it open."""
    with client, suppress(OSError), socket.create_connection((LOOPBACK, port)) as store:
        asked = [b""]
        """The method of the request whose answer comes next."""
        back = threading.Thread(target=_answers, args=(store, client, relay, asked), daemon=True)
        back.start()
        while piece := client.recv(PIECE_BYTES):
            method = piece.split(b" ", 1)[0]
            if method in {b"GET", b"PUT", b"POST", b"HEAD", b"DELETE"}:
                asked[0] = method
            if relay.is_full and asked[0] in {b"PUT", b"POST"}:
                relay.refused += 1
                _refuse(client)
                break
            store.sendall(piece)
        with suppress(OSError):
            store.shutdown(socket.SHUT_RDWR)


def _refuse(client: socket.socket) -> None:
    """Answer that the disk is full; read what still comes, so that the answer is read too."""
    client.sendall(FULL_ANSWER)
    client.shutdown(socket.SHUT_WR)
    client.settimeout(2)
    while client.recv(PIECE_BYTES):
        pass


def _answers(
    store: socket.socket, client: socket.socket, relay: StoreRelay, asked: list[bytes]
) -> None:
    with suppress(OSError):
        while piece := store.recv(PIECE_BYTES):
            sent = piece
            if relay.is_wrong and asked[0] == b"GET":
                sent = with_wrong_byte(piece)
                relay.changed += sent != piece
            client.sendall(sent)
        client.shutdown(socket.SHUT_RDWR)


def with_wrong_byte(piece: bytes) -> bytes:
    """Return a piece of an answer whose last byte is another one; a bare head stays as it is."""
    _, end, body = piece.rpartition(b"\r\n\r\n")
    if piece.startswith(b"HTTP/") and not (end and body):
        return piece
    return piece[:-1] + bytes([piece[-1] ^ 0xFF])
