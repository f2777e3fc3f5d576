"""Templates of translated pages hold no sentence outside of the catalogues, in no branch."""

import re
from collections.abc import Iterator

import pytest
from jinja2 import Environment, FileSystemLoader, nodes
from jinja2.meta import find_referenced_templates

from review_service.domain.tracks import TRACKS
from review_service.packaged_files import templates_folder
from review_service.web.languages import TRANSLATED
from review_service.web.public.topics import TOPICS
from tests.integration.web.outside import WORD, Outside

SHOWN_BY = {
    "letters.confirm_letter": ("letters/over.html",),
    "letters.kinds": ("letters/kinds.html",),
    "letters.letter": ("letters/letter.html", "letters/confirm.html", "letters/over.html"),
    "letters.new_letter": ("letters/new.html",),
    "letters.send_letter": ("letters/new.html",),
    "letters.send_photo": ("letters/letter.html", "letters/over.html"),
    "letters.sent": ("letters/sent.html",),
    "public.directory": ("public/directory.html",),
    "public.figures": ("public/figures/all.html",),
    "public.figures_of_month": ("public/figures/month.html",),
    "public.figures_of_year": ("public/figures/year.html",),
    "public.answered": (
        "public/question.html",
        "public/ending.html",
        *(f"public/endings/{each.slug}.html" for each in TRACKS.values()),
    ),
    "public.help_page": ("public/help.html",),
    "public.home": ("public/home.html",),
    "public.office_list": ("public/offices.html",),
    "public.other_tracks": ("public/other_tracks.html",),
    "public.personal_data": ("public/personal_data.html",),
    "public.personal_data_kind": ("public/personal_data_kind.html",),
    "public.personal_data_whole": ("public/personal_data_whole.html",),
    "public.search": ("public/search.html",),
    "public.topic": tuple(f"public/topics/{each.template}.html" for each in TOPICS.values()),
    "public.which_track": ("public/question.html",),
    "verify.ask": ("verify/form.html",),
    "verify.by_number": ("verify/form.html", "verify/answer.html"),
    "verify.by_file": ("verify/form.html", "verify/answer.html"),
    "verify.by_token": ("verify/answer.html",),
}
"""Each translated endpoint and its templates."""
EVERYWHERE = ("errors/public.html",)
APPLICANTS = ("applicant/**/*.html", "email/**/*.html", "email/**/*.txt", "kept.html")
"""What only applicants read; not translated yet, and ready for it."""
LEFT = frozenset(
    {
        "applicant/own_data_summary.html",
        "applicant/dates_paper.html",
        "applicant/receipt_paper.html",
        "applicant/decision_paper.html",
        "email/audit_sealed/body.html",
        "email/audit_sealed/body.txt",
        "email/audit_sealed/subject.txt",
        "email/digest_confirm/body.html",
        "email/digest_confirm/body.txt",
        "email/digest_confirm/subject.txt",
        "email/officer_digest/body.html",
        "email/officer_digest/body.txt",
        "email/officer_digest/subject.txt",
    }
)
"""Spanish: papers that are kept or printed, mails to who operates the service and to officers."""
ENVIRONMENT = Environment(  # noqa: S701 -- parses, renders nothing
    loader=FileSystemLoader(templates_folder()), extensions=["jinja2.ext.i18n"]
)


def parsed(name: str) -> nodes.Template:
    source = (templates_folder() / name).read_text(encoding="utf-8")
    return ENVIRONMENT.parse(source, name)


def whole(names: tuple[str, ...]) -> set[str]:
    """Return these templates and all that they extend, include or import."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [each for each in find_referenced_templates(parsed(name)) if each]
    return found


OF_PUBLIC = whole((*EVERYWHERE, *(each for all_ in SHOWN_BY.values() for each in all_)))
OF_APPLICANTS = {
    found.relative_to(templates_folder()).as_posix()
    for pattern in APPLICANTS
    for found in templates_folder().glob(pattern)
}
TEMPLATES = sorted((OF_PUBLIC | OF_APPLICANTS) - LEFT)
ATTRIBUTE = re.compile(r'[a-z-]+="[a-z]*"?')
"""What a macro gives into the tag of another."""
SAYS_NOTHING = frozenset({"_", "gettext", "ngettext", "static_url", "url_for"})
"""Functions whose arguments nobody reads, or that look them up."""


def constants(node: nodes.Node) -> Iterator[str]:
    """Give the texts that an expression may show as they are."""
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, nodes.Filter):
        if node.node is not None:
            yield from constants(node.node)
    elif isinstance(node, nodes.CondExpr):
        yield from (text for each in (node.expr1, node.expr2) if each for text in constants(each))
    elif isinstance(node, nodes.Call):
        if not (isinstance(node.node, nodes.Name) and node.node.name in SAYS_NOTHING):
            given = [*node.args, *(each.value for each in node.kwargs)]
            yield from (text for each in given for text in constants(each))
    elif isinstance(node, nodes.Dict):
        yield from (text for each in node.items for text in constants(each.value))
    elif isinstance(node, nodes.BinExpr | nodes.Concat | nodes.Tuple | nodes.List):
        yield from (text for each in node.iter_child_nodes() for text in constants(each))


def is_said(text: str) -> bool:
    """Whether it is for people: words apart, or letters that no name of ours has."""
    return bool(WORD.search(text)) and (" " in text.strip() or not text.isascii())


def sentences_outside(name: str) -> list[str]:
    tree = parsed(name)
    page = Outside()
    for data in tree.find_all(nodes.TemplateData):
        page.feed(data.data)
    page.close()
    shown: list[nodes.Node] = [
        each
        for output in tree.find_all(nodes.Output)
        for each in output.nodes
        if not isinstance(each, nodes.TemplateData)
    ]
    shown += [each.node for each in tree.find_all(nodes.Assign)]
    shown += [each.iter for each in tree.find_all(nodes.For)]
    shown += [each.call for each in tree.find_all(nodes.CallBlock)]
    shown += [default for macro in tree.find_all(nodes.Macro) for default in macro.defaults]
    told = [said for said in page.found if not ATTRIBUTE.fullmatch(said)]
    return told + [text for each in shown for text in constants(each) if is_said(text)]


def test_every_translated_endpoint_names_its_templates() -> None:
    assert set(SHOWN_BY) == TRANSLATED


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_of_a_translated_page_says_nothing_outside_of_the_catalogues(name: str) -> None:
    assert sentences_outside(name) == []


def test_a_sentence_outside_is_found_wherever_it_hides() -> None:
    source = (
        "<p>Uno dos</p>{% if a %}<p>tres</p>{% endif %}{{ 'cuatro cinco' if b else _('seis') }}"
        '<img alt="siete"><p>{{ _("ocho") }}</p>{% trans %}nueve{% endtrans %}'
        '<b translate="no">diez</b>{% set c = "once años" %}<i class="{{ "x y" and d }}"></i>'
    )
    loader = ENVIRONMENT.loader
    assert loader is not None
    tree = ENVIRONMENT.parse(source)
    page = Outside()
    for data in tree.find_all(nodes.TemplateData):
        page.feed(data.data)
    assert page.found == ["Uno dos", "tres", "siete"]
    told = [text for each in tree.find_all(nodes.Assign) for text in constants(each.node)]
    assert [text for text in told if is_said(text)] == ["once años"]
