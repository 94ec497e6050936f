"""A newsroom on a WordPress that runs: all of it, and then what changes there."""

import hashlib
import re
import sqlite3
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import NamedTuple

import httpx2

from feeds.importers import ImportOptions, ImportRefused, ImportStore, Origin, Summary, import_files, new_run
from feeds.importers.wordpress.api import Api, Broken, Manners, NotGiven, together
from feeds.importers.wordpress.changes import Changes
from feeds.importers.wordpress.discovery import Found, Login, discover, with_password
from feeds.importers.wordpress.export import Export
from feeds.importers.wordpress.importer import WordPressSite
from feeds.importers.wordpress.kinds import TERMS, Kind, kinds, taxonomies_of
from feeds.importers.wordpress.pictures import Uploads
from feeds.importers.wordpress.reading import ListReader, Progress
from feeds.importers.wordpress.shelf import Shelf
from feeds.importers.wordpress.values import text
from feeds.outbound import Guard, Networks, Outbound, Resolve, is_fetchable, system_resolve
from feeds.settings import Settings
from storage.clock import Clock, utc_now

TIMEOUT = 60.0
"""Seconds for a connection, or until something more comes: a page of long articles takes a slow site its time."""
REDIRECTS = 5
_OURS = frozenset({"post", "page", "attachment", "nav_menu_item"})
_WITHOUT_PASSWORD = (
    "read without a password: drafts, private articles, comments that wait and texts as they were written stay there "
    "(set DATELINE_WORDPRESS_USER and DATELINE_WORDPRESS_PASSWORD to an editor's application password)"
)
_GONE_ON = "this went on with an import that ended early: what that had brought already is counted as unchanged"


class _Rights(NamedTuple):
    edits: bool = False
    moderates: bool = False
    knows_users: bool = False


class OldSite:
    """A site that was found, and what was fetched of it. Made by `opened_site`."""

    def __init__(
        self, store: ImportStore, settings: Settings, clock: Clock, api: Api, shelf: Shelf, progress: Progress,
        options: ImportOptions,
    ) -> None:  # fmt: skip
        self._store = store
        self._settings = settings
        self._clock = clock
        self._api = api
        self._shelf = shelf
        self._progress = progress
        self._options = options
        self._remarks: list[str] = []
        self._taxonomies: dict[str, str] = {}
        self._kinds: tuple[Kind, ...] = ()
        self._rights = _Rights()

    async def take(self, found: Found) -> Summary:
        """Import the whole site: going on where an import ended early, else from its beginning.

        Raises ImportRefused, whose message says what to do, and the store's Unavailable; what was fetched is kept.
        """
        self._rights = await self._may()
        told = {name: getattr(found, name) for name in ("home", "site", "title", "language")}
        is_new = self._shelf.begin(
            f"user {self._api.root.username}" if self._rights.edits else "reader",
            {**told, "stamp": (await self._now()).isoformat(), "run": new_run()},
        )
        self._taxonomies = await self._known_taxonomies()
        rights = self._rights
        self._kinds = kinds(
            self._taxonomies,
            content=await self._content(),
            edits=rights.edits,
            all_comments=rights.moderates,
            all_users=rights.knows_users,
        )
        self._remarks = [] if rights.edits else [_WITHOUT_PASSWORD]
        self._remarks += [] if is_new else [_GONE_ON]
        await together(self._read(kind) for kind in self._kinds)
        self._kinds = tuple(kind for kind in self._kinds if self._shelf.place(kind.place).done)
        # What was written while the rest was read.
        await self._catch_up()
        await self._note_other_types()
        # Of an import that is gone on with it is the same: whoever takes it back takes back all of it.
        summary = await self._import(None, self._shelf.fact("run"))
        self._shelf.note("complete", "yes")
        return summary

    async def take_changes(self) -> Summary | None:
        """Import what changed since; None where nothing did. Raises as `take` does."""
        self._remarks = []
        await self._catch_up()
        posts = self._to_import()
        return await self._import(posts, new_run()) if posts or self._has_new_names() else None

    async def _catch_up(self) -> None:
        since, now = datetime.fromisoformat(self._shelf.fact("stamp")), await self._now()
        changes = Changes(self._api, self._shelf, self._progress, self._unreadable)
        await together(changes.read(kind, since) for kind in self._kinds)
        self._shelf.note("stamp", now.isoformat())

    async def _read(self, kind: Kind) -> None:
        try:
            await ListReader(self._api, self._shelf, kind, self._progress, self._unreadable).read()
        except NotGiven as error:
            if kind.must:
                raise ImportRefused(
                    f"it does not give {error}. Let its REST API in where a plugin or the server stops it, or "
                    "give an editor's application password, or export a file there (Tools, Export) and import that"
                ) from None
            self._remarks.append(f"without {kind.missing}, which the site does not give ({error})")
        except Broken as error:
            if kind.must:
                raise
            # Where even this fails, it is the whole site.
            await self._api.get("")
            self._remarks.append(f"without {kind.missing}, at which the site fails ({error})")

    async def _import(self, posts: Iterable[int] | None, run: str) -> Summary:
        """Import everything, or these posts and pages, as the import with this key."""
        uploads = Uploads(self._api, self._shelf, self._settings.media_dir, self._progress)
        if not self._options.rehearsal:
            await uploads.fetch()
        with self._written() as folder:
            path = Path(folder) / "site.xml"
            Export(self._shelf, self._taxonomies, scheduled=self._options.scheduled).write(path, posts)
            size = path.stat().st_size
            summary = await import_files(
                self._store,
                [path],
                settings=self._settings,
                clock=self._clock,
                origin=Origin(self._shelf.fact("home"), "utf-8"),
                progress=lambda done: self._progress("importing", done, size),
                options=self._options,
                run=run,
                importer=WordPressSite(
                    whole=self._rights.edits,
                    unsaid=self._unsaid(),
                    remarks=tuple(self._remarks),
                    fetched=uploads.fetched,
                ),
            )
        self._shelf.imported()
        return summary

    def _written(self) -> TemporaryDirectory[str]:
        """Where the export is written; those that imports of the site left which were killed are removed."""
        within, prefix = self._settings.wordpress_dir, f"export-{shelf_path(Path(), self._shelf.fact('home')).stem}-"
        for left in within.glob(f"{prefix}*"):
            rmtree(left, ignore_errors=True)
        return TemporaryDirectory(prefix=prefix, dir=within)

    def _unsaid(self) -> frozenset[str]:
        """Fields of articles of which the site tells nothing."""
        given = {kind.name for kind in self._kinds}
        return frozenset({"enclosures"} if "users" in given else {"enclosures", "authors"})

    def _to_import(self) -> set[int]:
        """Posts and pages that changed, with their threads, their pictures, the blocks that they use and their terms."""
        shelf = self._shelf
        named = [(key, one) for name, key in self._taxonomies.items() for one in shelf.changed(f"{TERMS}{name}")]
        found = {*shelf.changed("posts"), *shelf.changed("pages"), *shelf.changed_parents("comments")}
        for kind in ("posts", "pages"):
            for one in shelf.changed("media"):
                found.update(shelf.mentioning(kind, f'"featured_media": {one},'))
            for key, one in named:
                found.update(shelf.having(kind, key, one))
            for one in shelf.changed("blocks"):
                found.update(shelf.mentioning(kind, f'\\"ref\\":{one}'))
        return found

    def _has_new_names(self) -> bool:
        """Whether authors or terms are called otherwise, be it that no article has them. An export tells of all of them."""
        return any(self._shelf.changed(kind) for kind in ("users", *(f"{TERMS}{name}" for name in self._taxonomies)))

    async def _may(self) -> _Rights:
        """What the user may read. Raises ImportRefused for one who is not known, or may not read others' drafts."""
        if not self._api.has_password:
            return _Rights()
        try:
            me = (await self._api.get("wp/v2/users/me", {"context": "edit"})).found
        except NotGiven as error:
            raise ImportRefused(
                f"it does not know the user and the application password: {error}. Make one there (Users, Profile, Application "
                "Passwords; it needs https), and set DATELINE_WORDPRESS_USER to the login and DATELINE_WORDPRESS_PASSWORD to it"
            ) from None
        may = me.get("capabilities", {}) if isinstance(me, dict) else {}
        may = may if isinstance(may, dict) else {}
        if not (may.get("edit_others_posts") and may.get("read_private_posts")):
            raise ImportRefused(
                f"{self._api.root.username} may not read the drafts of others there: give an editor's or administrator's "
                "application password, or none"
            )
        return _Rights(True, may.get("moderate_comments") is True, may.get("list_users") is True)

    async def _known_taxonomies(self) -> dict[str, str]:
        try:
            found = (await self._api.get("wp/v2/taxonomies")).found
        except (NotGiven, Broken):
            found = {}
        return taxonomies_of(found if isinstance(found, dict) else {})

    async def _content(self) -> str:
        """What to ask for of a text: as it was written alone, which spares the site making all of it ready; releases before 5.3
        do not know that.
        """
        if not self._rights.edits:
            return "content"
        raw = "content.raw,content.protected"
        try:
            one = (await self._api.get("wp/v2/posts", {"context": "edit", "per_page": 1, "_fields": f"id,{raw}"})).found
        except (NotGiven, Broken):
            return "content"
        known = not isinstance(one, list) or all("content" in post for post in one if isinstance(post, dict))
        return raw if known else "content"

    async def _note_other_types(self) -> None:
        """Say of what kinds there is more than comes over."""
        try:
            types = (await self._api.get("wp/v2/types")).found
        except (NotGiven, Broken):
            return
        for name, about in types.items() if isinstance(types, dict) else ():
            base = text(about, "rest_base") if isinstance(about, dict) else ""
            if name in _OURS or name.startswith("wp_") or not re.fullmatch(r"[\w-]+", base):
                continue
            try:
                total = (await self._api.get(f"wp/v2/{base}", {"per_page": 1, "_fields": "id"})).total
            except (NotGiven, Broken):
                continue
            if total:
                self._remarks.append(f"{total:,} of the post type {name} stay there")

    async def _now(self) -> datetime:
        """By the site's clock, with which it dates what is written."""
        try:
            return (await self._api.get("", {"_fields": "name"})).at or datetime.now(UTC)
        except (NotGiven, Broken):
            return datetime.now(UTC)

    def _unreadable(self, what: str) -> None:
        self._remarks.append(f"the site cannot give {what}")


@asynccontextmanager
async def opened_site(
    store: ImportStore,
    url: str,
    *,
    settings: Settings,
    login: Login,
    options: ImportOptions,
    progress: Progress = lambda _name, _done, _total: None,
    clock: Clock = utc_now,
    resolve: Resolve = system_resolve,
    manners: Manners | None = None,
) -> AsyncIterator[tuple[OldSite, Found]]:
    """The site at the address of any page of it.

    Raises ImportRefused, whose message is one line that says what to do.
    """
    if not is_fetchable(url):
        raise ImportRefused("no http or https address: give the old site's, as in https://old.example/")
    typed = httpx2.URL(url)
    if typed.userinfo:
        raise ImportRefused(
            "a password in an address is seen by whoever lists processes: "
            "set DATELINE_WORDPRESS_USER and DATELINE_WORDPRESS_PASSWORD instead"
        )
    manners = manners or Manners(settings.wordpress_requests, settings.wordpress_pause)
    guard = Guard(Networks.of(settings.outbound_allow), trusted=typed, resolve=resolve)
    async with Outbound(guard, timeout=TIMEOUT, redirects=REDIRECTS, kept=manners.at_once) as client:
        found = await discover(client, typed, login, manners)
        api = Api(client, with_password(found.root, typed, login), manners)
        path = shelf_path(settings.wordpress_dir, found.home)
        shelf = Shelf(path)
        try:
            yield OldSite(store, settings, clock, api, shelf, progress, options), found
        except sqlite3.Error as error:
            raise ImportRefused(f"{path} cannot be used ({error}): where it is damaged, remove it") from None
        finally:
            shelf.close()


def shelf_path(folder: Path, home: str) -> Path:
    """Where what was fetched of a site is kept."""
    readable = re.sub(r"[^a-z0-9.-]+", "-", home.lower().partition("://")[2])[:80]
    return folder / f"{readable}-{hashlib.sha256(home.encode()).hexdigest()[:8]}.db"
