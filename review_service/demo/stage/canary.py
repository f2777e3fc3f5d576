"""Asks whether this machine can build every wall of the sandbox; its own process.

``python -m review_service.demo.stage.canary``: exit 0 when every wall stands.
"""

import sys

from workers.sandbox.client import SandboxError
from workers.sandbox.keeper import start_sandbox, stop_sandbox


def main() -> int:
    """Send the canary once."""
    try:
        start_sandbox(required=True)
    except SandboxError:
        return 1
    stop_sandbox()
    return 0


if __name__ == "__main__":
    sys.exit(main())
