"""The fork server: a clean process with every parser loaded, which forks one child per request."""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workers.sandbox import policy, wire

EXIT_WALL_MISSING: Final = 97
EXIT_CLIENT_GONE: Final = 98
REQUEST_DESCRIPTORS: Final = 3
"""The document, where results go, where the client is told of the end."""


@dataclass(slots=True, kw_only=True)
class _Running:
    pid: int
    pidfd: int
    notice: socket.socket
    leads_group: bool
    """It may have started a program, which ends with it."""


class ForkServer:
    """Waits for requests, forks, reaps, and tells each client how its child ended."""

    def __init__(self, control: socket.socket, *, required: bool) -> None:
        self._control = control
        self._required = required
        self._size_bytes = policy.virtual_size_bytes()
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._by_pidfd: dict[int, _Running] = {}
        self._by_notice: dict[int, _Running] = {}

    def run(self) -> None:
        """Serve until every client is gone; then end the children that still run."""
        ready = {"ready": True, "size_bytes": self._size_bytes}
        self._control.send(json.dumps(ready).encode())
        open_for_requests = True
        while open_for_requests:
            for descriptor, _ in self._poll.poll():
                if descriptor == self._control.fileno():
                    open_for_requests = self._accept()
                elif descriptor in self._by_pidfd:
                    self._reap(self._by_pidfd[descriptor])
                elif descriptor in self._by_notice:
                    self._kill(self._by_notice[descriptor])
        for running in self._by_pidfd.values():
            os.kill(running.pid, signal.SIGKILL)

    def _accept(self) -> bool:
        received = wire.receive_request(self._control)
        if received is None:
            return False
        request, descriptors = received
        if len(descriptors) != REQUEST_DESCRIPTORS:
            for descriptor in descriptors:
                os.close(descriptor)
            return True
        document, results, notice = descriptors
        pid = os.fork()
        if pid == 0:
            self._become_child(request, document, results)
        os.close(document)
        os.close(results)
        running = _Running(
            pid=pid,
            pidfd=os.pidfd_open(pid),
            notice=socket.socket(fileno=notice),
            leads_group=not request["walled"],
        )
        with contextlib.suppress(OSError):  # a client that left is heard of in the next round
            running.notice.send(json.dumps({"pid": pid}).encode())
        self._by_pidfd[running.pidfd] = running
        self._by_notice[notice] = running
        self._poll.register(running.pidfd, select.POLLIN)
        self._poll.register(notice, select.POLLIN)
        return True

    def _kill(self, running: _Running) -> None:
        """End a child whose client asked for it or went away."""
        self._poll.unregister(running.notice)
        with contextlib.suppress(OSError):  # unread words would reset the client's socket
            running.notice.recv(wire.MAX_REQUEST_BYTES, socket.MSG_DONTWAIT)
        if running.leads_group:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
        signal.pidfd_send_signal(running.pidfd, signal.SIGKILL)

    def _reap(self, running: _Running) -> None:
        _, status, usage = os.wait4(running.pid, 0)
        ending = {
            "exit": os.waitstatus_to_exitcode(status),
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "peak_bytes": usage.ru_maxrss * 1024,
        }
        try:
            running.notice.send(json.dumps(ending).encode())
        except OSError:
            sys.stderr.write("sandbox: the client left before its child\n")
        self._poll.unregister(running.pidfd)
        if running.notice.fileno() in self._by_notice:
            self._forget_notice(running)
        os.close(running.pidfd)
        del self._by_pidfd[running.pidfd]
        running.notice.close()

    def _forget_notice(self, running: _Running) -> None:
        del self._by_notice[running.notice.fileno()]
        try:
            self._poll.unregister(running.notice)
        except KeyError:
            return  # a killed child's notice is no longer watched

    def _become_child(self, request: Mapping[str, Any], document: int, results: int) -> None:
        """Never returns: wall in, do the one call, stream what it yields, end."""
        policy.die_with_parent()
        if not request["walled"]:
            os.setpgid(0, 0)
        limits = policy.Limits(
            cpu_seconds=int(request["cpu_seconds"]),
            memory_bytes=self._size_bytes + int(request["room_bytes"]),
        )
        document, results = policy.keep_only(document, results)
        module, _, name = str(request["call"]).partition(":")
        call = getattr(sys.modules[module], name)
        missing = policy.enter(limits) if request["walled"] else ()
        if missing and self._required:
            wire.send_frame(results, wire.missing_frame(missing))
            os._exit(EXIT_WALL_MISSING)
        os._exit(_stream(call(document, **request["arguments"]), results, missing))


def _stream(frames: Iterable[wire.Frame], results: int, missing: tuple[str, ...]) -> int:
    """Send every frame, a failure as the last one; return the exit code."""
    try:
        try:
            if missing:
                wire.send_frame(results, wire.missing_frame(missing))
            for frame in frames:
                wire.send_frame(results, frame)
        except MemoryError as error:
            gc.collect()
            wire.send_frame(results, wire.failed_frame(error))
        except (Exception, RecursionError) as error:  # noqa: BLE001 -- parsers raise anything
            wire.send_frame(results, wire.failed_frame(error))
    except OSError:
        return EXIT_CLIENT_GONE
    return 0


def main(control_fd: int, *, preload: list[str], prepare: list[str], required: bool) -> None:
    """Load the parsers, run the preparations, freeze the heap and serve."""
    for module in preload:
        importlib.import_module(module)
    for step in prepare:
        module, _, name = step.partition(":")
        getattr(importlib.import_module(module), name)()
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=control_fd) as control:
        ForkServer(control, required=required).run()
