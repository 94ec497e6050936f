"""Templates whose messages are looked up when they are compiled: an environment has one language, and a page hundreds of them."""

import re
from collections.abc import Iterator

from jinja2 import Environment, nodes
from jinja2.visitor import NodeTransformer

from feeds.wording import Wording

_OPEN = re.compile(r"%\((\w+)\)s")
_WITH_CONTEXT = "pgettext"
_PLAIN = ("_", "gettext")


class WordedEnvironment(Environment):
    """In it `_("...")`, `pgettext` and `{% trans %}` cost what the words themselves would; a count is looked up each time."""

    wording: Wording

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        _Worded(self.wording).visit(template)
        return template


class _Worded(NodeTransformer):
    """Puts the words in the place of the calls that would look them up. As in the new style of jinja2.ext.i18n the words are HTML,
    and what is put into them is escaped.
    """

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        # What is put into words that are written out stands between them, as if the template had them so.
        node.nodes = [part for child in node.nodes for part in self._written_out(child)]
        self.generic_visit(node)
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        parts = [*self._written_out(node)]
        return parts[0] if len(parts) == 1 else nodes.Concat(parts, lineno=node.lineno)

    def _written_out(self, node: nodes.Expr) -> Iterator[nodes.Expr]:
        """The words of a call for a message, and what is between them; of anything else, itself."""
        text = self._text(node) if isinstance(node, nodes.Call) else None
        if text is None or not isinstance(node, nodes.Call):
            yield node
            return
        values = {given.key: given.value for given in node.kwargs}
        for place, part in enumerate(_OPEN.split(text)):
            if place % 2:
                yield values[part]
            elif part or not values:
                yield nodes.TemplateData(part % {}, lineno=node.lineno)

    def _text(self, node: nodes.Call) -> str | None:
        """Of a call for a message that is written out; None for any other."""
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        given = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        if len(given) != len(node.args) or node.dyn_args or node.dyn_kwargs:
            return None
        if name in _PLAIN and len(given) == 1:
            return self._wording.gettext(*given)
        return self._wording.pgettext(*given) if name == _WITH_CONTEXT and len(given) == 2 else None
