"""Templates with their Spanish texts in place: looked up when compiled, not at each request.

A page asks for up to two hundred texts, and the text that it asks for is Spanish already. Where the
page is in another language, a second compilation of the same template asks the catalogue.
"""

from collections.abc import MutableMapping
from functools import cached_property
from typing import Any, Final, Self

from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.visitor import NodeTransformer

from review_service.languages import SPANISH
from review_service.web import languages

ASKING: Final = frozenset({"_", "gettext"})
"""What a template calls for a text; ``{% trans %}`` without a number becomes such a call."""


class SpanishInPlace(Environment):
    """Gives a template with Spanish in place, or one that asks where the page is not Spanish."""

    @cached_property
    def asking(self) -> Self:
        """The same environment with a cache of its own, whose templates ask the catalogue."""
        other = self.overlay(bytecode_cache=None)
        other.code_generator_class = CodeGenerator
        return other

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 -- as Jinja's
    ) -> Template:
        """Return the template for the language of this page; what it includes comes likewise."""
        is_first = parent is None and self.linked_to is None
        if is_first and languages.language() is not SPANISH:
            return self.asking.get_template(name, parent, globals)
        return super().get_template(name, parent, globals)


class _Generator(CodeGenerator):
    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 -- as Jinja's
        changed = _InPlace().visit(node)
        changed.set_environment(self.environment)
        super().visit_Template(changed, frame)


SpanishInPlace.code_generator_class = _Generator


class _InPlace(NodeTransformer):
    """Replaces a call for a text by the text, marked as Jinja's own i18n marks what it finds."""

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 -- as Jinja's
        self.generic_visit(node)
        match node:
            case nodes.Call(
                node=nodes.Name(name=name),
                args=[nodes.Const(value=str(text))],
                dyn_args=None,
                dyn_kwargs=None,
            ) if name in ASKING:
                return _said(text, node.kwargs).set_lineno(node.lineno)
        return node


def _said(text: str, values: list[nodes.Keyword]) -> nodes.Node:
    said = nodes.MarkSafeIfAutoescape(nodes.Const(text))
    if "%" not in text:
        return said
    given = [nodes.Pair(nodes.Const(each.key), each.value) for each in values]
    return nodes.Mod(said, nodes.Dict(given))
