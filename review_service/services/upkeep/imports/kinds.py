"""The kinds of file that are imported: how lines are read and into which tables they go."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from review_service.db.base import Base
from review_service.db.models import (
    EstablishmentRow,
    InstitutionPaperRow,
    PriorAgreementRow,
    RegisteredEmailRow,
    TaxpayerRow,
)
from review_service.db.staging import Target
from review_service.domain import catastro, catastro_blocks, paper_list, prior_list
from review_service.domain.catastro import Notice
from review_service.domain.errors import InvalidInputError
from review_service.domain.imported_lines import ImportKind

Facts = Sequence[str | None]


class Parser(NamedTuple):
    """What turns lines into facts."""

    line: Callable[[list[str]], Facts]
    """Of the cells of one line; raises ``LineRefusedError``."""
    block: Callable[[int, str], str | None] = lambda _first, _text: None
    """Of many plain lines at once, given the number of the first: a text as tables are filled with.

    None when each line must be looked at.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """One kind of file."""

    kind: ImportKind
    facts: tuple[str, ...]
    """What the parser returns of a line: names of columns of the targets."""
    targets: tuple[Target, ...]
    """The tables, parents first; the last one has a row for each line."""
    told: str
    """What the report calls a change of what the first target watches."""
    guarded: bool
    """Whether many such changes need to be accepted: they are legal names."""
    parser: Callable[[list[str], Notice], Parser]
    """Given the header, what turns lines into facts."""


def _target(row: type[Base], watched: str | None = None) -> Target:
    return Target(table=Base.metadata.tables[row.__tablename__], watched=watched)


def _catastro_parser(header: list[str], notice: Notice) -> Parser:
    meanings = catastro.Meanings()
    return Parser(
        line=catastro.parser(header, notice, meanings),
        block=catastro_blocks.block_parser(header, meanings),
    )


def _email_parser(_header: list[str], _notice: Notice) -> Parser:
    return Parser(line=catastro.parse_email)


def _agreement_parser(header: list[str], _notice: Notice) -> Parser:
    return Parser(line=prior_list.parser(header))


def _paper_parser(_header: list[str], _notice: Notice) -> Parser:
    return Parser(line=paper_list.parse)


KINDS: Final = MappingProxyType(
    {
        each.kind: each
        for each in (
            FileKind(
                kind=ImportKind.CATASTRO,
                facts=catastro.CatastroLine._fields,
                targets=(_target(TaxpayerRow, "name"), _target(EstablishmentRow)),
                told="Cambio de nombre",
                guarded=True,
                parser=_catastro_parser,
            ),
            FileKind(
                kind=ImportKind.EMAILS,
                facts=("ruc", "email"),
                targets=(_target(RegisteredEmailRow, "email"),),
                told="Cambio de correo",
                guarded=False,
                parser=_email_parser,
            ),
            FileKind(
                kind=ImportKind.AGREEMENTS,
                facts=prior_list.FACTS,
                targets=(_target(PriorAgreementRow, "holder"),),
                told="Cambio de titular",
                guarded=True,
                parser=_agreement_parser,
            ),
            FileKind(
                kind=ImportKind.PAPERS,
                facts=paper_list.FACTS,
                targets=(_target(InstitutionPaperRow, "holder"),),
                told="Cambio de titular",
                guarded=True,
                parser=_paper_parser,
            ),
        )
    }
)
OTHER_SEPARATORS: Final = (";", ",", "\t")


def registry_kind(header: Sequence[str]) -> FileKind:
    """Return whether the file is a catastro or an e-mail feed.

    Raises ``InvalidInputError`` when it is neither.
    """
    if catastro.is_catastro(header):
        return KINDS[ImportKind.CATASTRO]
    if catastro.is_email_feed(header):
        return KINDS[ImportKind.EMAILS]
    _require_separator(header)
    raise InvalidInputError(
        {"file": "El archivo no es un catastro del SRI ni una lista NUMERO_RUC|CORREO."}
    )


def agreements_kind(header: Sequence[str]) -> FileKind:
    """Return the kind of a list of agreements issued before this service.

    Columns ``prior_list.COLUMNS``, days as ``2023-11-20`` or ``20/11/2023``; a last column
    ``REVOCADO`` may give the day from which an agreement counts no more. Raises
    ``InvalidInputError`` for another header.
    """
    if prior_list.is_prior_list(header):
        return KINDS[ImportKind.AGREEMENTS]
    _require_separator(header)
    raise InvalidInputError({"file": f"La primera línea debe ser {'|'.join(prior_list.COLUMNS)}."})


def papers_kind(header: Sequence[str]) -> FileKind:
    """Return the kind of a list of papers that an institution holds.

    Columns ``paper_list.COLUMNS``, days as in ``agreements_kind``. Raises ``InvalidInputError`` for
    another header.
    """
    if paper_list.is_paper_list(header):
        return KINDS[ImportKind.PAPERS]
    _require_separator(header)
    raise InvalidInputError({"file": f"La primera línea debe ser {'|'.join(paper_list.COLUMNS)}."})


def _require_separator(header: Sequence[str]) -> None:
    """Tell a file of another separator, as Excel writes it, from a file of another kind."""
    for sign in OTHER_SEPARATORS:
        cells = sign.join(header).split(sign)
        if len(header) < len(cells) and (
            catastro.is_catastro(cells)
            or catastro.is_email_feed(cells)
            or prior_list.is_prior_list(cells)
            or paper_list.is_paper_list(cells)
        ):
            shown = "tabuladores" if sign == "\t" else f"«{sign}»"
            raise InvalidInputError(
                {"file": f"El archivo separa sus columnas con {shown}: guárdelo separado por «|»."}
            )
