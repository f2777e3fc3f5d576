"""What several readings of one line say together: words on which two readings agree.

The readings of one engine err alike, so that two engines that agree count more than two readings of
one. What the second engine contradicts is never sure.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from review_service.domain.folding import capitals
from review_service.domain.prior_comparison import CERTAIN_CONFIDENCE
from review_service.domain.reports import SURE_CONFIDENCE, Box, Word
from workers.facts.headers import SHAPE_DOUBT
from workers.facts.second_look import LineReadings

AGREED_CONFIDENCE: Final = 85.0
"""The most that a word has which was not read surely at first, 0 to 100: below
``CERTAIN_CONFIDENCE``, so that a number is no key by itself and a letter's difference accuses
nobody."""
DOUBT_CONFIDENCE: Final = 45.0
"""The most that a word has on which readings do not agree enough."""
CONFIRMED_CONFIDENCE: Final = 75.0
"""The least of a word on which both engines agree, whatever the first one thinks of it."""
LEAST_CONFIRMED: Final = 20.0
"""What the first engine must think of it at least, unless it read it so three times."""
LEAST_SIGN: Final = 60.0
"""Mean of the second engine's signs from which it confirms or contradicts."""
FEW_VOICES: Final = 2
LEAST_MEAN_OF_TWO: Final = 70.0
LEAST_MEAN: Final = 55.0
LEAST_BEST: Final = 70.0
"""Without the second engine: what two, and more, readings must have on average, and the best."""
MOST_RIVAL: Final = 0.4
"""Of their sum: what readings of another word at their place may have together."""
LEAST_BARE: Final = 70.0
"""Of a reading that sees no mark at the end of a word where others do."""
MOST_REST: Final = 2
"""Signs of what a stamp or a rule leaves."""
SAME_PLACE: Final = 0.6
"""Of the wider word: how much two words share that are one."""
TOUCHES: Final = 0.35
"""Of the narrower word: how much two words share of which one alone can stand there."""
INNER: Final = 0.15
OUTER: Final = 0.6
"""Of a word's height: how far beyond its box a sign's middle may stand, surely and at most."""
_AS_LETTERS: Final = str.maketrans("015", "OIS")
_ENDS: Final = ".,;:"
_USUAL: Final = _ENDS + "-/&'()"
_LEFT_OVER: Final = "/\\|[]{}<>*~_“”\"'¡¿!?"
"""Marks that stamps and rules leave at the ends of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Group:
    """Words of several readings that say the same at one place."""

    key: str
    members: tuple[tuple[int, Word], ...]
    is_confirmed: bool = False
    is_denied: bool = False
    is_odd: bool = False
    """A reading at its place found a sign of a wrong shape, or ink that is hardly there."""
    is_bare: bool = False
    """The second engine, which read on both sides of its end, saw no mark there."""

    @property
    def voices(self) -> int:
        return len({source for source, _ in self.members})

    @property
    def score(self) -> float:
        best: dict[int, float] = {}
        for source, word in self.members:
            best[source] = max(best.get(source, 0.0), word.confidence)
        return sum(best.values())

    @property
    def shown(self) -> Word:
        return max((word for _, word in self.members), key=lambda word: word.confidence)


def agreed(first: Sequence[Word], read: LineReadings) -> list[Word]:
    """Return the words of a line: those read surely at first, then those on which readings agree.

    What only one reading says stays in doubt.
    """
    groups = _all_groups(first, read)
    taken = [_cleared(word, groups) for word in first if _stays(word, groups)]
    for group in sorted(groups, key=lambda one: (not one.is_confirmed, -one.score)):
        if group.voices < FEW_VOICES and not group.is_confirmed:
            continue
        touched = [word for word in taken if _overlap(group.shown, word) > TOUCHES]
        if touched:
            parts = _joined(touched)
            is_longer = parts in group.key and [group.key] != [_key(word) for word in touched]
            if group.is_confirmed and is_longer and not group.is_odd:
                least = min(word.confidence for word in touched)
                whole = replace(_bared(group), confidence=min(AGREED_CONFIDENCE, least))
                taken = [word for word in taken if word not in touched] + [whole]
            continue
        rivals = [
            other.score
            for other in groups
            if other is not group and _overlap(other.shown, group.shown) > TOUCHES
        ]
        taken.append(_voted(group, max(rivals, default=0.0)))
    for word in first:
        is_there = any(_overlap(word, other) > TOUCHES for other in taken)
        if not is_there and not _is_unseen(word, read):
            taken.append(word)
    for word in _disputed(read):
        if not any(_overlap(word, other) > TOUCHES for other in taken):
            taken.append(replace(word, confidence=min(word.confidence, DOUBT_CONFIDENCE)))
    return sorted(taken, key=lambda word: word.box.left)


def is_denied(words: Iterable[Word], box: Box, read: LineReadings) -> bool:
    """Whether other readings say another word where one of these stands within a box.

    Both engines do; or two readings of the first one, which are sure and surer together than those
    that agree with the word, where the second engine neither confirms it nor contradicts them. A
    longer word denies none of its pieces, nor they it.
    """
    return any(_is_other(word, read) for word in words if _is_within(word.box, box))


def _is_other(word: Word, read: LineReadings) -> bool:
    at_place = [tuple(other for other in way if _shared(other, word) > 0) for way in read.ways]
    groups = _all_groups([word], replace(read, ways=tuple(at_place)))
    own = [group for group in groups if group.key == _key(word)]
    score = max((group.score for group in own), default=0.0)
    is_confirmed = any(group.is_confirmed for group in own)
    return any(
        _key(word) not in group.key
        and group.key not in _key(word)
        and _is_same_place(group.shown, word)
        and (group.is_confirmed or (not is_confirmed and group.score > score and _is_sure(group)))
        for group in groups
    )


def _is_sure(group: _Group) -> bool:
    """Whether several readings of one engine say a word surely; another's are not asked for."""
    least = LEAST_MEAN_OF_TWO if group.voices == FEW_VOICES else LEAST_MEAN
    return (
        group.voices >= FEW_VOICES
        and not group.is_denied
        and group.score >= least * group.voices
        and group.shown.confidence >= LEAST_BEST
    )


def _is_within(box: Box, whole: Box) -> bool:
    across, down = box.left + box.width / 2, box.top + box.height / 2
    is_across = whole.left <= across <= whole.left + whole.width
    return is_across and whole.top <= down <= whole.top + whole.height


def _all_groups(first: Sequence[Word], read: LineReadings) -> list[_Group]:
    """Return the words of all readings, those that say the same at one place together."""
    sources = [(0, word) for word in first]
    sources += [(at, word) for at, way in enumerate(read.ways, start=1) for word in way]
    odd = [word for _, word in sources if word.confidence == SHAPE_DOUBT]
    return [
        replace(
            _heard(group, read.signs),
            is_odd=any(_overlap(group.shown, word) > TOUCHES for word in odd),
        )
        for group in _groups([(source, word) for source, word in sources if _key(word)])
    ]


def _disputed(read: LineReadings) -> Iterator[Word]:
    """Yield words that a way gives where another has a word too, whatever each says.

    Left out, what stands on both sides of them would join: «CERÁMICAS DEL CÍA. LTDA.».
    """
    for at, way in enumerate(read.ways):
        others = [word for other in read.ways[:at] + read.ways[at + 1 :] for word in other]
        for word in way:
            is_there = any(
                len(_key(other)) > MOST_REST and _overlap(word, other) > TOUCHES for other in others
            )
            if len(_key(word)) > MOST_REST and is_there:
                yield word


def _cleared(word: Word, groups: Sequence[_Group]) -> Word:
    """Return a sure word without a mark at its end that another sure reading does not see."""
    for group in groups:
        if group.key == _key(word) and _is_same_place(group.shown, word):
            return replace(word, text=_bared(group).text)
    return word


def _is_unseen(word: Word, read: LineReadings) -> bool:
    """Whether a doubtful short word is a rest of a stamp or of a rule.

    So where the second engine, which read on both sides of it, saw no sign.
    """
    if word.confidence >= SURE_CONFIDENCE or len(_key(word)) > MOST_REST or not read.signs:
        return False
    start = min(sign.box.left for sign in read.signs)
    return start <= word.box.left and not _between(read.signs, word, 0)


def _stays(word: Word, groups: Sequence[_Group]) -> bool:
    """Whether a word of the first reading is sure, and both engines do not say otherwise."""
    if word.confidence < SURE_CONFIDENCE:
        return False
    return word.confidence >= CERTAIN_CONFIDENCE or not any(
        group.is_confirmed and _key(word) not in group.key and _is_same_place(group.shown, word)
        for group in groups
    )


def _joined(words: Sequence[Word]) -> str:
    return "".join(_key(word) for word in sorted(words, key=lambda word: word.box.left))


def _bared(group: _Group) -> Word:
    """Return the word of a group as the reading gives it that has fewest marks of a stamp in it.

    Where readings of a name differ in the size of a letter, it is all capitals. A mark at its end
    goes if the second engine, or another sure reading, sees none.
    """
    best = group.shown
    least = min(LEAST_BARE, best.confidence)
    members = sorted(
        (member for _, member in group.members if member.confidence >= least),
        key=lambda one: (_odd_marks(one.text), not one.text.isupper(), -one.confidence),
    )
    text = members[0].text.strip(_LEFT_OVER)
    is_bare = group.is_bare or any(one.text[-1:] not in _ENDS for one in members)
    return replace(best, text=(text.rstrip(_ENDS) if is_bare else text) or best.text)


def _odd_marks(text: str) -> int:
    return sum(not sign.isalnum() and sign not in _USUAL for sign in text)


def _voted(group: _Group, rival: float) -> Word:
    """Return the word of a group with the confidence that its voices give it."""
    word = _bared(group)
    if group.is_odd:
        return replace(word, confidence=min(word.confidence, DOUBT_CONFIDENCE))
    is_heard = word.confidence >= LEAST_CONFIRMED or group.voices > FEW_VOICES
    if group.is_confirmed and is_heard:
        sure = min(AGREED_CONFIDENCE, max(CONFIRMED_CONFIDENCE, word.confidence))
        return replace(word, confidence=sure)
    is_sure = _is_sure(group) and rival <= MOST_RIVAL * group.score
    most = AGREED_CONFIDENCE if is_sure else DOUBT_CONFIDENCE
    return replace(word, confidence=min(word.confidence, most))


def _groups(words: Iterable[tuple[int, Word]]) -> list[_Group]:
    found: list[list[tuple[int, Word]]] = []
    for source, word in words:
        for group in found:
            other = group[0][1]
            if _key(other) == _key(word) and _is_same_place(other, word):
                group.append((source, word))
                break
        else:
            found.append([(source, word)])
    return [_Group(key=_key(group[0][1]), members=tuple(group)) for group in found]


def _heard(group: _Group, signs: Sequence[Word]) -> _Group:
    """Say whether the second engine confirms or contradicts a group."""
    box = group.shown.box
    inner, outer = (_between(signs, group.shown, reach * box.height) for reach in (INNER, OUTER))
    if not inner:
        return group
    said, around = (_as_written(_text(part), group.shown.text) for part in (inner, outer))
    if sum(sign.confidence for sign in inner) < LEAST_SIGN * len(inner):
        return group
    is_whole = group.key == around if any(map(str.isdigit, group.key)) else group.key in around
    # of a number no sign beside it may be left out: «2010-007» is not «2010-0077»
    is_confirmed = is_whole and said in group.key and len(said) >= len(group.key) - 1
    is_denied = not is_confirmed and _runs(said) not in _runs(group.key)
    ends = box.left + box.width
    is_bare = (
        any(sign.box.left > ends + OUTER * box.height for sign in signs)
        and outer[-1].text.isalnum()
        and len(around) == len(outer)
    )
    return replace(group, is_confirmed=is_confirmed, is_denied=is_denied, is_bare=is_bare)


def _as_written(said: str, text: str) -> str:
    """Return what the second engine said of a word, «MIPR0» as MIPRO.

    Round and straight signs are letters in the parts of a word that are letters only. Among digits
    an O stays one: forgers write it so.
    """
    is_letter = [part.isalpha() for part in re.split(r"[^A-Z0-9]+", capitals(text)) for _ in part]
    if len(is_letter) != len(said):
        return said.translate(_AS_LETTERS) if all(is_letter) else said
    return "".join(
        sign.translate(_AS_LETTERS) if letter else sign
        for sign, letter in zip(said, is_letter, strict=True)
    )


def _between(signs: Sequence[Word], word: Word, reach: float) -> list[Word]:
    start, end = word.box.left - reach, word.box.left + word.box.width + reach
    return [sign for sign in signs if start <= sign.box.left + sign.box.width / 2 <= end]


def _text(signs: Sequence[Word]) -> str:
    return _bare("".join(sign.text for sign in signs))


def _runs(text: str) -> str:
    """Return a text with each run of one sign once: the second engine drops repeated signs."""
    return "".join(sign for at, sign in enumerate(text) if not at or sign != text[at - 1])


def _key(word: Word) -> str:
    return _bare(word.text)


def _bare(text: str) -> str:
    return "".join(sign for sign in capitals(text) if sign.isalnum())


def _shared(one: Word, other: Word) -> int:
    start = max(one.box.left, other.box.left)
    return min(one.box.left + one.box.width, other.box.left + other.box.width) - start


def _is_same_place(one: Word, other: Word) -> bool:
    return _shared(one, other) >= SAME_PLACE * max(one.box.width, other.box.width)


def _overlap(one: Word, other: Word) -> float:
    return _shared(one, other) / max(1, min(one.box.width, other.box.width))
