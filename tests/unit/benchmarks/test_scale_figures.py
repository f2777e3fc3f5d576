"""What ``benchmarks/scale.py`` concludes from the milliseconds of its requests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

from scale import page_figures


def test_of_each_request_the_least_of_the_rounds_counts_and_the_slow_ones_stay_slow() -> None:
    quick_machine = [10.0] * 18 + [60.0, 60.0]
    slowed_at_the_begin = [90.0] * 10 + [11.0] * 8 + [61.0, 61.0]
    slowed_at_the_end = [11.0] * 10 + [90.0] * 10

    told = page_figures([{"queue": slowed_at_the_begin}, {"queue": slowed_at_the_end}])
    assert told["p95_ms"] == {"queue": 61.0}
    assert told["round_p95_ms"] == {"queue": 90.0}

    told = page_figures([{"queue": quick_machine}])
    assert told["p95_ms"] == told["round_p95_ms"] == {"queue": 60.0}


def test_pages_are_told_apart() -> None:
    told = page_figures([{"case": [20.0] * 20, "queue": [40.0] * 20}] * 3)
    assert told["p95_ms"] == {"case": 20.0, "queue": 40.0}
