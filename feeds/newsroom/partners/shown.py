"""An article as a partner is told of it within its terms: JSON; and the digests by which a mirror is compared with it.

It says nothing that the log of a set does not tell: no counts, and not what readers cannot see.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from feeds.clean.html import excerpt, moved_html
from feeds.content.without_pictures import without_pictures
from feeds.newsroom.partners.files import is_granted
from feeds.urls import Urls
from storage.model import Article, Enclosure, Image, Terms

_EXCERPT = 55
"""Words, where nobody wrote a summary."""
_DIGESTED = ("guid", "headline", "summary", "body_html", "correction", "edited_at")


def article_for(article: Article, terms: Terms, urls: Urls) -> dict[str, Any]:
    """`GET /api/articles/{id}` within the terms: addresses are absolute, and what is for the newsroom alone is not there."""
    page = urls.of(article.path)
    body = moved_html(article.body_html, page) if terms.full_text else ""
    source, image = article.source, article.image if terms.images else None
    return {
        "id": article.id,
        "guid": article.guid,
        "status": article.status.value,
        "public": article.public,
        "embargoed_until": None if article.public else _time(article.embargoed_until),
        "slug": article.slug,
        "headline": article.headline,
        "summary": article.summary or ("" if terms.full_text else excerpt(article.body_html, _EXCERPT)),
        "body_html": body if terms.images else without_pictures(body),
        "section": article.sections[0] if article.sections else None,
        "sections": list(article.sections[1:]),
        "authors": [
            {"name": author.name, "slug": author.slug, "url": urls.linked(author.url)} for author in article.authors
        ],
        "dateline": article.dateline,
        "source": {"name": source.name, "url": urls.linked(source.url)} if source else None,
        "image": _image(image, urls) if image else None,
        "enclosures": [
            {"url": url, "type": file.type, "length": file.length} | _of_episode(file, urls)
            for file in article.enclosures
            if (url := urls.absolute(file.url))
            and is_granted(file.type, file.url, images=terms.images, full_text=terms.full_text)
        ],
        "tags": [tag.name for tag in article.tags],
        "language": article.language,
        "rights": article.rights,
        "credit_line": article.credit_line,
        "digital_source_type": article.digital_source_type,
        "republish_until": _time(article.republish_until),
        "canonical_url": article.canonical_url or page,
        "published_at": _time(article.published_at),
        "updated_at": _time(article.updated_at or article.published_at),
        "edited_at": _time(article.last_edited_at),
        "correction": article.correction or None,
        "corrected_at": _time(article.corrected_at),
        "urls": {"page": page},
    }


def _time(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _image(image: Image, urls: Urls) -> dict[str, Any]:
    return {
        "url": urls.absolute(image.url),
        "type": image.type,
        "length": image.length,
        "width": image.width,
        "height": image.height,
        "alt": image.alt,
        "caption": image.caption,
        "credit": image.credit,
    }


def _of_episode(file: Enclosure, urls: Urls) -> dict[str, Any]:
    """What few files have, where it is known."""
    said = {
        "duration": file.duration,
        "episode": file.episode,
        "season": file.season,
        "episode_type": file.episode_type,
        "explicit": file.explicit,
        "transcript": urls.absolute(file.transcript),
        "chapters": urls.absolute(file.chapters),
    }
    return {name: value for name, value in said.items() if value}


def digest_of(article: Mapping[str, Any]) -> str:
    """Of an article as `article_for` makes it: the SHA-256, in hex, of `guid`, `headline`, `summary`, `body_html`, `correction` and
    `edited_at`, as they are ('' for null), in UTF-8, with a line feed between two of them.
    """
    return sha256("\n".join(article[name] or "" for name in _DIGESTED).encode("utf-8", "replace")).hexdigest()


def digest_of_all(digests: Iterable[tuple[str, str]]) -> str:
    """Of a mirror: the SHA-256, in hex, of a line for each article, in the order of its bytes: guid, space, digest, line feed."""
    lines = sorted(f"{guid} {digest}\n".encode("utf-8", "replace") for guid, digest in digests)
    return sha256(b"".join(lines)).hexdigest()
