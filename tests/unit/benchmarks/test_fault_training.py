"""The training of what tells a spoilt photo: its folds keep whole sources apart."""

import sys
from pathlib import Path
from typing import Final

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import fault_training
from fault_samples import GOOD, Sample

SOURCES: Final = ("one", "one", "one", "two", "two", "three", "four", "five", "six")


def _samples() -> list[Sample]:
    """Return two forms of each photograph; every source has a photograph of the same name."""
    return [
        Sample(
            label=label,
            kind=label,
            name=f"{at % 2}.jpg",
            source=source,
            traits=np.zeros(3, np.float32),
        )
        for at, source in enumerate(SOURCES)
        for label in (GOOD, "dark")
    ]


def test_no_source_is_both_seen_and_judged() -> None:
    samples = _samples()
    for seen, judged in fault_training.folds(samples):
        assert not {samples[at].source for at in seen} & {samples[at].source for at in judged}


def test_every_form_is_judged_once() -> None:
    samples = _samples()
    judged = np.concatenate([judged for _, judged in fault_training.folds(samples)])
    assert sorted(judged) == list(range(len(samples)))


def test_few_sources_make_few_folds() -> None:
    samples = [sample for sample in _samples() if sample.source in {"one", "two"}]
    assert len(fault_training.folds(samples)) == 2


def test_one_source_alone_cannot_be_trained_on() -> None:
    with pytest.raises(ValueError, match="sources"):
        fault_training.folds([sample for sample in _samples() if sample.source == "one"])
