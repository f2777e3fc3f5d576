"""Base of all forms: Spanish messages, and the list of problems at the top of the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.validators import InputRequired, Length

from review_service.domain.wording import worded

MAX_TYPED = 400
"""Most characters of any short field; the domain's own limits are lower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One line of the error summary; ``place`` is the id of the field, or empty."""

    place: str
    sentence: str


class Form(FlaskForm):  # type: ignore[misc]  # the package has no types
    """A form whose problems can be listed, from its own checks and from a service's."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return every field's first problem, in the order of the page."""
        own = [Problem(place=field.id, sentence=field.errors[0]) for field in _faulty(self)]
        return (*(Problem(place="", sentence=text) for text in self.form_errors), *own)

    def add(self, problems: Mapping[str, str]) -> None:
        """Add a service's problems; those of fields that the form lacks are shown at the top."""
        for name, sentence in problems.items():
            if name in self._fields:
                field = self._fields[name]
                field.errors = (*field.errors, sentence)
            else:
                self.form_errors.append(sentence)


def _faulty(form: Form) -> Iterable[Field]:
    return [field for field in form if field.errors and field.name != "csrf_token"]


def text(label: str, *, missing: str = "", longest: int = MAX_TYPED, **more: Any) -> StringField:  # noqa: ANN401 -- options of the field
    """Return a field of one line; ``missing`` says what to type when it is required."""
    checks: list[Any] = [
        Length(
            max=longest,
            message=worded(
                "En «%(label)s» escriba %(longest)s letras como máximo.",
                label=worded(label),
                longest=longest,
            ),
        )
    ]
    if missing:
        checks.insert(0, InputRequired(message=missing))
    return StringField(label, validators=checks, **more)
