# ruff: noqa: INP001 -- a program that ``attack.py`` starts, not a package
"""Runs one attack of ``attack_moves.py`` whenever it is told to, in a process of its own.

python benchmarks/attacker.py NAME FILE NICENESS, where FILE holds a ``Target`` as JSON. Each line
of its input is a number of seconds: so long the attack goes on, then the program is quiet again
and prints a JSON object of what came of it: ``answers`` by class, and ``cpu_s``, the processor time
that the attacker itself took.
"""

import json
import os
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

import urllib3

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from attack_answers import CUT, LATE, NO_FORM, WRONG, Tally
from attack_browser import NoFormError
from attack_moves import MOVES, Attack, Target, packed_body

ENDING_SECONDS: Final = 5.0
"""How long what was asked within the time may take to end."""


def _repeat(attack: Attack, target: Target, tally: Tally) -> None:
    while time.monotonic() < target.ends_at:
        try:
            for answer in attack.move(target):
                tally.add(answer)
                if time.monotonic() > target.ends_at:
                    break
        except NoFormError:
            if time.monotonic() < target.ends_at:  # else it waited for the form to the end
                tally.add(NO_FORM)
        except (urllib3.exceptions.TimeoutError, TimeoutError):
            tally.add(LATE)
        except (urllib3.exceptions.HTTPError, OSError):
            tally.add(CUT)
        except Exception as error:  # noqa: BLE001 -- a mistake of ours must be seen in the table
            sys.stderr.write(f"{error!r}\n")
            tally.add(WRONG)
        time.sleep(attack.pause_seconds)


def _attack(attack: Attack, target: Target) -> Counter[str]:
    """Attack until the time is over; return the answers by their class."""
    tally = Tally()
    threads = [
        threading.Thread(target=_repeat, args=(attack, target, tally), daemon=True)
        for _ in range(attack.at_once)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, target.ends_at + ENDING_SECONDS - time.monotonic()))
    return Counter(tally.counts)  # who is late goes on counting


def _give_way(niceness: int) -> None:
    """Take the processor time that nobody else wants, if so told.

    Linux shares time between sessions first (autogroups) and weighs ``nice`` within one only.
    """
    os.nice(niceness)
    with suppress(OSError):  # a kernel without them
        Path("/proc/self/autogroup").write_text(str(niceness), encoding="ascii")


def main() -> int:
    """Attack for each number of seconds that is asked for."""
    packed_body()
    _give_way(int(sys.argv[3]))
    attack = MOVES[sys.argv[1]]
    target = Target(**json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))
    for seconds in sys.stdin:
        before = time.process_time()
        answers = _attack(attack, replace(target, ends_at=time.monotonic() + float(seconds)))
        told = {"answers": answers, "cpu_s": round(time.process_time() - before, 2)}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
