"""The one template environment: everything escaped, nothing undefined, each template compiled once."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from feeds import paths
from feeds.clean.text import xml_safe
from feeds.web.pages.assets import ASSETS
from feeds.web.pages.display import comment_count, direction
from feeds.web.pages.linked_data import breadcrumb_list

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_ENVIRONMENT.filters.update(breadcrumb_list=breadcrumb_list, comment_count=comment_count, direction=direction)
_ENVIRONMENT.globals["paths"] = paths
_ENVIRONMENT.globals["assets"] = {name: asset.path for name, asset in ASSETS.items()}


def render(template: str, **context: object) -> bytes:
    """The template as UTF-8, without the characters that XML 1.0 forbids: they are errors in HTML too.

    A long thread takes tens of milliseconds: handlers call it aside from the event loop.
    Raises jinja2.UndefinedError for a name that the context lacks.
    """
    return xml_safe(_ENVIRONMENT.get_template(template).render(context)).encode()
