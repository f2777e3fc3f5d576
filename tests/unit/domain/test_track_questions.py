"""The questions that lead to a track: at most four, each answer leads on, every ending is met."""

from collections.abc import Iterator

import pytest

from review_service.domain.track_questions import FIRST, MOST_QUESTIONS, Ending, Question, after


def ways(question: Question = FIRST, given: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Give every way to an ending, as the answers that lead there."""
    for answer in question.answers:
        here = (*given, answer.slug)
        if isinstance(answer.leads_to, Ending):
            yield here
        else:
            yield from ways(answer.leads_to, here)


def test_no_way_asks_more_than_four_questions_and_each_ending_is_reached() -> None:
    reached = set()
    for way in ways():
        assert len(way) <= MOST_QUESTIONS
        place = after(way)
        assert place is not None
        reached.add(place.at)
    assert reached == set(Ending)


@pytest.mark.parametrize(
    ("given", "ending"),
    [
        ("activo/taller/acuerdo", Ending.ARTISAN),
        ("activo/taller/junta", Ending.CRAFT_BOARD),
        ("activo/taller/categoria/hasta", Ending.MIPYME),
        ("activo/negocio/categoria/hasta", Ending.MIPYME),
        ("activo/negocio/categoria/mas", Ending.OVER_LIMITS),
        ("activo/negocio/emprendedor", Ending.ENTREPRENEUR),
        ("suspendido", Ending.RUC_AT_REST),
        ("no", Ending.NO_RUC),
    ],
)
def test_answers_lead_to_the_document_that_they_mean(given: str, ending: Ending) -> None:
    place = after(given.split("/"))
    assert place is not None
    assert place.at is ending
    assert [answer.slug for _, answer in place.given] == given.split("/")
    assert ending.is_here == (ending in {Ending.ARTISAN, Ending.MIPYME, Ending.ENTREPRENEUR})


@pytest.mark.parametrize("given", ["quizás", "activo/", "activo/mas", "no/activo", "/activo"])
def test_an_answer_that_answers_nothing_is_no_place(given: str) -> None:
    assert after(given.split("/")) is None


def test_no_two_answers_of_a_question_share_a_name() -> None:
    def looked_at(question: Question) -> None:
        slugs = [answer.slug for answer in question.answers]
        assert len(set(slugs)) == len(slugs)
        for answer in question.answers:
            if isinstance(answer.leads_to, Question):
                looked_at(answer.leads_to)

    looked_at(FIRST)
