"""Any newsroom: whatever the door lets through, in every field."""

from collections.abc import Collection
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from feeds.clean.html import sanitize_article, sanitize_comment
from feeds.clean.source_types import SCHEME, SOURCE_TYPES
from feeds.clean.text import one_line, slugify, xml_safe
from storage.model import (
    Alias,
    Article,
    ArticleRecord,
    ArticleStatus,
    Author,
    Comment,
    CommentStatus,
    Enclosure,
    FormerSite,
    Image,
    ImportedAs,
    ImportSource,
    Page,
    PageRecord,
    PageStatus,
    Section,
    Source,
    Tag,
)

PLACES = ("business", "world", "world/africa", "港口")

any_text = st.text(max_size=30)
lines = any_text.map(one_line)
names = lines.filter(bool)
texts = any_text.map(xml_safe)
slugs = any_text.map(slugify).map(lambda slug: slug or "x").filter(lambda slug: slug not in ("feed", "comments"))
urls = slugs.map(lambda slug: f"https://x.example/{slug}") | slugs.map(lambda slug: f"/wp-content/uploads/{slug}.png")
moments = st.timedeltas(timedelta(0), timedelta(days=14_000)).map(
    lambda since: datetime(2000, 1, 1, tzinfo=UTC) + since
)
markup = st.lists(
    st.sampled_from(["<p>", "</p>", "<b>", "<ul><li>", "</ul>", "<script>", "<br>", "&amp;", "<"]) | any_text
)
html = markup.map("".join)
counts = st.integers(0, 2**53 - 1)

THE_STORES = {
    Section: {"seq"},
    Article: {"version", "seq", "public", "due_at", "comment_count", "listed_comment_count"},
    Comment: {"version", "seq"},
    Alias: {"site"},
    Page: {"version"},
    PageRecord: {"left_out", "former_article"},
    ArticleRecord: {
        "source", "said", "said_in_comments", "all_comments", "again", "left_out", "former_page", "receipt",
        "other_guid",
    },
}  # fmt: skip
"""Fields that no export holds: counters of one store, what it makes of the other fields, and what importers alone say."""

_Model = TypeVar("_Model")


def every(
    model: type[_Model], *, later: Collection[str] = (), **given: st.SearchStrategy[Any]
) -> st.SearchStrategy[_Model]:
    """One with every field drawn but the store's, and those that are put there `later`: a field that the model gets must be
    given here, too, or be the store's.
    """
    names = {field.name for field in fields(model)} - THE_STORES.get(model, set())  # type: ignore[arg-type]
    assert {*given, *later} == names, (model.__name__, {*given, *later} ^ names)
    return st.builds(model, **given)


sections = st.tuples(
    *(every(Section, path=st.just(path), title=names, description=texts, created_at=moments) for path in PLACES)
)
no_url_or_one = st.just("") | urls
authors = every(Author, slug=slugs, name=names, url=no_url_or_one, about=lines)
tags = every(Tag, slug=slugs, name=names)
images = every(
    Image,
    url=urls,
    type=st.sampled_from(["", "image/png"]),
    length=counts,
    width=counts,
    height=counts,
    alt=texts,
    caption=texts,
    credit=texts,
)
enclosures = every(
    Enclosure,
    url=urls,
    type=st.just("audio/mpeg"),
    length=counts,
    duration=counts,
    episode=counts,
    season=counts,
    episode_type=st.sampled_from(["", "full", "trailer", "bonus"]),
    explicit=st.booleans(),
    transcript=no_url_or_one,
    chapters=no_url_or_one,
)
digests = st.text("ABCabc019+/.", max_size=20)
# One that was fetched from another address than the one that it calls itself is read back as fetched from both, and of two that
# call themselves alike one has the name: neither is drawn.
import_sources = st.booleans().flatmap(
    lambda is_fetched: every(
        ImportSource,
        names=st.just(("https://two.example/feed" if is_fetched else "https://one.example",)),
        site=st.just("//one.example"),
        whole=st.just(not is_fetched),
        address=st.just("https://two.example/feed" if is_fetched else ""),
    )
)


def imported(guids: st.SearchStrategy[str]) -> st.SearchStrategy[ImportedAs]:
    return every(ImportedAs, source=import_sources, guid=guids, said=digests, kept=digests)


agencies = every(Source, name=names, url=no_url_or_one)
former_sites = every(
    FormerSite,
    address=slugs.map(lambda slug: f"{slug}.example"),
    path=st.just("") | slugs.map(lambda slug: f"/{slug}"),
    permalinks=st.sampled_from(["", "/%postname%/", "/%year%/%monthnum%/%postname%/"]),
    category_base=lines,
    tag_base=lines,
    author_base=lines,
)
redirects = every(
    Alias,
    path=slugs.map(lambda slug: f"/old/{slug}/"),
    page=slugs.map(lambda slug: f"https://other.example/{slug}?a=1#b")
    | st.sampled_from(["/section/world/", "/section/world/africa/", "/about/?a=1#b", "/"]),
)
pages = every(
    Page,
    path=slugs.map(lambda slug: f"/standing/{slug}/"),
    title=names,
    body_html=html.map(sanitize_article),
    status=st.sampled_from(PageStatus),
    created_at=st.none() | moments,
    modified_at=st.none() | moments,
    published_at=st.none() | moments,
)


@st.composite
def standing_pages(draw: st.DrawFn) -> list[PageRecord]:
    drawn = draw(st.lists(pages, max_size=2, unique_by=lambda page: page.path))
    return [
        draw(
            every(
                PageRecord,
                page=st.just(page),
                old_paths=st.sets(slugs.map(f"/former/{number}-{{}}/".format), max_size=2).map(sorted).map(tuple),
                origin=st.just("") | st.just(f"https://old.example {number}"),
                digest=st.just("") | slugs,
            )
        )
        for number, page in enumerate(drawn)
    ]


@st.composite
def articles(draw: st.DrawFn, number: int) -> Article:
    status = draw(st.sampled_from(ArticleStatus))
    published = draw(moments if status is ArticleStatus.PUBLISHED else st.none() | moments)
    article = draw(
        every(
            Article,
            later=("status", "published_at", "day", "corrected_at"),
            id=st.integers(1, 2**40).map(lambda spread: 10 * spread + number),
            guid=any_text.map(lambda text: f"urn:{number}:{xml_safe(text)}"),
            slug=slugs,
            headline=lines,
            summary=texts,
            body_html=html.map(sanitize_article),
            dateline=texts,
            source=st.none() | agencies,
            image=st.none() | images,
            enclosures=st.lists(enclosures, max_size=2).map(tuple),
            sections=st.lists(st.sampled_from(PLACES), unique=True).map(tuple),
            authors=st.lists(authors, max_size=3, unique_by=lambda author: author.slug).map(tuple),
            tags=st.lists(tags, max_size=3, unique_by=lambda tag: tag.slug).map(tuple),
            language=st.sampled_from(["", "sw", "zh-Hant"]),
            rights=texts,
            canonical_url=no_url_or_one,
            digital_source_type=st.just("") | st.sampled_from(sorted(SOURCE_TYPES)).map(SCHEME.__add__),
            credit_line=texts,
            republish_until=st.none() | moments,
            embargoed_until=st.none() | moments,
            updated_at=st.none() | moments,
            edited_at=st.none() | moments,
            comments_open=st.booleans(),
            editorial_note=texts,
            correction=texts,
            gone_at=st.none() | moments,
            arrived_at=st.none() | moments,
            created_at=st.none() | moments,
            modified_at=st.none() | moments,
        )
    )
    day = published.date() + timedelta(days=draw(st.integers(-1, 1))) if published else None
    corrected = draw(moments) if article.correction else None
    return replace(article, status=status, published_at=published, day=day, corrected_at=corrected)


@st.composite
def threads(draw: st.DrawFn, article: Article) -> tuple[Comment, ...]:
    first = draw(st.integers(1, 2**40)) * 100 + article.id % 10 * 10
    numbers = range(first, first + draw(st.integers(0, 3)))
    return tuple(
        draw(
            every(
                Comment,
                id=st.just(number),
                guid=st.just(f"{article.guid}#comment-{number}"),
                article_id=st.just(article.id),
                parent_id=st.sampled_from([None, *range(first, number)]),
                author_name=names,
                author_email=lines,
                author_url=st.just("") | slugs.map(lambda slug: f"https://x.example/{slug}"),
                body_html=html.map(sanitize_comment),
                status=st.sampled_from(CommentStatus),
                created_at=moments,
                ip_hash=st.sampled_from(["", "0123abcd"]),
                network_hash=st.sampled_from(["", "4567cdef"]),
                updated_at=st.none() | moments,
                held_why=texts,
                newsroom=st.booleans(),
                gone_at=st.none() | moments,
            )
        )
        for number in numbers
    )


@st.composite
def newsrooms(draw: st.DrawFn) -> list[ArticleRecord]:
    records = []
    for number in range(draw(st.integers(0, 4))):
        article = draw(articles(number))
        old_paths = {f"/{number}/{slug}/" for slug in draw(st.lists(slugs, max_size=2))}
        thread = draw(threads(article))
        comments_guids = [comment.guid for comment in thread]
        records.append(
            draw(
                every(
                    ArticleRecord,
                    article=st.just(article),
                    comments=st.just(thread),
                    old_paths=st.just(tuple(sorted(old_paths))),
                    imported=st.lists(imported(slugs.map(f"tag:{number}-{{}}".format)), max_size=1).map(tuple),
                    imported_comments=st.lists(
                        imported(st.sampled_from(comments_guids)), max_size=2, unique_by=lambda one: one.guid
                    ).map(tuple)
                    if thread
                    else st.just(()),
                )
            )
        )
    return records
