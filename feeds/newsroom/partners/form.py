"""The form in which a set of terms has the newsroom: what stands in entries, and what documents say of themselves."""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, replace
from html import escape

from feeds import paths
from feeds.clean.html import excerpt
from feeds.content.embargo import with_embargo_line
from feeds.content.without_pictures import without_pictures
from feeds.document import Attachment, FeedDocument, FeedItem, Paging
from feeds.kinds.base import NOTHING_MADE, Made, Publication
from feeds.newsroom.partners.files import is_granted
from feeds.newsroom.partners.presets import PRESETS
from storage.model import Subject, Terms

_SUMMARY = 60
"""Words of a text of which nobody wrote a summary."""
_FEW = 4
"""Entries that are brought into form at once, in less time than a thread takes to be woken."""
_LONG = 20_000
"""Characters of their texts for which that holds: presets read every tag."""
_FORMED = "formed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitled:
    """For whom something is made: everybody who has these terms."""

    set_id: int
    terms: Terms
    links: bool = True
    """Whether the reader can follow links to further documents; False: its key stands in the path, which no document names."""

    @property
    def name(self) -> str:
        """In keys of caches."""
        return f"{self.set_id}" if self.links else f"{self.set_id}-"


def publication_of(publication: Publication, entitled: Entitled) -> Publication:
    """The newsroom as it speaks to a set of terms: its feeds are elsewhere, and its own hub alone tells of them."""
    preset = PRESETS.get(entitled.terms.preset)
    items = entitled.terms.items or (preset.items if preset else 0)
    return replace(
        publication,
        urls=replace(publication.urls, prefix=paths.PARTNER),
        for_partners=True,
        # Others' hubs cannot fetch what is not for everybody.
        hubs=tuple(hub for hub in publication.hubs if hub == publication.urls.of(paths.HUB)),
        cloud="",
        feed_items=items or publication.feed_items,
        day_items=items or publication.day_items,
    )


async def in_form(
    document: FeedDocument, terms: Terms, publication: Publication, made: Made = NOTHING_MADE
) -> FeedDocument:
    """The document with its entries as the terms grant them; `made`: those that were brought into form before."""
    keys = [_key(item, terms) for item in document.items]
    known = made.find(keys)
    new = [item for item, key in zip(document.items, keys, strict=True) if key not in known]

    def form() -> list[FeedItem]:
        return [item_in_form(item, terms, publication) for item in new]

    is_quick = len(new) <= _FEW and sum(len(item.content_html) for item in new) <= _LONG
    formed = form() if is_quick else await asyncio.to_thread(form)
    made.add(formed)
    known |= {item.key: item for item in formed}
    formed_document = replace(document, items=tuple(known[key] for key in keys))
    if not terms.full_text:
        formed_document = replace(formed_document, podcast=None)
    preset = PRESETS.get(terms.preset)
    # A preset says of every element whether its reader takes it.
    return preset.framed(replace(formed_document, podcast=None)) if preset else formed_document


def item_in_form(item: FeedItem, terms: Terms, publication: Publication) -> FeedItem:
    """An entry as the terms grant it. It has another key: it never stands for the one that it was made of."""
    key = _key(item, terms)
    if not terms.images:
        item = _without_pictures(item)
    if item.subject is Subject.ARTICLE:
        if not terms.full_text:
            item = _summarised(item)
        if not terms.comments:
            item = replace(item, replies=None)
        if terms.embargo_line:
            item = with_embargo_line(item, publication.zone, publication.wording)
        # Who shows it elsewhere has to say where it is from.
        item = replace(item, canonical_url=item.canonical_url or item.url)
    preset = PRESETS.get(terms.preset)
    return replace(preset.item(replace(item, episode=None)) if preset else item, key=key)


def _key(item: FeedItem, terms: Terms) -> Hashable:
    """Of an entry in the form of some terms. Most sets differ in what they see and not in its form: its entries are made once."""
    form = (terms.images, terms.full_text, terms.comments, terms.embargo_line, terms.preset)
    return (_FORMED, form, item.key)


def without_links(document: FeedDocument) -> FeedDocument:
    """The document without those to further documents."""
    return replace(document, paging=Paging())


def _without_pictures(item: FeedItem) -> FeedItem:
    return replace(
        item,
        content_html=without_pictures(item.content_html),
        photo=None,
        episode=item.episode and replace(item.episode, image_url=""),
        attachments=_granted_files(item, images=False),
    )


def _granted_files(item: FeedItem, *, images: bool = True, full_text: bool = True) -> tuple[Attachment, ...]:
    return tuple(
        file for file in item.attachments if is_granted(file.type, file.url, images=images, full_text=full_text)
    )


def _summarised(item: FeedItem) -> FeedItem:
    """With its summary in place of its text, and without the files that may be it as well."""
    summary = item.summary.strip() or excerpt(item.content_html, _SUMMARY)
    pictures = _granted_files(item, full_text=False)
    html = f"<p>{escape(summary, quote=False)}</p>" if summary else ""
    return replace(item, summary=summary, content_html=html, attachments=pictures, episode=None, is_excerpt=True)
