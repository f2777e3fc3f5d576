"""What the client makes of the server's last word."""

import json
import socket

import pytest

from workers.sandbox.client import Child, Job, SandboxError, events

TOLD = {"exit": 0, "cpu_seconds": 0.1, "peak_bytes": 4096}


def _child() -> tuple[Child, socket.socket]:
    """Return a child whose results have ended, and the server's end of its notice."""
    results, child_side = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    child_side.close()
    notice, server_side = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    return Child(Job(call="any:thing", arguments={}, cpu_seconds=1), results, notice), server_side


def test_an_ending_counts_although_the_server_closed_before_it_read_our_wish() -> None:
    child, server_side = _child()
    child.end()
    server_side.send(json.dumps(TOLD).encode())
    server_side.close()  # with our wish unread, which resets the socket once
    endings = [event for _, event in events([child])]
    child.close()
    assert [ending.exit_code for ending in endings if hasattr(ending, "exit_code")] == [0]


@pytest.mark.parametrize("asked_to_end", [True, False])
def test_a_server_that_says_nothing_any_more_is_gone(*, asked_to_end: bool) -> None:
    child, server_side = _child()
    if asked_to_end:
        child.end()
    server_side.close()
    with pytest.raises(SandboxError):
        list(events([child]))
    child.close()
