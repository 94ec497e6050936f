"""A newsroom in a few plain values: which articles readers see, where, and what each path that was public once answers."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from feeds.newsroom.submissions import slug_of
from tests.api.desk import path_of

Fields = dict[str, Any]


@dataclass
class ModelArticle:
    id: int
    guid: str
    status: str = "draft"
    published_at: datetime | None = None
    embargoed_until: datetime | None = None
    day: date | None = None
    path: str = ""
    """Its present one; '' as long as it has no day."""
    sections: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    is_original: bool = True
    """No other page was named as its original: a sitemap lists it."""
    public: bool = False
    paths: set[str] = field(default_factory=set)
    """Those that were public."""

    @property
    def public_at(self) -> datetime | None:
        if self.status != "published" or self.published_at is None:
            return None
        return max(self.published_at, self.embargoed_until or self.published_at)

    def stands_in(self, section: str) -> bool:
        return any(path == section or path.startswith(f"{section}/") for path in self.sections)


@dataclass
class Model:
    zone: ZoneInfo
    articles: dict[int, ModelArticle] = field(default_factory=dict)
    comments: dict[int, tuple[int, str]] = field(default_factory=dict)
    """The article and the status of each."""
    ever: dict[str, set[str]] = field(default_factory=lambda: {"tag": set(), "day": set()})
    """Of tags and days: those that ever had a public article."""

    @property
    def public(self) -> list[ModelArticle]:
        return [article for article in self.articles.values() if article.public]

    def public_comments(self) -> set[int]:
        return {
            number
            for number, (article, status) in self.comments.items()
            if status == "approved" and self.articles[article].public
        }

    def pass_time(self, now: datetime) -> None:
        for article in self.articles.values():
            self.judge(article, None, now)

    def write(self, sent: Fields, answer: Fields, now: datetime) -> None:
        """What becomes of an article by the fields sent; the answer says what nobody can foresee: its id, guid and slug."""
        article = self.articles.setdefault(answer["id"], ModelArticle(answer["id"], answer["guid"]))
        before = article.public_at if article.public else None
        old_date = article.published_at
        article.status = sent.get("status", article.status)
        if "published_at" in sent:
            article.published_at = _instant(sent["published_at"])
        if "embargoed_until" in sent:
            article.embargoed_until = _instant(sent["embargoed_until"])
        if article.published_at is None and article.status == "published":
            article.published_at = now
        if article.published_at is None:
            article.day = article.day if article.paths else None
        elif article.published_at != old_date:
            article.day = article.published_at.astimezone(self.zone).date()
        self.place(article, answer)
        self.judge(article, before, now)

    def adopt(self, answer: Fields, now: datetime) -> None:
        """What an import made of an article: its fields are its own; whether readers see it, and where, is not."""
        article = self.articles.setdefault(answer["id"], ModelArticle(answer["id"], answer["guid"]))
        before = article.public_at if article.public else None
        article.status = answer["status"]
        article.published_at = _instant(answer["published_at"])
        article.embargoed_until = _instant(answer["embargoed_until"])
        page = answer["urls"]["page"]
        article.day = date.fromisoformat("-".join(path_of(page).split("/")[1:4])) if page else None
        self.place(article, answer)
        self.judge(article, before, now)

    def place(self, article: ModelArticle, answer: Fields) -> None:
        article.path = f"/{article.day:%Y/%m/%d}/{answer['slug']}/" if article.day else ""
        article.sections = tuple(path for path in (answer["section"], *answer["sections"]) if path)
        article.is_original = not answer["canonical_url"]
        article.tags = tuple(map(slug_of, answer["tags"]))

    def judge(self, article: ModelArticle, before: datetime | None, now: datetime) -> None:
        """Whether readers see it: from its moment on; what they see already stays, whatever the clock says."""
        at = article.public_at
        stays = article.public and (before is None or before == at)
        article.public = at is not None and (at <= now or stays)
        if article.public:
            article.paths.add(article.path)
            self.ever["tag"].update(article.tags)
            self.ever["day"].add(str(article.day))

    def has_begun(self, first: date, now: datetime) -> bool:
        return now >= datetime.combine(first, time(), self.zone).astimezone(UTC)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def written(at: datetime) -> str:
    """RFC 3339."""
    return at.isoformat().replace("+00:00", "Z")


DATES: tuple[Any, ...] = (
    None,
    timedelta(0),
    timedelta(minutes=-90),
    timedelta(days=-1),
    timedelta(days=-9),
    timedelta(days=-400),
    timedelta(minutes=30),
    timedelta(hours=20),
    timedelta(days=3),
    "1001-01-02T00:00:00Z",
    "1969-12-31T23:59:59.999999Z",
    "9998-12-31T12:00:00Z",
)
"""By the present, or absolute."""
