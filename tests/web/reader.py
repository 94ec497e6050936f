"""Whoever reads everything: each feed in each format, each page and list for machines, held against a plain model."""

import json
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

import httpx2
from lxml import etree, html

from tests.api.desk import BASE, FORMATS, SECTIONS, Desk
from tests.schemas import SHARED, atom_grammar
from tests.web.edits_model import Model, ModelArticle

PAGES = ("/", "/comments/", "/feeds/", "/search", "/search?q=harbour")
DOCUMENTS = ("/sitemap.xml", "/sitemap-0.xml", "/news-sitemap.xml", "/feeds.opml", "/robots.txt")
DESK_PAGES = ("/desk/", "/desk/articles/", "/desk/decisions/")


@dataclass
class Reader:
    desk: Desk
    model: Model
    seen: set[tuple[str, bytes]] = field(default_factory=set)
    """What was read as XML or JSON already."""

    async def ask(self, path: str, *allowed: int) -> httpx2.Response:
        response = await self.desk.reader.get(path)
        assert response.status_code in (allowed or (200,)), (path, response.status_code, response.text[:500])
        if response.status_code == 200 and (path, response.content) not in self.seen:
            well_formed(path, response)
            self.seen.add((path, response.content))
        return response

    async def feed(self, page: str, *allowed: int) -> set[str] | None:
        """The ids that the JSON feed of a page shows; None where there is none. The other formats show as many."""
        answers = {format: await self.ask(f"{page}feed.{format}", *allowed) for format in FORMATS}
        if answers["json"].status_code != 200:
            return None
        document = json.loads(answers["json"].content)
        ids = [item["id"] for item in document["items"]]
        for format, entries in {"rss": "{*}channel/{*}item", "atom": "{*}entry", "rdf": "{*}item"}.items():
            if answers[format].status_code == 200:
                assert len(etree.fromstring(answers[format].content).findall(entries)) == len(ids), (page, format)
        gone = {stone["id"] for stone in document["_dateline"].get("deleted", [])}
        assert len(set(ids)) == len(ids)
        assert gone.isdisjoint(ids)
        return set(ids)

    async def read_everything(self) -> None:
        for path in (*PAGES, *DOCUMENTS):
            await self.ask(path)
        await self.read_lists()
        await self.read_dates()
        await self.read_sitemap()
        for article in self.model.articles.values():
            await self.read_article(article)
        assert (await self.desk.reader.get("/readyz")).text == "ready\n"

    async def read_lists(self) -> None:
        public = self.model.public
        assert await self.feed("/") == guids(public)
        sections = {section.path for section in await self.desk.site.store.get_sections()}
        for path in sorted(sections | SECTIONS.keys()):
            page = f"/section/{path}/"
            standing = guids([article for article in public if article.stands_in(path)])
            there = path in sections
            assert await self.feed(page, 200 if there else 410) == (standing if there else None)
            await self.ask(page, 200 if there else 410)
        for tag in sorted(self.model.ever["tag"]):
            assert await self.feed(f"/tag/{tag}/") == guids([article for article in public if tag in article.tags])
            await self.ask(f"/tag/{tag}/")
        shown = await self.feed("/comments/")
        assert shown is not None
        assert len(shown) == len(self.model.public_comments())

    async def read_dates(self) -> None:
        public, now = self.model.public, self.desk.clock()
        for day in sorted(self.model.ever["day"]):
            first = date.fromisoformat(day)
            for form, begins in (
                ("%Y/%m/%d", first),
                ("%Y/%m", first.replace(day=1)),
                ("%Y", first.replace(month=1, day=1)),
            ):
                page = f"/{first.strftime(form)}/"
                begun = self.model.has_begun(begins, now)
                standing = guids([one for one in public if one.day and one.day.strftime(form) == first.strftime(form)])
                # Where the clock was put back, what is kept of a day that is to begin again may be served until then.
                allowed = (200,) if begun else (200, 404)
                assert await self.feed(page, *allowed) in ([standing] if begun else [standing, None]), page
                await self.ask(page, *allowed)

    async def read_sitemap(self) -> None:
        public = self.model.public
        answer = await self.ask("/sitemap-1.xml", 200 if public else 404)
        if public:
            places = etree.fromstring(answer.content).findall("{*}url/{*}loc")
            originals = {self.desk.site.urls.of(article.path) for article in public if article.is_original}
            assert {place.text for place in places} == originals

    async def read_article(self, article: ModelArticle) -> None:
        encoded = {path: self.desk.site.urls.of(path).removeprefix(BASE) for path in {*article.paths, article.path}}
        for path in article.paths:
            for rest in ("", "feed.atom", "feed.json"):
                moved = path != article.path
                expected = 410 if not article.public else 301 if moved else 200
                answer = await self.ask(encoded[path] + rest, expected)
                if expected == 301:
                    assert answer.headers["location"] == encoded[article.path] + rest
            await self.ask(embed(BASE + encoded[path]), 200 if article.public else 410)
        if article.path and article.path not in article.paths:
            await self.ask(encoded[article.path], 404)
            await self.ask(embed(BASE + encoded[article.path]), 404)


def embed(url: str) -> str:
    return f"/oembed?{urlencode({'url': url})}"


def guids(articles: list[ModelArticle]) -> set[str]:
    return {article.guid for article in articles}


def well_formed(path: str, response: httpx2.Response) -> None:
    media_type = response.headers["content-type"]
    if "json" in media_type:
        json.loads(response.content)
    elif "html" in media_type:
        html.document_fromstring(response.content)
    elif "xml" in media_type or "opml" in media_type:
        root = etree.fromstring(response.content)
        if path.endswith(".atom") and SHARED:
            grammar = atom_grammar()
            assert grammar.validate(etree.ElementTree(root)), (path, grammar.error_log)
