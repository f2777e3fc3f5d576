"""What was found says where the words of the search stand in it."""

import pytest

from review_service.domain.identifiers import search_words
from review_service.domain.search_matches import Match, matches


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("AR-2026-000123", (Match.REFERENCE,)),
        ("ar 2026 123", (Match.REFERENCE,)),
        ("MPCEI-MDT-2026-000045", (Match.NUMBER,)),
        ("N.º mpcei mdt 2026 45", (Match.NUMBER,)),
        ("171 003 4065 001", (Match.RUC,)),
        ("muñoz ANGEL", (Match.NAME,)),
        ("Ángel Muñoz", (Match.NAME,)),
        ("ceramica", (Match.TRADE,)),
        ("munoz cerámica", (Match.NAME, Match.TRADE)),
        ("angel 1710034065001", (Match.RUC, Match.NAME)),
        ("zzz", ()),
        ("2026", (Match.REFERENCE, Match.NUMBER)),
        ("MPCEI 2026", (Match.NUMBER,)),
    ],
)
def test_each_word_is_told_where_it_stands(typed: str, where: tuple[Match, ...]) -> None:
    assert (
        matches(
            search_words(typed),
            reference="AR-2026-000123",
            numbers=("MPCEI-MDT-2026-000045",),
            ruc="1710034065001",
            holder="MUÑOZ PILLA ÁNGEL",
            trades=("Cerámica negra",),
        )
        == where
    )


def test_each_place_has_words_for_the_screen() -> None:
    assert all(each.label for each in Match)
