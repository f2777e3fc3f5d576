"""Rules of the house that no linter knows: SQL, templates, words on the screen, entry points."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from enum import Enum, StrEnum
from pathlib import Path

import pytest

import review_service.domain
from review_service.domain.refusals import RefusalReason
from review_service.services.applicant.registering import SignInRefusal

ROOT = Path(__file__).parents[2]
OURS = ("review_service", "workers")
IMPORTED = re.compile(r'\{% from "([^"]+)" import ([\w, ]+?)(?: with context)? %\}')
SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|DROP|ALTER|CREATE|TRUNCATE|PRAGMA)\b")
FIXED_SQL = {
    # file: why its f-string holds no value of anybody
    "review_service/db/migrate.py": "a pragma takes no parameter; it is ON or OFF",
    "review_service/db/migrations/versions/0001_the_first_schema.py": "the verbs of a trigger",
    "review_service/db/migrations/versions/0013_search_in_applications.py": "folds by constants",
    "review_service/db/migrations/versions/0024_tracks.py": "names of the schema's own triggers",
    "review_service/db/migrations/versions/0027_papers_of_emprendedores.py": (
        "names of the schema's own triggers"
    ),
    "review_service/db/migrations/versions/0032_appointments.py": (
        "names of the schema's own triggers"
    ),
    "review_service/db/migrations/versions/0060_groups_of_queued_cases.py": (
        "columns of the schema's own triggers"
    ),
}
SHOWN = {
    "Age",
    "Asked",
    "Held",
    "Match",
    "AgreementField",
    "AppealOutcome",
    "AppealedAct",
    "ApplicationKind",
    "ApplicationState",
    "Breakdown",
    "Category",
    "Certainty",
    "CodeOutcome",
    "ContactChannel",
    "ContactResult",
    "CopyState",
    "DataRequest",
    "DecisionOutcome",
    "DocumentKind",
    "DocumentState",
    "FieldOutcome",
    "FigureSource",
    "FileKind",
    "FileProblem",
    "Hidden",
    "Hold",
    "IssuedKind",
    "ItemVerdict",
    "LaterOutcome",
    "LetterKind",
    "LetterPhotoState",
    "LetterState",
    "OfficerRole",
    "OrganisationKind",
    "Permission",
    "PersonKind",
    "PhotoLayout",
    "PriorStanding",
    "Relation",
    "ReviewItem",
    "SecondVerdict",
    "Severity",
    "SignatureOutcome",
    "Stage",
    "Standing",
    "SupportField",
    "SupportKind",
    "Turn",
    "Theme",
    "Wall",
    "WhyOriginal",
}
"""Words that a person reads on a screen: each has a Spanish label."""
SILENT = {
    "Ending": "where the questions lead; each ending has a page with its own words",
    "Decider": "who decides on a track; a case tells the officer or the rule itself",
    "Change": "what a button does, with its words on the page",
    "AntivirusMode": "a setting, told by the health page in sentences",
    "AntivirusWord": "has a sentence instead",
    "SandboxWord": "has a sentence instead",
    "SigningWord": "has a sentence instead",
    "StoreFailure": "asked by the adapters, logged and never shown",
    "Obstacle": "has a sentence instead",
    "Sharing": "has sentences instead",
    "Sight": "a part of a case, compared and never shown",
    "AgreementState": "how far the making has come; people see the verdict and the application",
    "Found": "told in a sentence with its hour",
    "FindingCode": "has words for each audience instead, in its own table",
    "ImportKind": "a word of the command line, Spanish itself",
    "Lane": "of the work",
    "Moment": "of the table of who hears of a finding, for its readers",
    "PaperSource": "of the rules, where it has words; pages tell what was found",
    "Part": "of an application, in the rules of reasons for a correction",
    "Past": "of the table of limits, for its readers",
    "Payer": "of the table of limits, for its readers",
    "PageKind": "drawn as an icon with its own text",
    "RetentionKind": "named in the operator's list of what goes; its words stand there",
    "RefusalReason": "has a sentence instead",
    "RucKind": "decides, is not shown",
    "RucProblem": "has a sentence instead",
    "ProofStanding": "decides the verdict, which has a label",
    "TaskKind": "of the work",
    "TaskState": "of the work",
    "TextSource": "decides how words are shown, is not shown",
    "TaxpayerStatus": "is the SRI's own Spanish word",
    "Why": "of the table of who hears of a finding, for its readers",
}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for package in OURS:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text("utf-8"))


def domain_enums() -> list[type[Enum]]:
    package = review_service.domain
    found = set()
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        for _, member in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(member, StrEnum) and member is not StrEnum:
                found.add(member)
    return sorted(found, key=lambda member: member.__name__)


def test_no_value_is_put_into_sql_by_hand() -> None:
    guilty = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        and any(
            isinstance(part, ast.Constant) and SQL.search(str(part.value)) for part in node.values
        )
        and name not in FIXED_SQL
    ]
    assert guilty == []


def test_no_sql_text_is_joined_or_formatted() -> None:
    guilty = []
    for name, tree in sources():
        constants = {
            target.id: node.value
            for node in tree.body
            if isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called in {"sa.text", "text"} and node.args:
                argument = node.args[0]
                if isinstance(argument, ast.Name):
                    argument = constants.get(argument.id, argument)
                # A label of a form: the same text, marked for the catalogues.
                if isinstance(argument, ast.Call) and ast.unparse(argument.func) == "gettext_noop":
                    argument = argument.args[0]
                if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                    guilty.append(f"{name}:{node.lineno}")
    assert guilty == []


def test_no_template_trusts_its_text() -> None:
    templates = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.svg")]
    assert templates
    guilty = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in templates
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1)
        if re.search(r"\|\s*safe\b|autoescape\s+false", line)
    ]
    assert guilty == []


def test_no_template_holds_a_script_or_a_style_of_its_own() -> None:
    """What describes a page to search engines is data, which no browser runs."""
    pages = [
        file
        for file in (ROOT / "templates").rglob("*.html")
        if not {"email", "agreement", "receipt"} & set(file.relative_to(ROOT).parts)
    ]
    guilty = [
        f"{file.relative_to(ROOT)}: {found.group()}"
        for file in pages
        for found in re.finditer(
            r"<script(?![^>]*(?:\bsrc=|type=\"application/ld\+json\"))[^>]*>|\son[a-z]+=\"|\sstyle=\"",
            file.read_text("utf-8"),
        )
    ]
    assert guilty == []


def test_every_word_for_a_screen_is_known_here() -> None:
    assert {member.__name__ for member in domain_enums()} == SHOWN | set(SILENT)


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_every_word_on_a_screen_is_spanish(name: str) -> None:
    (kind,) = [member for member in domain_enums() if member.__name__ == name]
    labels = [getattr(member, "label") for member in kind]  # noqa: B009 -- typed as Enum here
    assert all(isinstance(label, str) and label[0].isupper() for label in labels)
    assert len(set(labels)) == len(labels), "two states must not share their word"
    english = {str(member.value) for member in kind} - {"ruc"}  # an abbreviation in both
    assert not english & {label.lower() for label in labels}


@pytest.mark.parametrize("reason", [*RefusalReason, *SignInRefusal])
def test_every_refusal_says_what_to_do(reason: RefusalReason | SignInRefusal) -> None:
    said = reason.sentence if isinstance(reason, RefusalReason) else reason.cure
    assert said.endswith(".")
    assert len(said) > 40


def test_no_clock_is_read_below_the_entry_points() -> None:
    allowed = {
        "review_service/domain/terms.py": "ecuador_today, for configuration",
    }
    below = ("review_service/domain", "review_service/db", "review_service/services")
    guilty = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        if name.startswith(below) and name not in allowed
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func)
        in {"datetime.now", "date.today", "datetime.utcnow", "time.time", "datetime.today"}
    ]
    assert guilty == []


def test_no_call_takes_names_that_somebody_else_chose() -> None:
    """``url_for`` keeps some names for itself: «_scheme=javascript» would lead off the site."""
    sent = tuple(f"request.{part}" for part in ("args", "form", "values"))
    guilty = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            ast.unparse(node.func) in {f"{each}.to_dict" for each in sent}
            or any(k.arg is None and ast.unparse(k.value).startswith(sent) for k in node.keywords)
        )
    ]
    assert guilty == []


def test_nothing_is_pickled() -> None:
    guilty = [
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Import) and any(a.name == "pickle" for a in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "pickle")
    ]
    assert guilty == []


def test_no_error_is_swallowed_without_a_word() -> None:
    guilty = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"})
        and len(node.body) == 1
        and isinstance(node.body[0], ast.Pass)
    ]
    assert guilty == []


@pytest.mark.parametrize("package", OURS)
def test_files_stay_short(package: str) -> None:
    long = {
        str(file.relative_to(ROOT)): lines
        for file in (ROOT / package).rglob("*.py")
        if "migrations" not in file.parts
        and (lines := len(file.read_text("utf-8").splitlines())) > 400
    }
    assert long == {}


def test_every_macro_that_a_template_imports_is_there() -> None:
    folder = ROOT / "templates"
    missing = []
    for template in folder.rglob("*.html"):
        for source, names in IMPORTED.findall(template.read_text(encoding="utf-8")):
            written = (folder / source).read_text(encoding="utf-8")
            missing += [
                f"{template.name}: {name}"
                for name in (part.split(" as ")[0].strip() for part in names.split(","))
                if f"macro {name}(" not in written
            ]
    assert IMPORTED.search((folder / "applicant/withdraw.html").read_text(encoding="utf-8"))
    assert missing == []


OPENS_THE_STORE = {
    "review_service/adapters/local_store.py": "copies within the store",
    "review_service/adapters/s3_store.py": "copies within the store",
    "review_service/services/stored_files.py": "compares every byte before it gives one",
    "review_service/services/upkeep/backing_up.py": "the backup; it compares while it copies",
    "review_service/services/upkeep/kept_seals.py": "seals: their signature is checked instead",
    "review_service/services/upkeep/restoring.py": "compares what a restore that broke off had put",
}
COPIES_WITHIN: dict[str, str] = {}
"""Nothing copies unread bytes under a new key: what is kept was compared first."""


def store_calls(method: str) -> set[str]:
    """Return the files that call this method of something that is called a store."""
    return {
        name
        for name, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == method
        and re.search(r"(^|\.|_)(store|self)(\(\))?$", ast.unparse(node.func.value))
        and ("store" in ast.unparse(node.func.value) or name.endswith("_store.py"))
    }


def test_only_one_module_opens_stored_files_to_give_them_to_anybody() -> None:
    assert store_calls("open") == set(OPENS_THE_STORE)


def test_no_stored_bytes_are_copied_unread() -> None:
    assert store_calls("copy") == set(COPIES_WITHIN)


def test_no_child_is_asked_for_without_walls() -> None:
    unwalled = [
        str(path.relative_to(ROOT))
        for package in OURS
        for path in sorted((ROOT / package).rglob("*.py"))
        if "walled=False" in path.read_text(encoding="utf-8")
    ]
    assert unwalled == []
