"""Where the newsroom was before it came here."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerSite:
    """A WordPress site that the newsroom had: what its addresses are made of, as its settings named them."""

    address: str
    """Its home's, without scheme, 'www.' and last slash: 'old.example/blog'. It names the site."""
    path: str
    """What its paths begin with: '/blog'; '' at the root of its host."""
    permalinks: str = ""
    """The structure of its articles' addresses: '/%year%/%monthnum%/%postname%/'; '' = not known, or by numbers alone ('/?p=7')."""
    category_base: str = ""
    """What stands before a category in its addresses: 'topics'; '/' = nothing does; '' = as in a new site."""
    tag_base: str = ""
    author_base: str = ""
