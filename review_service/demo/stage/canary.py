"""Asks whether this machine can build every wall of the jail; its own process.

``python -m review_service.demo.stage.canary``: exit 0 when every wall stands.
"""

import sys

from workers.sandbox.client import JailError
from workers.sandbox.keeper import start_jail, stop_jail


def main() -> int:
    """Send the canary once."""
    try:
        start_jail(required=True)
    except JailError:
        return 1
    stop_jail()
    return 0


if __name__ == "__main__":
    sys.exit(main())
