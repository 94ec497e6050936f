"""Standing pages: About, Contact, Privacy. They are in no feed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.model.articles import Section
from storage.model.changes import Snapshot

MOST_IN_FOOTER = 20
"""Pages that every page of the site leads to: the first of the uppermost, by path."""
MOST_BELOW = 200
"""Pages that one leads to right below it."""


class PageStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`path` is unencoded, '/about/team/': no two pages have the same, drafts included."""

    path: str
    title: str
    body_html: str = ""
    status: PageStatus = PageStatus.DRAFT
    version: int = 0
    """The seq of the Change that wrote it last: of pages that come and go at a path no two have the same."""
    created_at: datetime | None = None
    modified_at: datetime | None = None
    published_at: datetime | None = None
    """When readers saw it first; None as long as they have not."""

    @property
    def public(self) -> bool:
        return self.status is PageStatus.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """A page as importers and exporters hand it over. `page.created_at`, `modified_at` and `published_at` are kept when set."""

    page: Page
    old_paths: tuple[str, ...] = ()
    """Paths that lead to it besides its own: '/?page_id=2', former slugs."""
    origin: str = ""
    """What names it for ever: whose page it is and what it is called there; '' = it is known by its path alone."""
    digest: str = ""
    """Of what the source says: a known page that was imported with the same is left alone."""
    left_out: str = ""
    """Why it is not added where it is not here yet, as 'trash', and is a draft where it is; '' = it is added."""
    former_article: tuple[str, str] | None = None
    """The address of the site, and the guid, of an article that it may have been: that is none any more, and what leads to it as
    to the page leads to the page.
    """


class PageOutcome(StrEnum):
    """What an import did with one page."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """The source says otherwise than at the last import, but the newsroom has edited it since: it stays as the newsroom has it."""
    TAKEN = "taken"
    """Something else is at its path: it is a draft."""
    STAYED = "stayed"
    """It is elsewhere at its source by now, where something else is here: it stays where it was, with what it says there."""
    WAITING = "waiting"
    """Another page is at its path, which may move yet: nothing of it is kept."""
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class PageLink:
    path: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """A public page, as readers see it."""

    page: Page
    above: tuple[PageLink, ...]
    """The public ones that it lies in, the uppermost first."""
    below: tuple[PageLink, ...]
    """The public ones right below it, by path; the first 200."""
    sections: tuple[Section, ...]
    """The first 50 of the uppermost."""
    snapshot: Snapshot
