"""Asks clamd whether a file is infected, with its INSTREAM command."""

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from review_service.domain.errors import ScannerError
from review_service.ports import ScanResult
from review_service.settings import ScannerSettings

PIECE_BYTES: Final = 256 * 1024
MAX_ANSWER_BYTES: Final = 1024
"""Longest accepted answer: clamd sends one short line."""
ASK_SECONDS: Final = 5.0
"""Seconds to wait for the version, which a working scanner gives at once."""
CLEAN: Final = b"stream: OK"
FOUND: Final = re.compile(rb"stream: ([\x21-\x7e]{1,200}) FOUND")
TOO_LONG: Final = b"INSTREAM size limit exceeded. ERROR"
VERSION: Final = re.compile(rb"ClamAV [\x20-\x7e]{1,200}")


class ClamdScanner:
    """``VirusScanner`` over a local socket or TCP, one connection a file.

    Only the two answers that clamd gives to a finished scan are believed. Everything else, silence
    included, is an outage: the file waits.
    """

    def __init__(self, settings: ScannerSettings) -> None:
        self._settings = settings

    def scan(self, stream: BinaryIO) -> ScanResult:
        """Send the stream in pieces and read the verdict."""
        with self._connected(self._settings.timeout_seconds) as line:
            line.send(b"zINSTREAM\0")
            try:
                while piece := stream.read(PIECE_BYTES):
                    line.send(len(piece).to_bytes(4, "big") + piece)
                line.send(bytes(4))
            except (BrokenPipeError, ConnectionResetError) as error:
                # It said something before it hung up, when the file passed its own limit.
                raise _said_no(line.left_over()) from error
            answer = line.answer()
        if answer == CLEAN:
            return ScanResult()
        if found := FOUND.fullmatch(answer):
            return ScanResult(found=found.group(1).decode("ascii"))
        raise _said_no(answer)

    def version(self) -> str:
        """Return the version of clamd and of its signatures."""
        with self._connected(min(ASK_SECONDS, self._settings.timeout_seconds)) as line:
            line.send(b"zVERSION\0")
            answer = line.answer()
        if not VERSION.fullmatch(answer):
            raise ScannerError("the scanner gave no version", retryable=True)
        return answer.decode("ascii")

    @contextmanager
    def _connected(self, seconds: float) -> Iterator["_Line"]:
        try:
            with _socket_to(self._settings, seconds) as connection:
                yield _Line(connection, deadline=time.monotonic() + seconds)
        except OSError as error:
            name = type(error).__name__
            raise ScannerError(f"the scanner does not answer: {name}", retryable=True) from error


def _socket_to(settings: ScannerSettings, seconds: float) -> socket.socket:
    if settings.socket is None:
        return socket.create_connection((settings.host, settings.port), timeout=seconds)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(seconds)
        connection.connect(str(settings.socket))
    except OSError:
        connection.close()
        raise
    return connection


class _Line:
    """One connection with one deadline in total, however slowly the answer arrives."""

    def __init__(self, connection: socket.socket, *, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def send(self, data: bytes) -> None:
        self._hurry()
        self._connection.sendall(data)

    def answer(self) -> bytes:
        """Return one line without its NUL. Raises ``ScannerError`` for anything but one line."""
        heard = bytearray()
        while len(heard) <= MAX_ANSWER_BYTES:
            self._hurry()
            piece = self._connection.recv(MAX_ANSWER_BYTES)
            if not piece:
                break
            heard += piece
        if len(heard) > MAX_ANSWER_BYTES or heard.count(0) != 1 or heard[-1] != 0:
            raise ScannerError("the scanner's answer is cut off or too long", retryable=True)
        return bytes(heard[:-1])

    def left_over(self) -> bytes:
        """Return what arrived before the other side closed the connection."""
        try:
            return self.answer()
        except (OSError, ScannerError):
            return b""

    def _hurry(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the scanner is too slow")
        self._connection.settimeout(left)


def _said_no(answer: bytes) -> ScannerError:
    """Return the error for a missing verdict, always retryable: settings of clamd may change.

    Giving up instead would let the file in unscanned.
    """
    if answer == TOO_LONG:
        return ScannerError("the file passes clamd's StreamMaxLength: raise it", retryable=True)
    return ScannerError("the scanner gave no verdict", retryable=True)
