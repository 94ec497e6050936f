"""Who wrote an export's articles: its users, and guests of the plugins that give an article several authors.

A slug is one person's. WordPress makes it of the login; of two that come out alike the user with the lower id has it as it is, and
the others '-2', '-3'. What an earlier import gave to a user's id stays that user's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from feeds.importers.bylines import before_at, is_email, without_email
from feeds.importers.markup import plain
from feeds.importers.slugs import decoded_slug
from feeds.importers.values import number, web_url_or_empty
from feeds.importers.wxr.values import meta, nicename
from feeds.importers.wxr.xmltree import Node
from storage.model import Alias, Author, NameOf, SaidName, author_page, list_at

AUTHOR_TERMS = ("author",)
"""The taxonomy of Co-Authors Plus and PublishPress Authors: a term is an author, by nicename or login."""
GUESTS = frozenset({"guest-author", "guest_author"})
"""Types of items that are guests: of Co-Authors Plus, of Molongui's plugin."""
_COAUTHOR = "cap-"
"""What Co-Authors Plus writes before nicenames and names of fields."""
_MOLONGUI = "_molongui_"
GUEST_FIELDS = frozenset(
    {
        *(f"{_COAUTHOR}{name}" for name in ("user_login", "display_name", "website", "linked_account")),
        *(f"{_MOLONGUI}guest_author_{name}" for name in ("display_name", "web")),
    }
)
"""Custom fields of guests that are read."""
AUTHOR_FIELD = f"{_MOLONGUI}author"
_BY_ID = re.compile(r"(?:/[^?]*)?/\?author=([0-9]+)")
_LAST = 2**63


@dataclass(frozen=True, slots=True)
class _Person:
    """Who is listed."""

    id: int
    base: str
    """The slug, if nobody else has it."""
    name: str
    url: str = ""


@dataclass(slots=True)
class People:
    """Filled from every part of an export, then settled; only then can anyone be looked up."""

    known: Mapping[int, str] = field(default_factory=dict)
    """Slugs that earlier imports gave to the ids of users."""
    _users: dict[str, _Person] = field(default_factory=dict)
    """By login."""
    _guests: dict[str, _Person] = field(default_factory=dict)
    """By slug and by login."""
    _linked: dict[str, str] = field(default_factory=dict)
    """Logins of users by the slugs of guests that are the same person."""
    _unlisted: set[str] = field(default_factory=set)
    """Logins that only articles name."""
    _authors: dict[str, Author] = field(default_factory=dict)
    """By login."""
    _guest_authors: dict[str, Author] = field(default_factory=dict)
    _ids: dict[int, Author] = field(default_factory=dict)
    """Users by id."""
    _guest_ids: dict[int, Author] = field(default_factory=dict)
    _by_slug: dict[str, Author] = field(default_factory=dict)
    _named: dict[tuple[str, str], Author] = field(default_factory=dict)
    """Who is neither user nor guest, by the slug and name of a term."""
    _here: set[str] = field(default_factory=set)
    """Logins that this import's files list."""
    _user_names: dict[str, str] = field(default_factory=dict)
    """What earlier imports called those whom this one calls something else, by login."""
    _guests_before: dict[str, _Person] = field(default_factory=dict)
    """Guests as earlier imports had them, of whom this one says something else, by slug."""
    _guests_here: set[_Person] = field(default_factory=set)
    """Those that this import's files have."""
    _slugs: "_Slugs" = field(default_factory=lambda: _Slugs(()))

    @classmethod
    def remembering(cls, aliases: Iterable[Alias]) -> Self:
        """With what the addresses by number of earlier imports say of their users."""
        found = ((_BY_ID.fullmatch(alias.path), list_at(alias.page)) for alias in aliases)
        return cls(
            {number(by_id[1]): listed[1] for by_id, listed in found if by_id and listed and listed[0] == "author"}
        )

    def add_user(self, node: Node) -> None:
        """A `wp:author`. Its email address is not read."""
        login = node.get("wp:author_login").strip()
        self._users[login] = _user(node, login)

    def remember_name(self, node: Node) -> None:
        """What an earlier import called a user, or a guest, of whom a file of this one says something else."""
        if node.name == "wp:author":
            login = node.get("wp:author_login").strip()
            self._user_names[login] = _user(node, login).name
        elif (guest := _guest(node)) is not None:
            self._guests_before[guest.base] = guest

    def end_of_files(self) -> None:
        """From here on only what earlier imports knew is added."""
        self._here = {*self._users}
        self._guests_here = {*self._guests.values()}

    def add_guest(self, item: Node) -> None:
        """An item of one of the types GUESTS. Its email address is not read."""
        person = _guest(item)
        if person is None:
            return
        for key in filter(None, _keys_of_guest(item)):
            self._guests[key] = person
        if linked := _field(item, f"{_COAUTHOR}linked_account"):
            self._linked[person.base] = linked

    def mention(self, login: str) -> None:
        """An article's author, listed or not."""
        if login not in self._users:
            self._unlisted.add(login)

    def settle(self) -> None:
        """Give everybody a slug of their own."""
        by_id = sorted(self._users.items(), key=lambda user: (user[1].id or _LAST, user[0]))
        kept = {login: slug for login, person in by_id if (slug := self._kept(person))}
        slugs = _Slugs({*kept.values(), *self._others(by_id)})
        for login, person in by_id:
            self._authors[login] = Author(slug=kept.get(login) or slugs.free(person.base), name=person.name)
            if person.id:
                self._ids[person.id] = self._authors[login]
        # To WordPress logins are the same in upper and in lower case.
        listed = {login.casefold(): author for login, author in reversed(self._authors.items())}
        # Who is not listed has no id: it may be whom an earlier import listed.
        slugs = _Slugs(author.slug for author in self._authors.values())
        for login in sorted(self._unlisted - self._users.keys()):
            if (author := listed.get(login.casefold())) is not None:
                self._authors[login] = author
            elif base := _base_of(login):
                self._authors[login] = Author(slug=slugs.free(base), name=_said_by(login, base))
        self._by_slug = {author.slug: author for author in self._authors.values()}
        self._settle_guests(slugs)
        self._slugs = slugs

    def _settle_guests(self, slugs: "_Slugs") -> None:
        made: dict[_Person, Author] = {}
        for key, guest in sorted(self._guests.items(), key=lambda listed: (listed[1].id or _LAST, listed[0])):
            if guest not in made:
                user = self._authors.get(self._linked.get(guest.base, ""))
                made[guest] = user or Author(slug=slugs.free(guest.base), name=guest.name, url=guest.url)
            self._guest_authors[key] = made[guest]
        self._guest_ids = {guest.id: author for guest, author in made.items() if guest.id}

    def _others(self, users: Sequence[tuple[str, _Person]]) -> set[str]:
        """Slugs of users whom earlier imports listed, and this one does not. Where a login and its slug are one word, though,
        nobody else is called so: a site that moved has given its users new ids.
        """
        ids = {person.id for _, person in users}
        own = {person.base for login, person in users if person.base == login.lower() and login.isalnum()}
        return {slug for user_id, slug in self.known.items() if user_id not in ids} - own

    def of(self, login: str) -> Author | None:
        """The author with this login; None where the login says nothing that may be shown."""
        if login not in self._authors and login not in self._unlisted and (base := _base_of(login)):
            # Of an article that an earlier import has left.
            self._authors[login] = Author(slug=self._slugs.free(base), name=_said_by(login, base))
        return self._authors.get(login)

    def is_listed(self, login: str) -> bool:
        return login in self._users

    def knows_term(self, slug: str, name: str) -> bool:
        """Whether a term stands for somebody who is listed."""
        self.of_term(slug, name)
        return (slug, name) not in self._named

    def names(self) -> Iterator[SaidName]:
        """What this import's files call users and guests, and where guests have a page of their own."""
        for login, person in self._users.items():
            if login in self._here:
                yield SaidName(
                    of=NameOf.AUTHOR,
                    key=self._authors[login].slug,
                    said=person.name,
                    before=self._user_names.get(login),
                    makeshift=_said_by(login, person.base),
                )
        for key, guest in self._guests.items():
            author = self._guest_authors[key]
            if key == guest.base and guest in self._guests_here and self._linked.get(key) not in self._authors:
                before = self._guests_before.get(key)
                yield SaidName(
                    of=NameOf.AUTHOR,
                    key=author.slug,
                    said=author.name,
                    before=before.name if before else None,
                    makeshift=key,
                )
                yield SaidName(
                    of=NameOf.AUTHOR_URL,
                    key=author.slug,
                    said=author.url,
                    before=before.url if before else None,
                    makeshift="",
                )

    def of_term(self, slug: str, name: str) -> Author | None:
        """The author that a term stands for: a guest, a user by login or slug, else who the term names."""
        key = decoded_slug(slug).removeprefix(_COAUTHOR)
        name = plain(name)
        for found in (
            self._guest_authors.get(key), self._authors.get(name), self._guest_authors.get(name), self._authors.get(key),
            self._by_slug.get(key),
        ):  # fmt: skip
            if found is not None:
                return found
        base = nicename(before_at(name) if "@" in name else key) or nicename(before_at(name))
        if base and (slug, name) not in self._named:
            self._named[slug, name] = Author(slug=self._slugs.free(base), name=without_email(name) or base)
        return self._named.get((slug, name))

    def of_molongui(self, value: str) -> Author | None:
        """The author whom 'user-12' or 'guest-34' means."""
        kind, _, id_ = value.strip().partition("-")
        return (self._guest_ids if kind == "guest" else self._ids).get(number(id_))

    def aliases(self) -> list[Alias]:
        """Where WordPress has its lists of users: without permalinks by their ids; with them by what it makes of a login, where
        that is not the slug here. A login that is an email address is none.
        """
        here = {person.id for login, person in self._users.items() if login in self._here}
        by_id = [
            Alias(f"/?author={user_id}", author_page(author.slug))
            for user_id, author in self._ids.items()
            if user_id in here
        ]
        return by_id + [
            Alias(author_page(there), author_page(author.slug))
            for login, author in self._authors.items()
            if "@" in login and (there := nicename(login)) and there not in self._by_slug
        ]

    def _kept(self, person: _Person) -> str:
        """The slug that an earlier import gave to this user; '' for none, and for one that another site's user has by that id."""
        slug = self.known.get(person.id, "")
        suffix = slug.removeprefix(person.base)
        return (
            slug
            if slug.startswith(person.base) and (not suffix or (suffix[:1] == "-" and suffix[1:].isdigit()))
            else ""
        )


def _user(node: Node, login: str) -> _Person:
    """Who an element `wp:author` is of."""
    user_id = number(node.get("wp:author_id"))
    base = nicename(before_at(login)) or f"author-{user_id}"
    shown = plain(node.get("wp:author_display_name"))
    written = f"{node.get('wp:author_first_name')} {node.get('wp:author_last_name')}"
    name = without_email(plain(written)) if not shown or is_email(shown) else ""
    return _Person(user_id, base, name or without_email(shown) or without_email(plain(login)) or base)


def _keys_of_guest(item: Node) -> tuple[str, str]:
    """Slug and login."""
    return decoded_slug(item.get("wp:post_name")).removeprefix(_COAUTHOR), _field(item, f"{_COAUTHOR}user_login")


def _guest(item: Node) -> _Person | None:
    """None of an item that says nothing of a guest."""
    slug, login = _keys_of_guest(item)
    base = nicename(before_at(slug or login))
    if not base:
        return None
    shown = _field(item, f"{_COAUTHOR}display_name", f"{_MOLONGUI}guest_author_display_name")
    name = without_email(shown or plain(item.get("title"))) or base
    url = web_url_or_empty(_field(item, f"{_COAUTHOR}website", f"{_MOLONGUI}guest_author_web"))
    return _Person(number(item.get("wp:post_id")), base, name, url)


def _field(item: Node, *keys: str) -> str:
    """The first of an item's custom fields that says anything."""
    return next((written for key in keys for value in meta(item, key) if (written := plain(value))), "")


def authors_of(item: Node, people: People, terms: Mapping[str, Iterable[tuple[str, str]]]) -> tuple[Author, ...]:
    """An item's authors: those of its author terms, in their order, else those of Molongui's fields, else its creator."""
    found = [people.of_term(slug, name) for taxonomy in AUTHOR_TERMS for slug, name in terms.get(taxonomy, ())]
    found = found if any(found) else [people.of_molongui(value) for value in meta(item, AUTHOR_FIELD)]
    found = found if any(found) else [people.of(item.get("dc:creator").strip())]
    return tuple({author.slug: author for author in found if author is not None}.values())


def _base_of(login: str) -> str:
    """The slug of somebody of whom a login is all that is known, if nobody else has it."""
    return nicename(before_at(login)) or (before_at(login) and "author")


def _said_by(login: str, base: str) -> str:
    """What somebody is called of whom a login is all that is known."""
    return without_email(plain(login)) or base


class _Slugs:
    """Those that are somebody's."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}

    def free(self, base: str) -> str:
        """The slug, or the first of '-2', '-3' ... that nobody has; it is taken then."""
        slug = base
        while slug in self._taken:
            self._last[base] = number = self._last.get(base, 1) + 1
            slug = f"{base}-{number}"
        self._taken.add(slug)
        return slug
