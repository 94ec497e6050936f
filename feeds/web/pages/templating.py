"""The one template environment of a language: everything escaped, nothing undefined, each template compiled once."""

from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined

from feeds import paths
from feeds.clean.text import xml_safe
from feeds.web.pages.assets import ASSETS
from feeds.web.pages.display import comment_count, direction
from feeds.web.pages.layout import Layout
from feeds.web.pages.linked_data import breadcrumb_list
from feeds.web.pages.script_words import script_words
from feeds.web.pages.translating import WordedEnvironment
from feeds.wording import ENGLISH, Wording

_TEMPLATES = Path(__file__).parent.parent / "templates"


@lru_cache(maxsize=4)
def _environment(wording: Wording) -> WordedEnvironment:
    environment = WordedEnvironment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.wording = wording
    words: Any = environment
    words.install_gettext_translations(wording.catalogue, newstyle=True)
    environment.filters.update(
        breadcrumb_list=breadcrumb_list,
        comment_count=partial(comment_count, wording=wording),
        direction=direction,
        number=wording.dates.number,
    )
    environment.globals["paths"] = paths
    environment.globals["assets"] = {name: asset.path for name, asset in ASSETS.items()}
    environment.globals["script_words"] = partial(script_words, wording=wording)
    environment.globals["wording"] = wording
    return environment


def render(template: str, **context: object) -> bytes:
    """The template as UTF-8, in the language of its `layout`, or in English where it has none, as the desk's; without the
    characters that XML 1.0 forbids: they are errors in HTML too.

    A long thread takes tens of milliseconds: handlers call it aside from the event loop.
    Raises jinja2.UndefinedError for a name that the context lacks.
    """
    layout = context.get("layout")
    wording = layout.site.wording if isinstance(layout, Layout) else ENGLISH
    return xml_safe(_environment(wording).get_template(template).render(context)).encode()
