"""Any newsroom: whatever the door lets through, in every field."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from feeds.clean.html import sanitize_article, sanitize_comment
from feeds.clean.source_types import SCHEME, SOURCE_TYPES
from feeds.clean.text import one_line, slugify, xml_safe
from storage.model import (
    Article,
    ArticleRecord,
    ArticleStatus,
    Author,
    Comment,
    CommentStatus,
    Enclosure,
    Image,
    Section,
    Source,
    Tag,
)
from tests.importers.reading import NOW

SECTIONS = tuple(
    Section(path=path, title=path.upper(), description="About\nit", created_at=NOW)
    for path in ("business", "world", "world/africa", "港口")
)

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

authors = st.builds(Author, slug=slugs, name=names, url=st.just("") | urls)
tags = st.builds(Tag, slug=slugs, name=names)
images = st.builds(
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
enclosures = st.builds(Enclosure, url=urls, type=st.just("audio/mpeg"), length=counts)


@st.composite
def articles(draw: st.DrawFn, number: int) -> Article:
    status = draw(st.sampled_from(ArticleStatus))
    published = draw(moments if status is ArticleStatus.PUBLISHED else st.none() | moments)
    article = draw(
        st.builds(
            Article,
            id=st.integers(1, 2**40).map(lambda spread: 10 * spread + number),
            guid=any_text.map(lambda text: f"urn:{number}:{xml_safe(text)}"),
            slug=slugs,
            headline=lines,
            summary=texts,
            body_html=html.map(sanitize_article),
            dateline=texts,
            source=st.none() | st.builds(Source, name=names, url=st.just("") | urls),
            image=st.none() | images,
            enclosures=st.lists(enclosures, max_size=2).map(tuple),
            sections=st.lists(st.sampled_from([section.path for section in SECTIONS]), unique=True).map(tuple),
            authors=st.lists(authors, max_size=3, unique_by=lambda author: author.slug).map(tuple),
            tags=st.lists(tags, max_size=3, unique_by=lambda tag: tag.slug).map(tuple),
            language=st.sampled_from(["", "sw", "zh-Hant"]),
            rights=texts,
            canonical_url=st.just("") | urls,
            digital_source_type=st.just("") | st.sampled_from(sorted(SOURCE_TYPES)).map(SCHEME.__add__),
            credit_line=texts,
            republish_until=st.none() | moments,
            embargoed_until=st.none() | moments,
            updated_at=st.none() | moments,
            edited_at=st.none() | moments,
            comments_open=st.booleans(),
            editorial_note=texts,
        )
    )
    day = published.date() + timedelta(days=draw(st.integers(-1, 1))) if published else None
    return replace(article, status=status, published_at=published, day=day)


@st.composite
def threads(draw: st.DrawFn, article: Article) -> tuple[Comment, ...]:
    first = draw(st.integers(1, 2**40)) * 100 + article.id % 10 * 10
    numbers = range(first, first + draw(st.integers(0, 3)))
    return tuple(
        draw(
            st.builds(
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
        records.append(
            ArticleRecord(article=article, comments=draw(threads(article)), old_paths=tuple(sorted(old_paths)))
        )
    return records
