"""Our own export: JSON lines, UTF-8. The first line says what it is, then come sections, their former paths and those of other
lists, the sites that the newsroom had before, then standing pages and bans, then articles with their
threads, and at last what stands in the navigation and what is pinned.

Each line is checked on its own: one that is wrong is refused, and the others are kept.
"""

import json
from collections.abc import AsyncIterator, Callable, Generator, Iterable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from feeds.importers.base import Desk, Imported
from feeds.importers.file import ImportFile, ImportRefused
from feeds.importers.jsonlines.fields import (
    FORMAT,
    VERSION,
    AliasFields,
    AliasLine,
    ArticleFields,
    ArticleLine,
    BanFields,
    BanLine,
    CommentFields,
    FormerSiteFields,
    FormerSiteLine,
    FrontFields,
    FrontLine,
    HeaderLine,
    ImportedFields,
    PageLine,
    SectionFields,
    SectionLine,
    StandingFields,
)
from storage.model import (
    Alias,
    Article,
    ArticleRecord,
    Author,
    Ban,
    Comment,
    CommentStatus,
    Enclosure,
    FormerSite,
    FrontRecord,
    Image,
    ImportedAs,
    ImportSource,
    Page,
    PageRecord,
    Section,
    Tag,
)
from storage.model import Source as Agency
from storage.protocol import Transfer

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes of an article with its thread."""
_SHOWN_FAULTS = 3
_OF_ANY_FILE = frozenset({"url", "type", "length"})
_PRIVATE = frozenset({"editorial_note", "author_email", "ip_hash", "network_hash", "held_why"})


async def export_lines(
    store: Transfer, *, private: bool, unreadable: Callable[[str], None] | None = None
) -> AsyncIterator[bytes]:
    """The newsroom at one moment, a line at a time, each with its line feed; the same newsroom gives the same bytes.

    `private`: all of it, emails and keyed hashes of IP addresses included. Otherwise only what readers may see now:
    public articles, approved comments, no email, no hash, no editors' note.
    `unreadable` is told what is damaged and left out, as in `Transfer.export`.
    """
    yield _line({"format": FORMAT, "version": VERSION, "private": private})
    async with aclosing(store.export(public_only=not private, unreadable=unreadable)) as things:  # type: ignore[type-var]
        async for thing in things:
            yield _line(_line_values(thing, private=private))


def _line_values(
    thing: Section | Alias | FormerSite | PageRecord | Ban | ArticleRecord | FrontRecord, *, private: bool
) -> dict[str, object]:
    if isinstance(thing, Section):
        return {"section": _values(thing, SectionFields, private=True)}
    if isinstance(thing, Alias):
        return {"alias": _values(thing, AliasFields, private=True)}
    if isinstance(thing, FormerSite):
        return {"former_site": _values(thing, FormerSiteFields, private=True)}
    if isinstance(thing, PageRecord):
        return _page_values(thing, private=private)
    if isinstance(thing, Ban):
        return {"ban": _ban_values(thing)}
    if isinstance(thing, FrontRecord):
        return {"front": _values(thing, FrontFields, private=True)}
    return _article_values(thing, private=private)


def _ban_values(ban: Ban) -> dict[str, object]:
    """What it is of in words: what it is compared by is made of these."""
    return {name: ban.shown if name == "value" else getattr(ban, name) for name in BanFields.model_fields}


def _page_values(record: PageRecord, *, private: bool) -> dict[str, object]:
    its_origin = {"origin": record.origin, "digest": record.digest} if private and record.origin else {}
    page = _values(record.page, StandingFields, private=True)
    return {"page": page, "old_paths": list(record.old_paths), **its_origin}


def _article_values(record: ArticleRecord, *, private: bool) -> dict[str, object]:
    comments = [
        _values(comment, CommentFields, private=private) for comment in record.comments if private or _shown(comment)
    ]
    ids = {comment["id"] for comment in comments}
    for comment in comments:
        if comment["parent_id"] not in ids:
            comment["parent_id"] = None
    article = _values(record.article, ArticleFields, private=private)
    article["enclosures"] = [_file(enclosure) for enclosure in record.article.enclosures]
    line: dict[str, object] = {
        "article": article,
        "comments": comments,
        "old_paths": list(record.old_paths),
    }
    if private:
        line["imported"] = [asdict(imported) for imported in record.imported]
        line["imported_comments"] = [asdict(imported) for imported in record.imported_comments]
    return line


def _file(enclosure: Enclosure) -> dict[str, object]:
    """Without what is said of episodes alone, where it is not said: an earlier release reads it, too."""
    return {name: value for name, value in asdict(enclosure).items() if value or name in _OF_ANY_FILE}


def _shown(comment: Comment) -> bool:
    return comment.status is CommentStatus.APPROVED


def _values(
    thing: Section | Alias | FormerSite | Page | Article | Comment | FrontRecord,
    fields: type[BaseModel],
    *,
    private: bool,
) -> dict[str, object]:
    """What the fields' model names, in its order."""
    values = asdict(thing)
    return {name: values[name] for name in fields.model_fields if private or name not in _PRIVATE}


def _line(values: Mapping[str, object]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_written).encode() + b"\n"


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().removesuffix("+00:00") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


class DatelineExport:
    name = "Dateline export (JSON lines)"
    takes_placement = False
    tells_addresses = False

    def recognises(self, head: str) -> bool:
        return head.lstrip("\ufeff").replace(" ", "").startswith(f'{{"format":"{FORMAT}"')

    def read(self, source: ImportFile, desk: Desk) -> Generator[Imported, None, None]:
        lines = source.lines(LONGEST_LINE)
        try:
            HeaderLine.model_validate_json((next(lines) or b"").removeprefix(b"\xef\xbb\xbf"))
        except ValidationError as error:
            raise ImportRefused(f"line 1: {_faults(error)}; version {VERSION} is known") from None
        for number, line in enumerate(lines, 2):
            if line is None:
                desk.report.refused.add(f"line {number}", f"it is longer than {LONGEST_LINE} bytes")
            elif line:
                try:
                    yield _read(line)
                except ValidationError as error:
                    desk.report.refused.add(f"line {number}", _faults(error))


def _read(line: bytes) -> Imported:
    """Raises ValidationError."""
    if line.startswith(b'{"section"'):
        return Section(**SectionLine.model_validate_json(line).section.model_dump())
    if line.startswith(b'{"alias"'):
        return Alias(**AliasLine.model_validate_json(line).alias.model_dump())
    if line.startswith(b'{"former_site"'):
        return FormerSite(**FormerSiteLine.model_validate_json(line).former_site.model_dump())
    if line.startswith(b'{"page"'):
        page = PageLine.model_validate_json(line)
        return PageRecord(
            page=Page(**page.page.model_dump()), old_paths=page.old_paths, origin=page.origin, digest=page.digest
        )
    if line.startswith(b'{"ban"'):
        return BanLine.model_validate_json(line).ban.ban()
    if line.startswith(b'{"front"'):
        return FrontRecord(**FrontLine.model_validate_json(line).front.model_dump())
    fields = ArticleLine.model_validate_json(line)
    article = _article(fields.article)
    return ArticleRecord(
        article=article,
        comments=tuple(Comment(article_id=article.id, **comment.model_dump()) for comment in fields.comments),
        old_paths=fields.old_paths,
        imported=_imported(fields.imported) if fields.imported is not None else tuple(_before(fields)),
        imported_comments=_imported(fields.imported_comments),
    )


def _imported(given: Iterable[ImportedFields]) -> tuple[ImportedAs, ...]:
    return tuple(
        ImportedAs(source=ImportSource(**one.source.model_dump()), guid=one.guid, said=one.said, kept=one.kept)
        for one in given
    )


def _before(fields: ArticleLine) -> Iterator[ImportedAs]:
    """What an earlier release does not tell: where WordPress had it by its id, it was imported from there."""
    if any(path.startswith("/?p=") for path in fields.old_paths):
        yield ImportedAs(source=ImportSource(names=(), whole=True), guid=fields.article.guid, said="", kept="")


def _article(fields: ArticleFields) -> Article:
    values: dict[str, Any] = fields.model_dump()
    source, image = values.pop("source"), values.pop("image")
    return Article(
        source=Agency(**source) if source else None,
        image=Image(**image) if image else None,
        enclosures=tuple(Enclosure(**enclosure) for enclosure in values.pop("enclosures")),
        authors=tuple(Author(**author) for author in values.pop("authors")),
        tags=tuple(Tag(**tag) for tag in values.pop("tags")),
        **values,
    )


def _faults(error: ValidationError) -> str:
    """What is wrong, without the values, in one line."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    said = [
        f"{'.'.join(map(str, fault['loc']))} {fault['msg'].removeprefix('Value error, ')}".strip()
        for fault in faults[:_SHOWN_FAULTS]
    ]
    return "; ".join(said) + (f"; and {len(faults) - _SHOWN_FAULTS} more" if len(faults) > _SHOWN_FAULTS else "")
