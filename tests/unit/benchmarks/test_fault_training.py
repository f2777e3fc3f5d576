"""The training of what tells a spoilt photo: its folds keep whole sources apart."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Final

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks"))

import fault_training
from fault_samples import GOOD, Sample

from workers.inside.picture import faults, traits

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


def _told(**values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return traits of a photo that every older measure calls good, but for ``values``."""
    row = np.full(len(traits.NAMES), 200.0)
    for name, value in values.items():
        row[traits.NAMES.index(name.replace("_", " "))] = value
    return row


def test_what_only_denies_is_asked_where_its_measure_calls_a_photo_spoilt() -> None:
    table = np.stack(
        [_told(), _told(edges=90), _told(wide_edges=90), _told(weakest_way=90), _told(finest=90)]
    )
    assert fault_training.is_asked("unsharp", table).tolist() == [False, True, True, True, False]
    assert fault_training.is_asked("enlarged", table).tolist() == [False] * 4 + [True]


def test_what_is_blurred_is_not_asked_about_its_pixels() -> None:
    table = np.stack([_told(edges=90, finest=90)])
    assert not fault_training.is_asked("enlarged", table).any()


def test_what_tells_is_asked_of_every_photo() -> None:
    table = np.stack([_told(), _told(edges=90)])
    assert fault_training.is_asked("bright", table).all()


def test_a_vote_that_cannot_tell_calls_nothing_spoilt() -> None:
    table = np.stack([_told(edges=traits.UNKNOWN), _told(finest=traits.UNKNOWN)])
    assert not fault_training.is_asked("unsharp", table).any()
    assert not fault_training.is_asked("enlarged", table).any()


def _drawn(reason: str) -> list[Sample]:
    """Return forms of three sources that a measure calls blurred; what is spoilt has wide edges."""
    rng = np.random.default_rng(1)
    samples = []
    for source in ("one", "two", "three"):
        for label, width in ((GOOD, 2), (reason, 9)):
            for at in range(40):
                row = _told(edges=90)
                row[traits.NAMES.index("strong edges, width at 5")] = width + rng.random()
                samples.append(
                    Sample(
                        label=label,
                        kind=label,
                        name=f"{at}.jpg",
                        source=source,
                        traits=row.astype(np.float32),
                    )
                )
    return samples


def test_what_is_trained_alone_leaves_the_other_trees_as_they_are_shipped(tmp_path: Path) -> None:
    kept, path = tmp_path / "samples", tmp_path / "faults.npz"
    kept.write_bytes(pickle.dumps(_drawn("blurred")))
    options = ["--photos", str(tmp_path), "--only", "unsharp", "--keep", str(kept)]
    fault_training.main([*options, "--json", "--write", "--to", str(path)])
    written, shipped = faults.read(path), faults.read(faults.TREES)
    row = _told(edges=90)
    before, after = shipped.scores(row), written.scores(row)
    assert {name: after[name] for name in after if name != "unsharp"} == {
        name: before[name] for name in before if name != "unsharp"
    }
    narrow, wide = _told(edges=90), _told(edges=90)
    narrow[traits.NAMES.index("strong edges, width at 5")] = 2.5
    wide[traits.NAMES.index("strong edges, width at 5")] = 9.5
    assert written.scores(narrow)["unsharp"] + 1 < written.scores(wide)["unsharp"]


def test_trees_of_older_traits_are_kept_by_the_names_of_what_they_ask(tmp_path: Path) -> None:
    """Traits in another order, as where some are added among them."""
    path = tmp_path / "older.npz"
    with np.load(faults.TREES) as kept:
        columns = {name: kept[name] for name in kept.files}
    last = len(traits.NAMES) - 1
    columns["names"], columns["trait"] = columns["names"][::-1], last - columns["trait"]
    np.savez(path, **columns)
    older, shipped = (fault_training.kept_trees(each) for each in (path, faults.TREES))
    assert set(older) == set(fault_training.ASKED)
    for reason, trees in older.items():
        for column, same in zip(trees, shipped[reason], strict=True):
            assert np.array_equal(column, same)
    asked_first = columns["names"][columns["trait"][0, 0]]
    columns["names"] = np.where(columns["names"] == asked_first, "gone", columns["names"])
    np.savez(path, **columns)
    with pytest.raises(ValueError, match="asks for traits that are gone"):
        fault_training.kept_trees(path)


def test_the_training_begins_where_the_traits_are_others_than_those_of_the_trees() -> None:
    """Else no trait could ever be added: the trees that ship refuse other traits when imported."""
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from workers.inside.picture import traits\n"
        "traits.NAMES = (*traits.NAMES, 'one more')\n"
        "import fault_training\n"
        "assert set(fault_training.kept_trees(fault_training.TREES)) == set(fault_training.ASKED)"
    )
    folders = [str(Path(fault_training.__file__).parents[up]) for up in (0, 1)]
    done = subprocess.run(
        [sys.executable, "-c", program, *folders], capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
