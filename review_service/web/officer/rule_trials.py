"""A rule that nobody confirmed, tried on decided cases before it is put in force."""

from http import HTTPStatus
from typing import Final

from flask import render_template, request

from review_service.domain.errors import InvalidInputError, NotFoundError
from review_service.domain.rule_trial import counted, triable, trial_of
from review_service.domain.rulebook import DatedRule, told_sections
from review_service.domain.terms import ecuador_today
from review_service.domain.tracks import track_of
from review_service.services.review import trying_rules
from review_service.services.review.trying_rules import MOST_CASES, MOST_WITH_PAPERS
from review_service.web.context import parts
from review_service.web.forms import Problem
from review_service.web.officer import blueprint

MOST_LISTED: Final = 100


@blueprint.get("/panel/reglas")
def rule_trials() -> str:
    """List the rules that can be tried."""
    rules = triable(parts().rulebook, day=ecuador_today())
    return render_template(
        "officer/rule_trials.html", rules=[(rule, _label(rule)) for rule in rules]
    )


@blueprint.get("/panel/reglas/<string(maxlength=80):rule>")
def rule_trial(rule: str) -> str | tuple[str, int]:
    """Try one rule with the numbers of the address. Raises ``NotFoundError``."""
    rulebook = parts().rulebook
    plain = trial_of(rulebook, rule, {})
    if plain is None:
        raise NotFoundError(f"no rule {rule} can be tried")
    typed = {each.name: request.args.get(each.name, str(each.value))[:20] for each in plain.fields}
    problems: list[Problem] = []
    tried = None
    try:
        trial = trial_of(rulebook, rule, typed) or plain
        with parts().reading() as uow:
            tried = trying_rules.try_rule(uow, trial)
    except InvalidInputError as error:
        problems = [Problem(place=place, sentence=text) for place, text in error.problems.items()]
    except (ValueError, OverflowError):
        sentence = "Con esos números no se puede calcular: escriba otros más pequeños."
        problems = [Problem(place=each.name, sentence=sentence) for each in plain.fields[:1]]
    page = render_template(
        "officer/rule_trial.html",
        rule=plain.rule,
        label=_label(plain.rule),
        track=track_of(plain.track),
        fields=plain.fields,
        typed=typed,
        problems=problems,
        wrong={each.place: each.sentence for each in problems},
        tried=tried,
        turns=counted(tried.turns) if tried else (),
        most_listed=MOST_LISTED,
        most=MOST_WITH_PAPERS if track_of(plain.track).asks_papers else MOST_CASES,
    )
    return (page, HTTPStatus.UNPROCESSABLE_ENTITY) if problems else page


def _label(rule: DatedRule) -> str:
    words = told_sections([rule])
    return words[:1].upper() + words[1:]
