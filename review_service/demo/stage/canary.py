"""Tests in a process of its own whether this machine supports every layer of the sandbox.

``python -m review_service.demo.stage.canary``: exit 0 when every layer is active.
"""

import sys

from workers.sandbox.client import SandboxError
from workers.sandbox.keeper import start_sandbox, stop_sandbox


def main() -> int:
    """Run the sandbox's canary once and exit with its result."""
    try:
        start_sandbox(required=True)
    except SandboxError:
        return 1
    stop_sandbox()
    return 0


if __name__ == "__main__":
    sys.exit(main())
