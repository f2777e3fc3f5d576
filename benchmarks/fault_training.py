# ruff: noqa: INP001 -- a program of its own, not a package
"""Trains what tells a spoilt photo from a good one, and writes workers/inside/picture/faults.npz.

python benchmarks/fault_training.py --photos FOLDER [--only REASON ...] [--write] [--processes N]
    [--keep FILE] [--json]

It takes the photographs of the side ``tune`` that benchmarks/photographs.tsv lists (how to fetch
them: docs/photo-faults.md), draws their spoilt and good forms, and trains boosted trees for each
reason. Limits are set on whole sources that the trees of that fold have not seen. The same seed and
the same photographs give the same trees. With ``--only`` the other reasons keep the trees that are
shipped, which may be older than the last traits. The side ``report`` is for benchmarks/quality.py
alone.
"""

import argparse
import json
import pickle
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import fault_samples
import photographs
from fault_samples import GOOD, Sample
from sklearn.ensemble import (  # type: ignore[import-untyped]
    GradientBoostingClassifier,
)
from sklearn.model_selection import GroupKFold  # type: ignore[import-untyped]

from workers.inside.picture import traits
from workers.judging.checks.resolution import LEAST_FINEST
from workers.judging.checks.sharpness import LEAST_SHARPNESS
from workers.judging.looks import LEAST_DOUBT

TREES = Path(__file__).parent.parent / "workers/inside/picture/faults.npz"

SEED: Final = 20261130
DEPTH: Final = 3
TREES_AND_RATE: Final = (160, 0.08)
"""How many trees a reason has, and which part of what is left over each of them learns."""
TREES_AND_RATE_OF: Final = MappingProxyType({"unsharp": (480, 0.05), "enlarged": (480, 0.05)})
"""The same where more trees part sources never seen better."""
FOLDS: Final = 5
MOST_FALSE: Final = 0.0025
"""Share of good forms that one reason may call spoilt."""
MOST_FALSE_OF: Final = MappingProxyType({"corner": 0.004})
"""The same where a reason needs more: lamps at night and shadows from a corner lie close."""
SURELY_SPOILT: Final = 0.02
"""Share of spoilt forms that may lie under the limit where good ones lie far below it."""
MOST_DENIED: Final = MappingProxyType({"unsharp": 0.0005, "backlit": 0.01, "enlarged": 0.005})
"""Share of spoilt forms that a reason may deny, which only ever speaks against another measure, of
those that this measure calls spoilt. Of blur few: movement looks like upright things."""
DENIED_LOGIT: Final = float(np.log(LEAST_DOUBT / (100 - LEAST_DOUBT)))
ONLY_DENY: Final = frozenset(MOST_DENIED)
OTHERS_WEIGHT: Final = 0.2
"""Of forms that another reason spoilt: to call a dark corner a finger is no great harm."""

SHARPNESS_VOTES: Final = ("edges", "wide edges", "weakest way")
"""Traits whose least is the sharpness that ``workers/judging/checks/sharpness.py`` asks for."""

_LIGHT: Final = ("luma", "linear", "brightest", "darkest channel", "colour", "all ", "any ")
_CLIPPED: Final = ("partly", "black", "a channel", "dark channel")
_ENDS: Final = ("cut off", "shoulder", "beside cut off", "not cut off")
_ENERGY: Final = ("energy", "relative", "fine over")
_PLACED: Final = ("least seen", "darkest,", "smooth")
_WAYS: Final = ("edges", "wide", "weakest", "finest", "way ", "least way", "median way", "tells")
_EDGES: Final = ("strong edges", "strongest edges", "edge noise", "smear")
_GRID: Final = ("steps", "colour steps", "unchanged", "nearly", "large", "colour ", "levels")

ASKED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "dark": (*_LIGHT, *_CLIPPED),
        "bright": (*_LIGHT, *_CLIPPED, *_ENDS, *_ENERGY),
        "hazy": (*_LIGHT, *_CLIPPED, *_ENERGY),
        "covered": (*_PLACED, *_ENERGY, "luma", "brightest"),
        "corner": (*_PLACED, "luma", "linear"),
        "crushed": (*_GRID, *_ENERGY, *_WAYS, "luma deviation"),
        "unsharp": (*_WAYS, *_ENERGY, *_EDGES),
        "backlit": (*_LIGHT, *_CLIPPED, *_ENERGY),
        "enlarged": (*_WAYS, *_ENERGY, *_EDGES),
    }
)
"""By which traits each reason is told, by the beginnings of their names."""
LABELS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {reason: frozenset({reason}) for reason in ASKED}
    | {reason: frozenset({"blurred", "moved", "enlarged"}) for reason in ("unsharp", "enlarged")}
)
"""Which forms of fault_samples.py each reason is about. What was enlarged is not sharp either."""


@dataclass(frozen=True, kw_only=True)
class Trained:
    """The trees of one reason, and what they say of sources that they did not see."""

    model: GradientBoostingClassifier
    places: NDArray[np.intp]
    """Of the asked traits in ``traits.NAMES``."""
    is_asked: NDArray[np.bool_]
    """Which samples the trees are for: ``is_asked``."""
    limit: float
    unseen: NDArray[np.float64]
    """Logit of each sample by the trees of the fold that had not seen its source."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print what is found on unseen sources, write the trees with ``--write``."""
    options = _options(arguments)
    samples = _samples(options)
    table = np.stack([sample.traits for sample in samples])
    trained = {}
    for reason in options.only or ASKED:
        trained[reason] = _trained(reason, samples, table)
    told = {
        "samples": len(samples),
        "reasons": {reason: _found(reason, each, samples) for reason, each in trained.items()},
        "called_spoilt": _together(trained, samples),
    }
    sys.stdout.write(json.dumps(told) + "\n" if options.json else _table(told))
    if options.write:
        _write(trained, options.to)
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/fault_training.py",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--photos", type=Path, required=True, help="photographs, below this folder")
    parser.add_argument("--only", nargs="+", choices=ASKED, help="train these, keep the others")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="keep the measured samples here, or read them")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--write", action="store_true", help="write the trees")
    parser.add_argument("--to", type=Path, default=TREES, help="where to")
    return parser.parse_args(arguments)


def _samples(options: argparse.Namespace) -> list[Sample]:
    if options.keep is not None and options.keep.exists():
        kept: list[Sample] = pickle.loads(options.keep.read_bytes())  # noqa: S301 -- one's own file
        return kept
    listed = photographs.found(options.photos, side=photographs.Side.TUNE)
    chosen = [each for each in listed if not each.not_good]
    chosen += fault_samples.painted()
    samples = list(fault_samples.drawn(chosen, seed=SEED, processes=options.processes))
    samples.sort(key=lambda sample: (sample.source, sample.name, sample.label, sample.kind))
    if options.keep is not None:
        options.keep.write_bytes(pickle.dumps(samples))
    return samples


def places_of(reason: str) -> NDArray[np.intp]:
    """Return the places of the traits by which a reason is told."""
    asked = ASKED[reason]
    return np.array([at for at, name in enumerate(traits.NAMES) if name.startswith(asked)])


def folds(samples: Sequence[Sample]) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return places to train on and to judge, each sample judged once, no source in both.

    Photographs of one source are alike: trees that have seen some are too sure of the others.
    Raises ``ValueError`` for fewer than two sources.
    """
    sources = [sample.source for sample in samples]
    count = min(FOLDS, len(set(sources)))
    if count < 2:  # noqa: PLR2004 -- one to train on, one to judge
        raise ValueError("too few sources: two are needed")
    return list(GroupKFold(count).split(sources, groups=sources))


def is_asked(reason: str, table: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which forms a reason is asked about, by their traits: a row of ``table`` each.

    What only denies a measure is never asked where that measure calls a photo good, so it learns
    to part the good and spoilt ones among the others: poles from movement, not sharp from blurred.
    """
    votes = table[:, [traits.NAMES.index(name) for name in (*SHARPNESS_VOTES, "finest")]]
    votes = np.where(votes == traits.UNKNOWN, np.inf, votes)
    is_unsharp = votes[:, :-1].min(axis=1) < LEAST_SHARPNESS
    if reason == "unsharp":
        return np.asarray(is_unsharp)
    if reason == "enlarged":
        return np.asarray((votes[:, -1] < LEAST_FINEST) & ~is_unsharp)
    return np.ones(len(table), dtype=bool)


def _weights(
    reason: str, samples: Sequence[Sample], asked_of: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Weigh both sides alike, other faults little, and not at all what is never asked about.

    To believe a measure about what another reason spoilt is no fault: it is not good either way.
    """
    others = 0.0 if reason in traits.ASKED_IF_DOUBTED else OTHERS_WEIGHT
    weights = np.array(
        [1.0 if sample.label in {*LABELS[reason], GOOD} else others for sample in samples]
    )
    weights[~asked_of] = 0
    is_spoilt = np.array([sample.label in LABELS[reason] for sample in samples])
    weights[is_spoilt] *= weights[~is_spoilt].sum() / weights[is_spoilt].sum() / 2
    return weights


def _trained(reason: str, samples: Sequence[Sample], table: NDArray[Any]) -> Trained:
    places = places_of(reason)
    told = table[:, places]
    asked_of = is_asked(reason, table)
    is_spoilt = np.array([sample.label in LABELS[reason] for sample in samples])
    is_good = np.array([sample.label == GOOD for sample in samples])
    weights = _weights(reason, samples, asked_of)

    counts = np.flatnonzero(weights > 0)

    def fitted(seen: NDArray[Any]) -> GradientBoostingClassifier:
        return _model(reason).fit(told[seen], is_spoilt[seen], sample_weight=weights[seen])

    unseen = np.zeros(len(samples))
    for seen, left_out in folds(samples):
        model = fitted(np.intersect1d(seen, counts))
        unseen[left_out] = model.decision_function(told[left_out])
    return Trained(
        model=fitted(counts),
        places=places,
        is_asked=asked_of,
        limit=_limit(reason, unseen[is_good & asked_of], unseen[is_spoilt & asked_of]),
        unseen=unseen,
    )


def _limit(reason: str, good: NDArray[np.float64], spoilt: NDArray[np.float64]) -> float:
    """Return the logit from which a photo looks spoilt: in the middle where both lie apart."""
    if reason in ONLY_DENY:
        return float(np.quantile(spoilt, MOST_DENIED[reason])) - DENIED_LOGIT
    least = float(np.quantile(good, 1 - MOST_FALSE_OF.get(reason, MOST_FALSE)))
    return max(least, (least + float(np.quantile(spoilt, SURELY_SPOILT))) / 2)


def _model(reason: str) -> GradientBoostingClassifier:
    count, rate = TREES_AND_RATE_OF.get(reason, TREES_AND_RATE)
    return GradientBoostingClassifier(
        n_estimators=count,
        learning_rate=rate,
        max_depth=DEPTH,
        min_samples_leaf=15,
        subsample=0.5,
        max_features="sqrt",
        random_state=SEED,
    )


def _found(reason: str, trained: Trained, samples: Sequence[Sample]) -> dict[str, float]:
    """Return the limit in logits, and per cent of both sides at or over it and denied, of asked."""
    spoilt, good = (
        trained.unseen[trained.is_asked & [sample.label in labels for sample in samples]]
        for labels in (LABELS[reason], {GOOD})
    )
    over, under = trained.limit, trained.limit + DENIED_LOGIT
    shares = {
        "spoilt_seen": (spoilt >= over).mean(),
        "good_seen": (good >= over).mean(),
        "spoilt_denied": (spoilt < under).mean(),
        "good_denied": (good < under).mean(),
    }
    rounded = {name: round(100 * float(share), 1) for name, share in shares.items()}
    return {"limit": round(trained.limit, 2), **rounded}


def _table(told: Mapping[str, Any]) -> str:
    lines = [f"{told['samples']} forms; per cent on sources that the trees had not seen"]
    for reason, found in told["reasons"].items():
        shares = "  ".join(f"{name} {share:g}" for name, share in found.items())
        lines.append(f"{reason:10} {shares}")
    lines.append("looks spoilt in some way, per cent:")
    lines += [f"{kind:16} {share:5.1f}" for kind, share in told["called_spoilt"].items()]
    return "\n".join(lines) + "\n"


def _together(trained: Mapping[str, Trained], samples: Sequence[Sample]) -> dict[str, float]:
    """Return the share of each kind of form that looks spoilt in any way that is told."""
    flagged = np.zeros(len(samples), dtype=bool)
    for reason, each in trained.items():
        if reason not in ONLY_DENY:
            flagged |= each.unseen > each.limit
    kinds = dict.fromkeys(sample.kind for sample in samples)
    of_kind = {kind: np.array([sample.kind == kind for sample in samples]) for kind in kinds}
    return {kind: round(100 * float(flagged[at].mean()), 1) for kind, at in of_kind.items()}


def kept_trees(path: Path) -> dict[str, tuple[NDArray[Any], ...]]:
    """Return base, traits, limits and leaves of each reason's trees in a file of this program.

    Their traits are those of today by name: ``faults`` itself takes no trees of other traits, and
    cannot be imported where some were added. Raises ``ValueError`` where one is gone.
    """
    with np.load(path, allow_pickle=False) as file:
        columns = {name: file[name] for name in file.files}
    today = {name: place for place, name in enumerate(traits.NAMES)}
    places = np.array([today.get(name, -1) for name in columns["names"].tolist()])
    ends = [*columns["starts"][1:], len(columns["trait"])]
    kept: dict[str, tuple[NDArray[Any], ...]] = {}
    for at, reason in enumerate(columns["reasons"].tolist()):
        some = slice(columns["starts"][at], ends[at])
        asked = places[columns["trait"][some]]
        if (asked < 0).any():
            raise ValueError(f"{reason} asks for traits that are gone: train it too")
        rows = (columns["most"][some], columns["leaves"][some])
        kept[reason] = (columns["base"][at], asked, *rows)
    return kept


def _write(trained: Mapping[str, Trained], path: Path) -> None:
    """Write the trees, with those of the file that ships for reasons that were not trained."""
    kept = kept_trees(TREES) if set(trained) != set(ASKED) else {}
    columns: tuple[list[Any], ...] = ([], [], [], [], [])
    trait, most, leaves, starts, base = columns
    for reason in ASKED:
        starts.append(len(trait))
        if reason not in trained:
            base.append(kept[reason][0])
            for column, rows in zip((trait, most, leaves), kept[reason][1:], strict=True):
                column += [*rows]
            continue
        each = trained[reason]
        prior = float(each.model.init_.class_prior_[1])
        base.append(np.log(prior / (1 - prior)) - each.limit)
        for (tree,) in each.model.estimators_:
            asked, at_most, ends = _filled(tree.tree_)
            trait.append(each.places[asked])
            most.append(at_most)
            leaves.append(each.model.learning_rate * ends)
    np.savez_compressed(
        path,
        names=np.array(traits.NAMES),
        reasons=np.array(list(ASKED)),
        starts=np.array(starts, np.int32),
        base=np.array(base, np.float64),
        trait=np.array(trait, np.int16),
        most=np.array(most, np.float64),
        leaves=np.array(leaves, np.float64),
    )


def _filled(tree: Any) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:  # noqa: ANN401 -- scikit-learn's tree
    """Return a tree with every question asked: below an early leaf both ways lead to it."""
    asked = np.zeros(2**DEPTH - 1, np.intp)
    most = np.zeros(2**DEPTH - 1)
    ends = np.zeros(2**DEPTH)
    reached = {0: 0}
    for place in range(2 ** (DEPTH + 1) - 1):
        node = reached[place]
        if place >= len(asked):
            ends[place - len(asked)] = tree.value[node, 0, 0]
            continue
        is_leaf = tree.children_left[node] < 0
        if not is_leaf:
            asked[place], most[place] = tree.feature[node], tree.threshold[node]
        reached[2 * place + 1] = node if is_leaf else tree.children_left[node]
        reached[2 * place + 2] = node if is_leaf else tree.children_right[node]
    return asked, most, ends


if __name__ == "__main__":
    raise SystemExit(main())
