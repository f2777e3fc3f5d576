"""The worker process: the sandbox's fork server first, then settings, parts and the queue."""

import logging
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from workers.inspecting.document import start_sandbox, stop_sandbox
from workers.sandbox.client import SandboxError
from workers.sandbox.settings import SandboxSettingsError

NICENESS: Final = 5
"""How far checks step back behind web and database on one machine: pages answer first while
workers are busy. A niced process still gets a quarter of a core that is wanted by another."""
OWN_GROUP: Final = Path("/proc/self/autogroup")
"""Linux shares time between sessions first and weighs niceness within one only: this weighs the
session. A unit and a container have a weight of their own (``CPUWeight``, ``cpu_shares``)."""
GROUP_TRIES: Final = 10
GROUP_SECONDS: Final = 0.15
"""One group of the machine is weighed in each tenth of a second, unless root asks."""

logger = logging.getLogger(__name__)


def main() -> int:
    """Work until told to stop: 0, and for nothing else.

    1 when the sandbox does not hold or the worker is broken, 2 when a setting is wrong, 70 when a
    task hung (``workers/tasks/leasing.py``): who minds the worker starts it anew.
    """
    _step_back()
    try:
        start_sandbox()
    except SandboxSettingsError as error:
        sys.stderr.write(f"Configuración: {error}\n")
        return 2
    except SandboxError as error:
        sys.stderr.write(f"El entorno aislado de los documentos no se pudo armar: {error}\n")
        return 1
    # Imported after the fork server stands: it must know neither settings nor keys.
    from review_service.domain.errors import SettingsError  # noqa: PLC0415

    try:
        return _work()
    except SettingsError as error:
        sys.stderr.write(f"Configuración: {error}\n")
        return 2
    finally:
        stop_sandbox()


def _step_back() -> None:
    """Let web and database go first; what this process starts inherits it.

    A session that is not this process's own is left as it is: others live in it.
    """
    os.nice(NICENESS)
    if os.getsid(0) != os.getpid():
        return
    for _ in range(GROUP_TRIES):
        try:
            OWN_GROUP.write_text(str(NICENESS), encoding="ascii")
        except BlockingIOError:
            time.sleep(GROUP_SECONDS)
        except OSError:
            return  # a kernel without groups
        else:
            return


def _work() -> int:
    from review_service.adapters.rq_queue import RqListener  # noqa: PLC0415
    from review_service.bootstrap import warn_of_rules  # noqa: PLC0415
    from review_service.logs import configure  # noqa: PLC0415
    from review_service.services.upkeep.sharing import require_shared_store  # noqa: PLC0415
    from workers.tasks.heartbeat import Heartbeat  # noqa: PLC0415
    from workers.tasks.listening import Stopped, Stopper, listen  # noqa: PLC0415
    from workers.tasks.running import process_container  # noqa: PLC0415

    container = process_container()
    require_shared_store(container.reading(), container.store)
    configure(container.settings.log_level)
    warn_of_rules(container)
    stopper = Stopper()
    signal.signal(signal.SIGTERM, stopper)
    signal.signal(signal.SIGINT, stopper)
    listener = RqListener(container.settings.redis_url, container.settings.lanes)
    logger.info("worker_started")
    with suppress(Stopped), Heartbeat(container, lanes=container.settings.picked_lanes):
        listen(container, listener, stopper)
    logger.info("worker_stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
