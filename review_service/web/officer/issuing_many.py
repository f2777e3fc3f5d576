"""Cases that the officer accepted whole: ticked in a list, named once more, approved one by one."""

from collections.abc import Collection
from uuid import UUID

from flask import render_template, request

from review_service.domain.chosen_cases import FIELD, MOST_AT_ONCE, ChosenCase, chosen_cases
from review_service.domain.errors import InvalidInputError
from review_service.services.review import approving_many
from review_service.services.review.approving_many import ready_cases as read_ready_cases
from review_service.web import concurrency
from review_service.web.context import parts
from review_service.web.officer import blueprint, fresh_factor
from review_service.web.officer.case import officer_id
from review_service.web.officer.moving_many import outcomes_page

HERE = "officer.ready_cases"


@blueprint.get("/por-emitir")
def ready_cases() -> str:
    """List what the officer accepted whole; with «elegir» every box is ticked."""
    concurrency.step_aside()
    with parts().reading() as uow:
        cases = read_ready_cases(uow, officer_id=officer_id())
    return render_template(
        "officer/ready_cases.html",
        ready=[each for each in cases if not each.hindrance],
        others=[each for each in cases if each.hindrance],
        are_ticked=request.args.get("elegir") == "todos",
        unseen_pages=parts().settings.unseen_pages,
        most=MOST_AT_ONCE,
    )


@blueprint.get("/por-emitir/confirmar")
def confirm_issuing() -> str | tuple[str, int]:
    """Name the holder of each ticked case before any is approved."""
    concurrency.step_aside()
    try:
        chosen = chosen_cases(request.args.getlist(FIELD))
    except InvalidInputError as error:
        return _refused(error), 422
    if not chosen:
        return outcomes_page((), {}, done="", here=HERE)
    ids = [each.id for each in chosen]
    return _confirmation(ids)


@blueprint.post("/por-emitir")
def issue_cases() -> str | tuple[str, int]:
    """Approve each case that the form names; say what became of it."""
    concurrency.step_aside()
    try:
        chosen = chosen_cases(request.form.getlist(FIELD))
    except InvalidInputError as error:
        return _refused(error), 422
    policy = parts().settings.decisions
    if not chosen:
        return outcomes_page((), {}, done="", here=HERE)
    if wrong_code := fresh_factor.problem():
        return _confirmation([each.id for each in chosen], wrong_code), 422
    outcomes = approving_many.approve_each(
        parts().reading,
        parts().writing,
        chosen=chosen,
        officer_id=officer_id(),
        rules=parts().issuing_rules,
        policy=policy,
    )
    done = "Recomendó" if policy.four_eyes else "Aprobó"
    return outcomes_page(outcomes, {}, done=done, here=HERE)


def _confirmation(ids: Collection[UUID], code_problem: str = "") -> str:
    with parts().reading() as uow:
        found = read_ready_cases(uow, officer_id=officer_id(), only=ids)
    ready = [each for each in found if not each.hindrance]
    return render_template(
        "officer/confirm_issuing.html",
        ready=ready,
        left_out=len(ids) - len(ready),
        texts={each.id: ChosenCase(id=each.id, seen=each.stamp).text for each in ready},
        policy=parts().settings.decisions,
        code_problem=code_problem,
    )


def _refused(error: InvalidInputError) -> str:
    return outcomes_page((), {}, done="", here=HERE, refusal=" ".join(error.problems.values()))
