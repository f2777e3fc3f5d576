# ruff: noqa: INP001 -- beside the program that uses it, not a package
"""The photos of a folder, as ``officer.py`` deals them: four a case, none twice in a round."""

import hashlib
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from photographs import ENDINGS
from PIL import Image, ImageOps

from review_service.domain.documents import Theme
from workers.judging.checks.resolution import LEAST_SIDE_PX

A_CASE: Final = len(Theme)
"""Photos of one case: one of each theme."""
A_ROUND: Final = 25
"""Cases of one round, where the folder has photos for them."""
FEWEST_CASES: Final = 2
"""Of a round: one that is copied from, and one that copies."""
MOST_SIDE_PX: Final = 4000
CUT_AGAIN: Final = frozenset(
    {
        "442ebbe8d617c0a992db530b7ebd169989a28acf1f697a5d5d7c98aec733a77d",
        "8b6f0c31989a9dd6e036412e167e1308d4392df19616a2057ed819386af798f5",
        "d2d18d3db8b0d77dcee07df5de0ceed039ea19c1218d1d0c2a4f1629a4a39d02",
    }
)
"""Photos of the shared folder (025, 036, 049) that are another cut of one that is there too (007,
034, 048), by SHA-256. Looked at by eye: telling them as copies is right."""
QUALITY: Final = 92
"""Of a photo that must be written anew."""


class TooFewPhotosError(Exception):
    """A folder has not the photos for the smallest round; its text says how many it needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What can be used of a folder, in order, and how many pictures cannot."""

    photos: Sequence[Path]
    too_small: int
    unreadable: int
    again: int
    """Pictures with the very bytes of another one, or another cut of the same photograph."""

    @property
    def words(self) -> str:
        """Say it in one line."""
        left = {
            f"shorter than {LEAST_SIDE_PX} px": self.too_small,
            "unreadable": self.unreadable,
            "twice there": self.again,
        }
        rest = "".join(f"; {count} {why}" for why, count in left.items() if count)
        return f"{len(self.photos)} photos{rest}"


def photos_in(folder: Path) -> Folder:
    """Find what can be sent of a folder and those below it.

    A picture that the service calls too small, or that is there twice, would be a defect that
    nobody planted. Raises ``TooFewPhotosError``.
    """
    if not folder.is_dir():
        raise TooFewPhotosError(f"{folder} is no folder; give one with photos.")
    good, seen, small, unreadable, again = [], set(), 0, 0, 0
    for path in sorted(each for each in folder.rglob("*") if each.suffix.lower() in ENDINGS):
        try:
            content = path.read_bytes()
            with Image.open(io.BytesIO(content)) as picture:
                picture.load()
                side = max(picture.size)
        except (OSError, ValueError, Image.DecompressionBombError):
            unreadable += 1
            continue
        digest = hashlib.sha256(content).hexdigest()
        if digest in seen or digest in CUT_AGAIN:
            again += 1
        elif side < LEAST_SIDE_PX:
            small += 1
        else:
            good.append(path)
            seen.add(digest)
    found = Folder(photos=good, too_small=small, unreadable=unreadable, again=again)
    needed = A_CASE * FEWEST_CASES
    if len(good) < needed:
        raise TooFewPhotosError(
            f"{folder} has {found.words}. The smallest round needs {needed} photos "
            f"({FEWEST_CASES} cases with {A_CASE} each), a round of {A_ROUND} cases "
            f"{A_ROUND * A_CASE}; they end in {', '.join(sorted(ENDINGS))}."
        )
    return found


def round_sizes(cases: int, photos: int) -> list[int]:
    """Divide cases into rounds of 25, or of fewer where the photos are not enough for that.

    The rounds are as equal as can be.
    """
    most = min(A_ROUND, photos // A_CASE)
    rounds = -(-cases // most)
    whole, rest = divmod(cases, rounds)
    return [whole + (place < rest) for place in range(rounds)]


def dealt(photos: Sequence[Path], cases: int, chance: random.Random) -> list[tuple[Path, ...]]:
    """Deal four photos to each case of a round, none of them twice."""
    drawn = chance.sample(list(photos), cases * A_CASE)
    return [tuple(drawn[at : at + A_CASE]) for at in range(0, len(drawn), A_CASE)]


def as_sent(path: Path) -> bytes:
    """Return a photo as its file has it; one that is no JPEG, or enormous, written anew."""
    content = path.read_bytes()
    with Image.open(io.BytesIO(content)) as picture:
        if picture.format == "JPEG" and max(picture.size) <= MOST_SIDE_PX:
            return content
        upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((MOST_SIDE_PX, MOST_SIDE_PX))
    return _jpeg(upright, QUALITY)


def copied(content: bytes, chance: random.Random) -> bytes:
    """Return the same photo as copiers send it: the file itself, or passed on by a messenger."""
    if chance.random() < 0.5:  # noqa: PLR2004 -- half of them
        return content
    picture = _opened(content)
    scale = chance.uniform(0.7, 0.95)
    size = (round(picture.width * scale), round(picture.height * scale))
    return _jpeg(picture.resize(size, Image.Resampling.LANCZOS), chance.randrange(70, 90))


def mirrored(content: bytes, chance: random.Random) -> bytes:
    """Return the photo as in a mirror, saved anew."""
    return _jpeg(ImageOps.mirror(_opened(content)), chance.randrange(80, 95))


def _opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as picture:
        return ImageOps.exif_transpose(picture).convert("RGB")


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()
