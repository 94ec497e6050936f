"""The settings, each a DATELINE_ variable: the only reader of the environment."""

import os
import re
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from feeds.environment import EnvFile, read_env_file, unknown_names
from feeds.licence import EXAMPLE, Licence, is_web_url
from feeds.media_types import media_type
from feeds.origins import origin_of, with_ascii_host
from feeds.podcasts import EVERY, categories_of, pages_of
from feeds.podcasts import EXAMPLE as PODCASTS
from storage.connect import store_file


class Settings(BaseModel):
    """What an operator decides. Field descriptions are the settings table of the README (a test compares them)."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        validate_default=True,
        # What a variable holds may be a secret, also in an error.
        hide_input_in_errors=True,
        # A worker is sent its settings, and checks none.
        defer_build=True,
    )

    database_url: str = Field(
        default="sqlite:///var/dateline.db",
        repr=False,
        description="Where the newsroom is kept; falls back to `DATABASE_URL`.",
    )
    database_direct_url: str = Field(
        default="",
        repr=False,
        description="PostgreSQL's primary server itself, where `DATELINE_DATABASE_URL` leads to a pooler: for migrations, and "
        "to be told of commits.",
    )
    database_pooled: bool = Field(
        default=False,
        description="The database is reached by a pooler that lends a connection for one transaction, as PgBouncer's transaction "
        "mode does; needs `DATELINE_DATABASE_DIRECT_URL`.",
    )
    database_read_url: str = Field(
        default="",
        repr=False,
        description="A standby of the PostgreSQL server, from which what readers see may come; one that lags is not believed.",
    )
    database_notify: bool = Field(
        default=True,
        description="Other hosts are told of each commit (PostgreSQL's NOTIFY); off, they look for it, five times a second.",
    )
    base_url: str = Field(
        default="http://127.0.0.1:8000",
        description="Scheme and host of every absolute URL; the request's Host is never used.",
    )
    timezone: str = Field(
        default="UTC", description="The newsroom's time zone: decides which day an article belongs to."
    )
    title: str = Field(default="Dateline", min_length=1, description="The newsroom's name.")
    description: str = Field(default="The latest from our newsroom.", description="One line about the newsroom.")
    language: str = Field(
        default="en", pattern="^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$",
        description="RFC 5646 language tag of the feeds and pages; their words are in it, or in English: `docs/languages.md`.",
    )  # fmt: skip
    rights: str = Field(default="", description="Copyright line of the feeds.")
    license: str = Field(
        default="",
        description="What programs may do with what is published (RSL 1.0), as in `"
        f"{EXAMPLE}`, also `server: URL` and `terms: URL`; or the URL of a licence elsewhere. It is served at `/license.xml`.",
    )
    content_usage: str = Field(
        default="", pattern="^([!-~]([ -~]*[!-~])?)?$",
        description="The field `Content-Usage` of feeds and pages, and the line in `robots.txt`, as in `train-ai=n`.",
    )  # fmt: skip
    ai_crawlers: str = Field(
        default="allow", pattern="^(allow|no-training|none)$",
        description="Which programs that read for AI `robots.txt` asks to stay away: none of them (`allow`), those that train "
        "models (`no-training`), or those that answer questions, too (`none`).",
    )  # fmt: skip
    icon_url: str = Field(
        default="",
        description="The newsroom's icon: a URL or path of a square PNG, JPEG or GIF, 144 pixels wide at most.",
    )
    rel_me: str = Field(
        default="",
        description="The newsroom's profiles elsewhere, URLs with commas, as in `https://social.example/@news`: its pages say that "
        "they are its own (`rel=me`): `docs/fediverse.md`.",
    )
    fediverse_creator: str = Field(
        default="",
        pattern=r"^(@[\w.-]+@[\w.-]+(:[0-9]+)?)?$",
        description="Its account in the fediverse, as in `@news@social.example`, which is shown beside links to its articles.",
    )
    content_photo: bool = Field(
        default=True,
        description="The text of a feed's entry begins with the photo, its caption and credit, unless the body shows it.",
    )
    content_dateline: bool = Field(
        default=True,
        description="The text of a feed's entry has place and agency before its first words, unless the body begins with them.",
    )
    content_correction: bool = Field(
        default=True, description="The text of a feed's entry ends with a correction's note, unless the body has it."
    )
    photo_enclosure: bool = Field(
        default=True, description="In RSS, the photo of an article without files is its `enclosure`."
    )
    podcasts: str = Field(
        default="",
        description="Which feeds are podcasts: pages with commas, as in `"
        f"{PODCASTS}`, or `{EVERY}` sections, tags and authors with sound or film; empty: none. The first page is where "
        "`/feed/podcast/` leads; behind a page may stand the `podcast:guid` that it had elsewhere: `docs/podcasts.md`.",
    )
    podcast_image: str = Field(
        default="",
        description="Their cover: a URL or path of a square JPEG or PNG, 1400 to 3000 pixels wide.",
    )
    podcast_category: str = Field(
        default="News", description="Their categories, of Apple's, with commas, as in `News > Daily News`."
    )
    podcast_explicit: bool = Field(default=False, description="They are not for children.")
    podcast_owner: str = Field(
        default="",
        pattern=r"^([^@\s]+@[^@\s]+)?$",
        description="An email address for all to see, by which directories ask whose they are.",
    )
    podcast_type: str = Field(
        default="episodic",
        pattern="^(episodic|serial)$",
        description="`serial`: to be heard from the first episode on, all of which have numbers.",
    )
    podcast_locked: bool = Field(
        default=True, description="Other hosts may not take them over; off while one of them moves away."
    )
    media_dir: Path = Field(
        default=Path("var/media"),
        description="Pictures; served at `/media/` and under imported `/wp-content/uploads/` paths.",
    )
    feed_items: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=50, description="Entries a feed shows; what came late stands beside them for a week."
    )
    day_items: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=500, description="Entries the feed and the page of a day show; the others stand on pages of their own."
    )
    max_age: Annotated[int, Field(ge=0)] = Field(
        default=60,
        description="Seconds a client may keep a feed or page without asking; while a feed stays quiet they grow.",
    )
    max_age_most: Annotated[int, Field(ge=0)] = Field(
        default=900,
        description="What they grow to at most: a tenth of the time that the feed has been quiet. "
        "Up to `DATELINE_MAX_AGE`, they do not grow.",
    )
    finished_max_age: Annotated[int, Field(ge=0)] = Field(
        default=3600, description="Seconds a client may keep feeds and pages of days, months and years that are over."
    )
    comment_count_interval: Annotated[int, Field(ge=0)] = Field(
        default=600, description="Seconds between two changes of an article's comment count in feeds."
    )
    comments_hold: str = Field(
        default="first", pattern="^(all|first|none)$",
        description="Which replies wait for a moderator: `all`, a `first`-time author's (by name and email together), "
        "or `none`.",
    )  # fmt: skip
    comments_links: Annotated[int, Field(ge=0)] = Field(
        default=2, description="A reply with so many links waits for a moderator; 0: links are not counted."
    )
    comments_hold_words: str = Field(
        default="",
        description="Words, with commas: a reply that holds one, in any of its fields or the sender's address, waits.",
    )
    comments_trash_words: str = Field(
        default="", description="The same: a reply that holds one goes to the trash, and its author is not told."
    )
    comments_pause: Annotated[int, Field(ge=0, le=86_400)] = Field(
        default=15, description="Seconds between two replies from one email or IP address; sooner, they get 429."
    )
    comments_depth: Annotated[int, Field(ge=1, le=10)] = Field(
        default=5, description="Levels of a thread; a deeper reply is kept as an answer to one further up."
    )
    comments_per_page: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=50, description="Comments a page of a thread shows; the newest page, up to twice as many less one."
    )
    comments_close_after: Annotated[int, Field(ge=0, le=36_500)] = Field(
        default=0, description="Days after its publication at which an article takes no more replies; 0: never."
    )
    comments_require_name_email: bool = Field(
        default=True, description="Readers who reply must give a name and an email address."
    )
    max_body: Annotated[int, Field(ge=1024)] = Field(
        default=1_048_576, description="Largest request body, in bytes, but for files; a larger one gets 413."
    )
    max_media: Annotated[int, Field(ge=1024)] = Field(
        default=104_857_600, description="Largest file that `POST /api/media` takes, in bytes; a larger one gets 413."
    )
    cache_bytes: Annotated[int, Field(ge=0)] = Field(
        default=33_554_432, description="Memory for rendered feeds and pages, in bytes, per worker."
    )
    keep_changes: Annotated[int, Field(ge=0, le=36_500)] = Field(
        default=90,
        description="Days for which the log behind `/api/changes` goes back, and for which the store keeps tombstones that "
        "no feed shows any more; 0: for ever.",
    )
    keep_decisions: Annotated[int, Field(ge=0, le=36_500)] = Field(
        default=730, description="Days for which it is kept who decided what of a comment; 0: for ever."
    )
    partner_log_days: Annotated[int, Field(ge=1, le=36_500)] = Field(
        default=30,
        description="Days for which the log behind `/partner/changes` goes back: a partner that was away for longer reads anew.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of proxies, with commas, whose `X-Forwarded-For` is believed; `*`: whoever connects.",
    )
    outbound_allow: str = Field(
        default="",
        description="Networks, with commas, that requests going out may lead into though they are not public; "
        "an address that an operator types needs none of it.",
    )
    outbound_connections: Annotated[int, Field(ge=1, le=100)] = Field(
        default=8,
        description="How many requests at once a host of subscribers gets; an address with several hosts has four times as many.",
    )
    outbound_timeout: Annotated[float, Field(ge=1, le=120)] = Field(
        default=10, description="Seconds that a request to a subscriber may take in all."
    )
    wordpress_user: str = Field(
        default="",
        description="Of `import --from wordpress`: the login of an editor there, who sees drafts and texts as written.",
    )
    wordpress_password: str = Field(
        default="",
        repr=False,
        description="An application password of that user (Users, Profile); asked for where it is not set.",
    )
    wordpress_requests: Annotated[int, Field(ge=1, le=20)] = Field(
        default=2, description="How many requests at once the old site gets."
    )
    wordpress_pause: Annotated[float, Field(ge=0, le=60)] = Field(
        default=0.1, description="Seconds after each of them."
    )
    wordpress_interval: Annotated[float, Field(ge=1, le=86_400)] = Field(
        default=60, description="Seconds from one look for changes there to the next, with `--follow`."
    )
    wordpress_dir: Path = Field(
        default=Path("var/wordpress"),
        description="What was fetched of the old site, so that an import that ended early goes on; it holds drafts and addresses: "
        "remove it after the move.",
    )
    hub: bool = Field(
        default=True,
        description="Feeds can be subscribed to by WebSub at `/hub`, and say so; off, no subscription is taken or served.",
    )
    hubs: str = Field(
        default="",
        description="Other hubs that feeds name beside that of their own, URLs with commas; they are told of what changed.",
    )
    rsscloud: str = Field(
        default="",
        description="An rssCloud server, which RSS feeds name in `<cloud>`: the URL that readers ask, as in "
        "`http://rpc.rsscloud.io:5337/pleaseNotify`; it is told at `ping` beside it.",
    )
    smartnews_analytics: str = Field(
        default="",
        description="HTML that SmartNews runs with each article, in feeds of the preset `smartnews` alone; `{url}` and `{path}` in "
        "it are the article's.",
    )
    hub_lease: Annotated[int, Field(ge=60, le=31_536_000)] = Field(
        default=864_000, description="Seconds for which a subscription lasts that asks for no time of its own."
    )
    hub_lease_least: Annotated[int, Field(ge=60, le=31_536_000)] = Field(
        default=3600, description="Seconds that a subscription lasts at least, if it asks for fewer."
    )
    hub_lease_most: Annotated[int, Field(ge=60, le=31_536_000)] = Field(
        default=2_592_000, description="Seconds that a subscription lasts at most, unless it is renewed."
    )
    hub_rate: Annotated[int, Field(ge=1)] = Field(
        default=30,
        description="Requests a minute that the hub takes from one client of a worker, and as many for one host of callbacks; "
        "ten times as many at once.",
    )
    hub_pending: Annotated[int, Field(ge=1)] = Field(
        default=10_000,
        description="Requests that may wait for their verification at once; of one client and for one host of callbacks, a tenth.",
    )
    hub_searches: Annotated[int, Field(ge=0)] = Field(
        default=200,
        description="Feeds of searches that may have subscribers at once: each is made again with every article.",
    )
    surrogate_keys: str = Field(
        default="", pattern="^(|(xkey|Surrogate-Key|Cache-Tag)(, *(xkey|Surrogate-Key|Cache-Tag))*)$",
        description="Fields, with commas, in which answers tell a cache in front by what keys to forget them: `xkey`, "
        "`Surrogate-Key`, `Cache-Tag`. It has to take them off: `docs/front.md`.",
    )  # fmt: skip
    cdn_max_age: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description="Seconds a cache in front may keep a feed or page that it is told to forget (`CDN-Cache-Control`); "
        "0: as long as readers.",
    )
    purge_urls: str = Field(
        default="", repr=False,
        description="Where caches in front are told what to forget: URLs, with commas.",
    )  # fmt: skip
    purge_form: str = Field(
        default="xkey", pattern="^(xkey|surrogate-key|tags)$",
        description="How: `xkey`, PURGE with the field `xkey-purge` (Varnish); `surrogate-key`, POST with the field "
        "`Surrogate-Key` (Fastly); `tags`, POST of `{\"tags\": [...]}` (Cloudflare).",
    )  # fmt: skip
    purge_header: str = Field(
        default="", repr=False,
        description="A field that opens these addresses, a secret, as in `Fastly-Key: TOKEN` or `Authorization: Bearer TOKEN`.",
    )  # fmt: skip
    purge_interval: Annotated[float, Field(ge=0, le=60)] = Field(
        default=0,
        description="Seconds at least between two such requests to an address; what comes meanwhile goes together.",
    )
    deliver: bool = Field(
        default=True,
        description="`serve` delivers to the subscribers of feeds, in a process beside its workers; off, only `dateline worker` "
        "does, on this host or another.",
    )
    deliver_at_once: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=100, description="Deliveries under way at a time, of a process."
    )
    deliver_per_host: Annotated[int, Field(ge=1, le=100)] = Field(
        default=8, description="Deliveries under way at a time to one host, of a process."
    )
    deliver_timeout: Annotated[float, Field(ge=0.1, le=60)] = Field(
        default=10, description="Seconds that a subscriber may take to answer."
    )
    stale_if_error: Annotated[int, Field(ge=0, le=86_400)] = Field(
        default=0,
        description="Seconds for which feeds and pages are served as they were, marked as stale, while the database cannot be "
        "reached; 0: not at all (503).",
    )
    rate_limit: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Reads a minute that one client may make of a worker before it gets 429; 0 is no limit."
    )
    rate_burst: Annotated[int, Field(ge=1)] = Field(
        default=120, description="Reads that a client may make at once, where there is a limit."
    )
    events_listeners: Annotated[int, Field(ge=0)] = Field(
        default=1_000, description="Listeners to `/events` that a worker holds; one more gets 503."
    )
    events_per_client: Annotated[int, Field(ge=1)] = Field(
        default=20, description="How many of them one client address may be."
    )
    max_connections: Annotated[int, Field(ge=1)] = Field(
        default=10_000, description="Connections a worker holds; beyond, those quiet for longest are closed."
    )
    head_timeout: Annotated[float, Field(gt=0)] = Field(
        default=10, description="Seconds that a client may take to send a request's head."
    )
    body_timeout: Annotated[float, Field(gt=0)] = Field(
        default=30, description="Seconds that a client may take to send a request's body."
    )
    write_timeout: Annotated[float, Field(gt=0)] = Field(
        default=30, description="Seconds that a client may leave an answer unread."
    )
    idle_timeout: Annotated[int, Field(ge=1)] = Field(
        default=75, description="Seconds that a connection is kept between requests: longer than a proxy in front does."
    )
    worker_timeout: Annotated[float, Field(ge=3)] = Field(
        default=30, description="Seconds that a worker may do nothing at all before it is killed and replaced."
    )
    fast_path: bool = Field(
        default=True, description="Answer polls from the cache before ASGI; off, every request goes the ordinary way."
    )
    access_log: bool = Field(
        default=False,
        description="Write a line for each request to standard output: the Combined Log Format, and the seconds that it took.",
    )
    log_format: str = Field(
        default="text", pattern="^(text|json)$", description="What log lines are: `text`, or `json`, an object a line."
    )
    metrics: str = Field(
        default="",
        description="Who may read `/metrics`, figures for Prometheus: addresses and networks, with commas, as in `127.0.0.1, ::1`; "
        "empty: nobody, and nothing is counted: `docs/metrics.md`.",
    )
    synchronous: str = Field(
        default="FULL", pattern="^(FULL|NORMAL)$",
        description="SQLite's durability: `FULL` loses nothing on a power failure; `NORMAL` may lose the last commits.",
    )  # fmt: skip

    def __init__(self, **given: Any) -> None:
        """What is not given is read from the environment, or is as it is by default."""
        super().__init__(**_by_fields(os.environ) | given)

    @field_validator("database_pooled")
    @classmethod
    def _has_another_way(cls, value: bool, others: ValidationInfo) -> bool:
        if value and not others.data.get("database_direct_url"):
            raise ValueError("a pooler carries no notices: set DATELINE_DATABASE_DIRECT_URL to the server itself")
        return value

    @field_validator("base_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        """As browsers write it, for it is compared with what they send: https://BÜCHER.example:443/ is one of many spellings."""
        try:
            _, netloc, path, query, fragment = urlsplit(value.strip())
            origin = origin_of(value)
        except ValueError:
            origin = ""
        if not origin or path.strip("/") or query or fragment or "@" in netloc:
            raise ValueError("give a scheme and a host alone, as in https://news.example")
        return origin

    @field_validator("license")
    @classmethod
    def _license(cls, value: str) -> str:
        value = value.strip()
        if not is_web_url(value):
            Licence.of(value)
        return value

    @field_validator("podcasts")
    @classmethod
    def _podcasts(cls, value: str) -> str:
        pages_of(value)
        return value.strip()

    @field_validator("podcast_category")
    @classmethod
    def _categories(cls, value: str) -> str:
        categories_of(value)
        return value.strip()

    @field_validator("podcast_image")
    @classmethod
    def _cover(cls, value: str) -> str:
        value = cls._icon(value)
        if value and media_type(urlsplit(value).path) not in ("image/jpeg", "image/png"):
            raise ValueError("directories take a JPEG or PNG by its name, as in /media/cover.jpg")
        return value

    @field_validator("icon_url")
    @classmethod
    def _icon(cls, value: str) -> str:
        value = value.strip()
        try:
            url = with_ascii_host(value)
            scheme, netloc, *_ = urlsplit(url)
        except ValueError:
            scheme, netloc = "none", ""
        if scheme not in ("", "http", "https") or "@" in netloc:
            raise ValueError("give a URL or a path, as in https://news.example/icon.png or /media/icon.png")
        return url

    @field_validator("media_dir")
    @classmethod
    def _public(cls, value: Path, others: ValidationInfo) -> Path:
        database = store_file(others.data.get("database_url", ""))
        if database and Path(os.path.realpath(database)).is_relative_to(os.path.realpath(value)):
            raise ValueError("it holds the database, and all that it holds is public: give a folder of its own")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("give an IANA time zone, as in Africa/Kampala") from None
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies(cls, value: str) -> str:
        try:
            for name in filter(None, map(str.strip, value.split(","))):
                if name != "*":
                    ip_network(name, strict=False)
        except ValueError:
            raise ValueError("give addresses or networks, as in 192.0.2.1, 10.0.0.0/8") from None
        return value

    @field_validator("wordpress_dir")
    @classmethod
    def _not_public(cls, value: Path, others: ValidationInfo) -> Path:
        served = others.data.get("media_dir")
        if served is not None and Path(os.path.realpath(value)).is_relative_to(os.path.realpath(served)):
            raise ValueError(
                "it would be within DATELINE_MEDIA_DIR, and all that is there is public: give another folder"
            )
        return value

    @field_validator("outbound_allow", "metrics")
    @classmethod
    def _networks(cls, value: str) -> str:
        try:
            for name in filter(None, map(str.strip, value.split(","))):
                ip_network(name, strict=False)
        except ValueError:
            raise ValueError("give networks, as in 10.0.0.0/8, fd00::/8") from None
        return value

    @field_validator("cdn_max_age", "purge_urls")
    @classmethod
    def _with_keys(cls, value: int | str, others: ValidationInfo) -> int | str:
        if value and not others.data.get("surrogate_keys", "wrong, which is said of it"):
            raise ValueError(
                "without DATELINE_SURROGATE_KEYS a cache in front cannot be told what to forget: set that, too"
            )
        return value

    @field_validator("purge_urls")
    @classmethod
    def _purge_urls(cls, value: str) -> str:
        try:
            for url in listed(value):
                origin_of(url)
        except ValueError:
            raise ValueError("give http or https URLs, as in http://127.0.0.1:6081/") from None
        return value

    @field_validator("rel_me")
    @classmethod
    def _profiles(cls, value: str) -> str:
        try:
            return ", ".join(map(_announced, listed(value)))
        except ValueError:
            raise ValueError("give http or https URLs, as in https://social.example/@news") from None

    @field_validator("hubs", "rsscloud")
    @classmethod
    def _hubs(cls, value: str) -> str:
        try:
            return ", ".join(map(_announced, listed(value)))
        except ValueError:
            raise ValueError("give http or https URLs, as in https://hub.example/") from None

    @field_validator("rsscloud")
    @classmethod
    def _one(cls, value: str) -> str:
        if len(listed(value)) > 1:
            raise ValueError("give one URL: a feed can name one such server")
        return value

    @field_validator("hub_lease_most")
    @classmethod
    def _leases(cls, value: int, others: ValidationInfo) -> int:
        least, usual = (others.data.get(name, value) for name in ("hub_lease_least", "hub_lease"))
        if not least <= usual <= value:
            raise ValueError(
                "DATELINE_HUB_LEASE has to be between DATELINE_HUB_LEASE_LEAST and DATELINE_HUB_LEASE_MOST"
            )
        return value

    @field_validator("purge_header")
    @classmethod
    def _purge_header(cls, value: str) -> str:
        if value and not _FIELD.fullmatch(value):
            raise ValueError("give a header field, as in Fastly-Key: TOKEN")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


_FIELD = re.compile(r"[A-Za-z0-9-]+: *[!-~](?:[ -~]*[!-~])?")


def listed(value: str) -> list[str]:
    """What stands between commas."""
    return [name for name in map(str.strip, value.split(",")) if name]


def _announced(url: str) -> str:
    """As it may stand in a feed and in a field. Raises ValueError for what is no http(s) URL, or has a user or a fragment."""
    origin_of(url)
    parts = urlsplit(with_ascii_host(url))
    if "@" in parts.netloc or parts.fragment:
        raise ValueError("it is for all to see")
    return quote(parts._replace(path=parts.path or "/").geturl(), safe="-._~!$&'()*+;=:@/?%[]")


class SettingsError(Exception):
    """The environment holds settings that cannot be; the message has a line for each."""


ENV_FILE = Path(".env")
_FALLBACKS = {"database_url": ("DATABASE_URL",)}
"""What else sets a field, where its own variable does not."""
_APART = ("DATELINE_TEST_",)
"""What the tests are told by."""


def load_settings() -> tuple[Settings, tuple[str, ...]]:
    """The settings of the environment and, where that leaves any open, of `.env`; and a sentence for each variable that may have
    been meant to set something, and does not.

    Raises SettingsError, naming every wrong setting at once.
    """
    try:
        # Once: it may be a pipe.
        file = read_env_file(ENV_FILE)
        return Settings(**_from_file(file)), _doubts(file)
    except ValidationError as error:
        raise SettingsError(
            "\n".join(
                f"{_variable(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}" for fault in error.errors()
            )
        ) from None
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _doubts(file: EnvFile) -> tuple[str, ...]:
    written = {name for name in (*os.environ, *file.values) if not name.upper().startswith(_APART)}
    known = {"PORT", *(name for field in Settings.model_fields for name in _names(field))}
    sentences = [f"{ENV_FILE}, line {line}, sets nothing: it has to be NAME=value" for line in file.unread]
    if "PORT" in file.values and "PORT" not in os.environ:
        sentences.append(f"{ENV_FILE} sets PORT, which is read from the environment alone")
    return (*sentences, *unknown_names(written, known, "DATELINE_"))


def port_fault() -> str:
    """What is wrong with PORT, which `dateline serve` reads; '' of one that can be."""
    port = os.environ.get("PORT", "").strip()
    if not port or (port.isascii() and port.isdigit() and int(port) <= 65535):
        return ""
    return "PORT is no number from 0 to 65535"


def _from_file(file: EnvFile) -> dict[str, str]:
    """By fields. The environment comes first."""
    set_there = _by_fields(os.environ)
    return {field: value for field, value in _by_fields(file.values).items() if field not in set_there}


def _by_fields(variables: Mapping[str, str]) -> dict[str, str]:
    """What variables set, whatever the case of their names."""
    values = {name.upper(): value for name, value in variables.items()}
    found = ((field, [name for name in _names(field) if name in values]) for field in Settings.model_fields)
    return {field: values[names[0]] for field, names in found if names}


def _names(field: str) -> tuple[str, ...]:
    """The variables that set a field, the first before the others."""
    return (_variable((field,)), *_FALLBACKS.get(field, ()))


def _variable(location: tuple[int | str, ...]) -> str:
    return f"DATELINE_{str(location[0]).upper()}" if location else "settings"
