"""Encrypts archives in the age format (age-encryption.org) with one X25519 key, in a stream."""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, Final

import pyrage

from review_service.domain.errors import SettingsError, WrongKeyError
from review_service.ports import Readable

KEY_PREFIX: Final = "AGE-SECRET-KEY-1"
NO_MATCH: Final = "No matching keys"
"""The library's message when the file was encrypted with another key."""
BUFFER_BYTES: Final = 256 * 1024


def new_key() -> str:
    """Return a new key, in the format of ``age-keygen``."""
    return str(pyrage.x25519.Identity.generate())


class AgeCipher:
    """``ArchiveCipher`` with one key; it encrypts to itself, so that the same key opens it."""

    def __init__(self, key_text: str) -> None:
        """Take the text of a key file; lines that begin with ``#`` are comments.

        Raises ``SettingsError`` when there is no key in it.
        """
        lines = [line.strip() for line in key_text.splitlines()]
        keys = [line for line in lines if line.upper().startswith(KEY_PREFIX)]
        try:
            [self._identity] = [pyrage.x25519.Identity.from_str(key) for key in keys]
        except (ValueError, pyrage.IdentityError) as error:
            raise SettingsError(
                "BACKUP_KEY_FILE no contiene una clave de respaldos (una línea "
                f"{KEY_PREFIX}…); haga una con «review-service backup-key ARCHIVO»"
            ) from error

    def encrypt(self, source: Readable, target: BinaryIO) -> None:
        """Read the source to its end and write it encrypted; what the source raises passes."""
        watched = _Watched(source)
        try:
            pyrage.encrypt_io(watched, target, [self._identity.to_public()])
        except pyrage.EncryptError:
            if watched.raised is not None:
                raise watched.raised from None
            raise

    @contextmanager
    def decrypted(self, sealed: BinaryIO) -> Iterator[BinaryIO]:
        """Return the decrypted bytes as a stream that cannot seek.

        Reading raises ``WrongKeyError``, or ``OSError`` for bytes that were altered or cut off;
        each piece is authenticated before it is given.
        """
        reading, writing = os.pipe()
        pump = _Pump(self._identity, sealed, writing)
        pump.start()
        plain = io.BufferedReader(_Plain(reading, pump), BUFFER_BYTES)
        try:
            yield plain
        finally:
            plain.close()  # a pump that still writes ends with a broken pipe
            pump.join()


class _Watched:
    """Keeps the exception of the source, which the library would replace by one of its own."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.raised: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._source.read(size)
        except BaseException as error:
            self.raised = error
            raise


class _Pump(threading.Thread):
    """Decrypts into a pipe, since the library writes its output and a tar reader reads."""

    def __init__(self, identity: "pyrage.x25519.Identity", sealed: BinaryIO, writing: int) -> None:
        super().__init__(name="decrypting", daemon=True)
        self._identity = identity
        self._sealed = sealed
        self._writing = writing
        self.raised: Exception | None = None

    def run(self) -> None:
        target = os.fdopen(self._writing, "wb", buffering=BUFFER_BYTES)
        try:
            pyrage.decrypt_io(self._sealed, target, [self._identity])
            target.flush()
        except Exception as error:  # noqa: BLE001 -- raised again in the thread that reads
            self.raised = error
        finally:
            with suppress(OSError):  # nobody reads any more
                target.close()


class _Plain(io.RawIOBase):
    """The reading end of the pipe; at its end it raises what made the decryption fail, if so."""

    def __init__(self, reading: int, pump: _Pump) -> None:
        self._reading = reading
        self._pump = pump

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        count = os.readv(self._reading, [buffer])
        if count == 0:
            self._pump.join()
            if self._pump.raised is not None:
                said = str(self._pump.raised)
                wrong_key = isinstance(self._pump.raised, pyrage.DecryptError) and NO_MATCH in said
                raise (WrongKeyError if wrong_key else OSError)(said) from self._pump.raised
        return count

    def close(self) -> None:
        if not self.closed:
            os.close(self._reading)
        super().close()
