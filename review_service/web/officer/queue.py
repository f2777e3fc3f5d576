"""The queue, first due first: filters with counts, and search."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import render_template, request

from review_service.db.models import SessionKind
from review_service.db.queries.keyset import Cursor, Page
from review_service.db.queries.officer import queue as officer_queue
from review_service.db.queries.officer import texts as officer_texts
from review_service.db.queries.officer.case_groups import (
    CaseGroups,
    Promise,
    case_groups,
    promise_of,
)
from review_service.db.queries.officer.letters import TrayEntry, few_letters
from review_service.db.queries.officer.meant import meant_by
from review_service.db.queries.officer.queue_conditions import NOT_IN_REVIEW, QueueFilter
from review_service.db.queries.officer.queue_counts import FilterCounts, filter_counts, total_of
from review_service.db.queries.officer.queue_entries import QueueEntry
from review_service.db.queries.officer.saved_views import saved_views
from review_service.db.queries.officer.texts import TextPage
from review_service.db.unit_of_work import UnitOfWork
from review_service.domain.chosen_cases import FIELD
from review_service.domain.queue_filters import CaseFilter, Held
from review_service.domain.roles import Permission
from review_service.domain.saved_views import query_arguments
from review_service.domain.terms import REVIEW_PROMISE_DAYS, ecuador_day
from review_service.domain.wording import visible
from review_service.domain.zones import zone_named
from review_service.web.auth import current_session
from review_service.web.context import parts
from review_service.web.guarding import standing
from review_service.web.officer import blueprint
from review_service.web.officer.case import officer_id
from review_service.web.officer.legal_terms import cases_near_the_end
from review_service.web.officer.queue_bar import bar_of
from review_service.web.remembering import recalled, remembered

MAX_SEARCH = 120
FEW_HITS = 3
"""Pages that say the words, below the applications found."""
COUNTED_SECONDS = 5.0
"""So long a process shows the same numbers above a queue too long to be counted at every page."""


@blueprint.get("")
def queue() -> str:
    """Show one page of the queue or of search results."""
    chosen = view_named(request.args.get("vista", ""))
    asked = CaseFilter.from_address(request.args)
    text = searched()
    cursor = asked_cursor()
    seat = parts().institution().place
    own_zone = _own_zone()
    with parts().reading() as uow:
        bar = promise = None
        if chosen not in NOT_IN_REVIEW or text:
            view = QueueFilter.TO_REVIEW if text else chosen
            found = _filter_counts(uow, view, asked, seat=seat)
            bar, promise = bar_of(asked, found), found.promise
        promise = promise or _promise(uow)
        counts = _view_counts(uow, asked, is_short=promise.open <= officer_queue.MOST_COUNTED)
        if text:
            page = officer_queue.search_page(
                uow, text=text, cursor=cursor, asked=asked, me=officer_id(), seat=seat
            )
        else:
            page = officer_queue.queue_page(
                uow,
                chosen=chosen,
                asked=asked,
                cursor=cursor,
                who=officer_queue.Onlooker(id=officer_id(), own_zone=own_zone, standing=standing()),
                seat=seat,
                most_found=bar.exactly if bar is not None else None,
            )
        is_legal = chosen is QueueFilter.LEGAL_TERM and not text
        waiting = officer_queue.waiting_near_the_end(uow, seat=seat) if is_legal else ()
        beside = _beside(uow, text) if text and not asked and cursor is None else Beside()
        is_empty = bool(text) and not page.entries
        return render_template(
            "officer/queue.html",
            page=page,
            waiting=waiting,
            chosen=chosen,
            text=text,
            asked=asked,
            bar=bar,
            words=beside.words,
            most_words=officer_texts.MOST_COUNTED,
            letters=beside.letters,
            found_something=bool(page.entries or beside),
            arguments=list_arguments(text, chosen, asked),
            place=asked_list(),
            ticked=_ticked(page),
            saved=saved_views(uow, officer_id=officer_id()),
            own_zone="" if text or asked.zone or chosen in NOT_IN_REVIEW else own_zone,
            me=officer_id(),
            four_eyes=parts().settings.decisions.four_eyes,
            near=meant_by(uow, text) if is_empty else (),
            counts=counts,
            most_counted=officer_queue.MOST_COUNTED,
            promise=promise,
            promise_days=REVIEW_PROMISE_DAYS,
        )


def _ticked(page: Page[QueueEntry]) -> frozenset[UUID]:
    """Return the cases of the page whose boxes are ticked: all, or those that the address names."""
    known = {each.id for each in page.entries}
    if request.args.get("elegir") == "todos":
        return frozenset(known)
    return frozenset(each for each in known if str(each) in request.args.getlist(FIELD))


def _own_zone() -> str:
    """Return the zone that the unit of the signed-in officer names; empty for none."""
    session = current_session(SessionKind.OFFICER)
    return (zone_named(session.officer_unit) or "") if session is not None else ""


def _case_groups(uow: UnitOfWork, asked: CaseFilter) -> CaseGroups:
    """Return all cases by groups; those of a long queue are the same for some seconds.

    They are counted now where the filter leaves few, which are shown as they are, and for «libre»,
    as those who hold a case are told now.
    """
    return remembered(
        groups_name(uow),
        lambda: case_groups(uow),
        seconds=COUNTED_SECONDS,
        unless=lambda groups: groups.promise.open <= officer_queue.MOST_COUNTED,
        holds=lambda groups: (
            asked.held != Held.FREE
            and (groups.is_cut or total_of(groups, asked) > officer_queue.MOST_COUNTED)
        ),
    )


def groups_name(uow: UnitOfWork) -> str:
    """Return under which name the groups are remembered: ages are of one day."""
    return f"counts of groups on {ecuador_day(uow.now)}"


def _view_counts(
    uow: UnitOfWork, asked: CaseFilter, *, is_short: bool
) -> Mapping[QueueFilter, int | None]:
    """Return how many cases each view has; those of a long queue are shown for some seconds.

    Beside a filter the views bear no numbers, which would be of all cases: None. «Recomendados» is
    counted there too, as without a case it is not shown.
    """
    if asked:
        recommended = officer_queue.count_recommended(uow)
        return {**dict.fromkeys(QueueFilter), QueueFilter.RECOMMENDED: recommended}
    seat = parts().institution().place
    return remembered(
        "counts",
        lambda: officer_queue.counts_of(uow, seat=seat, near_the_end=cases_near_the_end(uow)),
        seconds=COUNTED_SECONDS,
        unless=lambda _: is_short,
    )


def _promise(uow: UnitOfWork) -> Promise:
    """Return what the groups say where they were just counted."""
    groups: CaseGroups | None = recalled(groups_name(uow), seconds=COUNTED_SECONDS)
    if groups is not None:
        return groups.promise
    return remembered(
        "counts of the promise",
        lambda: promise_of(uow),
        seconds=COUNTED_SECONDS,
        unless=lambda promise: promise.open <= officer_queue.MOST_COUNTED,
    )


def _filter_counts(
    uow: UnitOfWork, chosen: QueueFilter, asked: CaseFilter, *, seat: str
) -> FilterCounts:
    """Return the counts of the filters; those of a long queue are shown for some seconds.

    They are told from groups that may have been counted before: these seconds begin with that.
    """
    me, since = officer_id(), uow.now - timedelta(seconds=COUNTED_SECONDS)
    return remembered(
        " ".join(("filters", me.hex, chosen.value, *map(repr, asked.chosen()))),
        lambda: filter_counts(
            uow,
            chosen,
            asked,
            me=me,
            seat=seat,
            groups=lambda: _case_groups(uow, asked),
            open_cases=lambda: _promise(uow).open,
        ),
        seconds=COUNTED_SECONDS,
        unless=lambda counts: not counts.is_cut and counts.total <= officer_queue.MOST_COUNTED,
        holds=lambda counts: counts.counted_at > since,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a search finds beside applications: a few, with ways to the others."""

    words: TextPage | None = None
    """Pages that say every word; None for who may not read them."""
    letters: tuple[TrayEntry, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.letters or (self.words and self.words.entries))


def _beside(uow: UnitOfWork, text: str) -> Beside:
    may_read = standing().may(Permission.READ_FILES)
    return Beside(
        words=officer_texts.find(uow, text=text, cursor=None, size=FEW_HITS) if may_read else None,
        letters=few_letters(uow, text),
    )


def list_arguments(text: str, chosen: QueueFilter, asked: CaseFilter) -> dict[str, str]:
    """Return what the address of a list carries, without the place in it."""
    if text:
        return {"q": text, **asked.to_address()}
    return {"vista": chosen.value, **asked.to_address()}


def asked_list() -> dict[str, str]:
    """Return what the address of this request says of a list, with the place in it."""
    return _list_of(request.args)


def list_in(text: str) -> dict[str, str]:
    """Return the same of a text as ``saved_views.query_text`` writes it."""
    return _list_of(query_arguments(text))


def _list_of(told: Mapping[str, str]) -> dict[str, str]:
    cursor = Cursor.from_text(told.get("desde", ""))
    return {
        **list_arguments(
            searched_in(told), view_named(told.get("vista", "")), CaseFilter.from_address(told)
        ),
        **({"desde": cursor.to_text()} if cursor is not None else {}),
    }


def searched() -> str:
    """Return the text of the search field, on one line."""
    return searched_in(request.args)


def searched_in(arguments: Mapping[str, str]) -> str:
    """Return the text of a search as an address carries it, on one line."""
    return " ".join(visible(arguments.get("q", "")[:MAX_SEARCH]).split())


def asked_cursor() -> Cursor | None:
    """Return the cursor given in the URL, or None."""
    return Cursor.from_text(request.args.get("desde", ""))


def view_named(text: str) -> QueueFilter:
    """Return the view that an address names; what is to be reviewed for any other text."""
    known = {each.value: each for each in QueueFilter}
    return known.get(text, QueueFilter.TO_REVIEW)
