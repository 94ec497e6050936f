"""The formats. A new one is a file here and a line in FORMATS: every feed kind and the cache come free."""

from collections.abc import Mapping

from feeds.formats.atom import Atom
from feeds.formats.base import Format
from feeds.formats.jsonfeed import JsonFeed
from feeds.formats.ninjs import Ninjs
from feeds.formats.rdf import Rdf
from feeds.formats.rss import Rss

FORMATS: Mapping[str, Format] = {
    format.extension: format
    for format in (
        Rss(),
        Atom(),
        JsonFeed(),
        Rdf(),
    )
}
"""By what a feed's URL ends in, the one to recommend first."""

NINJS = Ninjs()
"""The one that has single entries as documents of their own, too."""

PARTNER_FORMATS: Mapping[str, Format] = {**FORMATS, NINJS.extension: NINJS}
"""Those of partners' feeds."""
