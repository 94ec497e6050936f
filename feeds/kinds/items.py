"""Articles and comments as entries."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from html import escape

from feeds import paths
from feeds.clean.html import excerpt, text_of
from feeds.clean.text import shorten
from feeds.document import (
    Agency,
    Attachment,
    Category,
    DeletedItem,
    FeedItem,
    InReplyTo,
    Person,
    Replies,
)
from feeds.kinds.base import Publication
from feeds.kinds.content import correction_of, photo_of
from feeds.kinds.podcasts import episode_of
from feeds.urls import comment_url
from feeds.wording import ENGLISH, Wording
from storage.model import (
    Article,
    Author,
    Comment,
    CommentedArticle,
    CommentEntry,
    Enclosure,
    Omission,
    Section,
    Subject,
    Tombstone,
    latest_of,
)
from storage.omissions import Name, sift

SHOWN = 200
"""Tags, authors, sections and files of an article: none that comes in has more, but older stores may hold some that have."""


Items = tuple[list[FeedItem], tuple[Omission, ...]]
"""Entries, and those that could not be made."""


def article_items(
    articles: Sequence[Article], *, sections: Iterable[Section], site_version: int, publication: Publication
) -> Items:
    """`site_version` is that of the site's scope."""
    named = {section.path: section for section in sections}
    return sift(articles, lambda article: _article_item(article, named, site_version, publication), article_name)


def title_of(article: Article, wording: Wording = ENGLISH) -> str:
    """Never empty; the same in feeds and on pages."""
    return article.headline or shorten(article.summary, 10) or excerpt(article.body_html, 10) or _untitled(wording)


def headline_of(article: CommentedArticle, wording: Wording = ENGLISH) -> str:
    """Never empty; what entries, feeds and pages of comments call their article. By its headline alone: an edit of its text must
    not change the entries of all its comments.
    """
    return article.headline or _untitled(wording)


def _untitled(wording: Wording) -> str:
    return wording.gettext("Untitled")


def article_key(article: Article, site_version: int, for_partners: bool = False) -> Hashable:
    """The `FeedItem.key` of its entry; `for_partners` as in Publication."""
    # An edit of what is not public moves no sequence: no reader sees it, but for partners.
    unseen = () if article.public else (article.version,)
    return ("article", article.id, article.seq, site_version, *unseen, *_whose(for_partners))


def _whose(for_partners: bool) -> tuple[str, ...]:
    return ("partners",) if for_partners else ()


def article_name(article: Article) -> Name:
    return Name(Subject.ARTICLE, article.id, article.seq)


def deleted_items(tombstones: Iterable[Tombstone]) -> tuple[DeletedItem, ...]:
    return tuple(DeletedItem(guid=stone.guid, when=stone.gone_at, seq=stone.seq) for stone in tombstones)


def _article_item(
    article: Article, sections: Mapping[str, Section], site_version: int, publication: Publication
) -> FeedItem:
    assert article.published_at is not None, "a public article has a date"
    urls = publication.urls
    page_url = urls.of(article.path)
    photo = photo_of(article, publication)
    attachments, episode = episode_of(_files(article, publication), photo, publication)
    return FeedItem(
        key=article_key(article, site_version, publication.for_partners),
        seq=max([article.seq] + [sections[path].seq for path in article.sections[:SHOWN] if path in sections]),
        guid=article.guid,
        url=page_url,
        title=title_of(article, publication.wording),
        summary=article.summary,
        content_html=article.body_html,
        published=article.published_at,
        updated=article.updated_at or article.published_at,
        modified=article.last_edited_at,
        authors=_authors(article, publication),
        categories=_categories(article, sections, publication),
        photo=photo,
        attachments=attachments,
        episode=episode,
        agency=Agency(name=article.source.name, url=urls.absolute(article.source.url)) if article.source else None,
        dateline=article.dateline,
        correction=correction_of(article, publication),
        shown=publication.shown,
        replies=Replies(count=article.listed_comment_count, page_url=page_url, feed_url=urls.feed(article.path)),
        language=article.language if article.language.casefold() != publication.language.casefold() else "",
        rights=article.rights,
        licence=publication.licence,
        canonical_url=canonical if (canonical := urls.linked(article.canonical_url)) != page_url else "",
        digital_source_type=article.digital_source_type,
        credit_line=article.credit_line,
        republish_until=article.republish_until,
        # What is kept decides, not the clock: the end of the embargo is a write.
        embargoed_until=None if article.public else article.embargoed_until,
        versioned=_versioned(article),
        subject=Subject.ARTICLE,
        id=article.id,
    )


def _files(article: Article, publication: Publication) -> list[tuple[Enclosure, Attachment]]:
    return [
        (kept, Attachment(url=url, type=kept.type, length=kept.length, duration=kept.duration))
        for kept in article.enclosures[:SHOWN]
        if (url := publication.urls.absolute(kept.url))
    ]


def _versioned(article: Article) -> datetime | None:
    """When it became what is shown of it: later of each version than of the one before, also where an embargo ends between them."""
    return latest_of(article.last_edited_at, article.arrived_at if article.public else article.modified_at)


def _authors(article: Article, publication: Publication) -> tuple[Person, ...]:
    """What nobody signed is the newsroom's."""
    named = tuple(_person(author, publication) for author in article.authors[:SHOWN] if author.name.strip())
    return named or (Person(name=publication.title, url=publication.urls.home),)


def _person(author: Author, publication: Publication) -> Person:
    return Person(name=author.name, url=publication.urls.author(author.slug, author.url))


def _categories(article: Article, sections: Mapping[str, Section], publication: Publication) -> tuple[Category, ...]:
    of_sections, of_tags = publication.urls.sections, publication.urls.tags
    named = ((path, sections[path].title if path in sections else path) for path in article.sections[:SHOWN])
    return (
        *(Category(term=path, label=title, scheme=of_sections) for path, title in named),
        *(Category(term=tag.slug, label=tag.name, scheme=of_tags) for tag in article.tags[:SHOWN]),
    )


def comment_items(
    entries: Sequence[CommentEntry], *, publication: Publication, site_version: int, of_one_article: bool
) -> Items:
    """`site_version` is that of the site's scope; in the feed of one article a title need not name the article."""
    return sift(
        entries,
        lambda entry: _comment_item(entry, publication, site_version, of_one_article=of_one_article),
        lambda entry: comment_name(entry.comment),
    )


def comment_key(
    entry: CommentEntry, site_version: int, for_partners: bool = False, *, of_one_article: bool
) -> Hashable:
    """The `FeedItem.key` of its entry; `for_partners` as in Publication."""
    return ("comment", entry.comment.id, entry.comment.seq, site_version, of_one_article, *_whose(for_partners))


def comment_name(comment: Comment) -> Name:
    return Name(Subject.COMMENT, comment.id, comment.seq)


def mark(wording: Wording) -> str:
    """What stands behind the name of who writes for the newsroom."""
    return wording.gettext("(newsroom)")


def shown_name(comment: Comment, wording: Wording) -> str:
    """Its author's, with a mark where that is the newsroom: most readers show nothing else of an entry's author."""
    return f"{comment.author_name} {mark(wording)}" if comment.newsroom else comment.author_name


def _comment_item(
    entry: CommentEntry, publication: Publication, site_version: int, *, of_one_article: bool
) -> FeedItem:
    comment, article, parent, wording = entry.comment, entry.article, entry.parent, publication.wording
    page_url = publication.urls.of(article.path)
    author = shown_name(comment, wording)
    body = comment.body_html
    answered = InReplyTo(ref=article.guid, url=page_url, feed_url=publication.urls.feed(article.path))
    if parent is not None:
        parent_url = comment_url(page_url, parent.id)
        # As WordPress's feeds do: a reply read on its own says whom it answers.
        name = escape(shown_name(parent, wording), quote=False)
        answers = wording.gettext('In reply to <a href="%(url)s">%(name)s</a>.', url=escape(parent_url), name=name)
        body = f"<p>{answers}</p>{body}"
        answered = InReplyTo(ref=parent.guid, url=parent_url, feed_url=answered.feed_url)
    return FeedItem(
        key=comment_key(entry, site_version, publication.for_partners, of_one_article=of_one_article),
        seq=comment.seq,
        guid=comment.guid,
        url=comment_url(page_url, comment.id),
        title=wording.gettext("By: %(author)s", author=author)
        if of_one_article
        else wording.gettext(
            "Comment on %(headline)s by %(author)s", headline=headline_of(article, wording), author=author
        ),
        summary=text_of(comment.body_html),
        content_html=body,
        published=comment.created_at,
        updated=comment.updated_at or comment.created_at,
        authors=(Person(name=author, url=comment.author_url),),
        categories=(
            Category(term="newsroom", label=wording.gettext("Newsroom"), scheme=publication.urls.of(paths.COMMENTS())),
        )
        if comment.newsroom
        else (),
        in_reply_to=answered,
        subject=Subject.COMMENT,
        id=comment.id,
    )
