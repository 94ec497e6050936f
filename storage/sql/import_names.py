"""What a site's exports call authors, sections and tags: names that an article brings once, and another export says otherwise."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b

from storage.model import FollowedName, ImportRun, ImportSource, NameOf, SaidName
from storage.sql.author_names import move_author, rename_author, rename_tag
from storage.sql.engine import Connection
from storage.sql.import_changes import ChangeLog
from storage.sql.import_memory import NAMES, remember_all
from storage.sql.import_sources import Sources
from storage.sql.mixin import Write
from storage.sql.places import all_sections
from storage.sql.rows import known_names
from storage.sql.sections import edit_section, load_section

_Key = tuple[NameOf, str]
_AUTHORS = frozenset({NameOf.AUTHOR, NameOf.AUTHOR_URL})


def follow_names(
    write: Write, source: ImportSource, names: Sequence[SaidName], run: ImportRun
) -> tuple[FollowedName, ...]:
    """What `storage.protocol.Transfer.follow_names` says."""
    if not names:
        return ()
    source_id = Sources(write, [source]).of(source).id
    last = _remembered(write.db, source_id, names)
    stand = _standing(write.db, names)
    log = ChangeLog(write, run)
    found: list[FollowedName] = []
    said: dict[str, str] = {}
    for name in names:
        digest, key = _digest(name.said), _remembered_as(name)
        if last.get(key) == digest:
            continue
        so_far = stand.get((name.of, name.key))
        before = last.get(key) or (_digest(name.before) if name.before is not None else "")
        if so_far is None or so_far == name.said:
            said[key] = digest
        elif _digest(so_far) == before or so_far == name.makeshift or (before and run.theirs):
            put_name(write, name.of, name.key, name.said)
            log.note_name(f"{name.of} {name.key}", so_far, name.said)
            said[key] = digest
            found.append(FollowedName(name=name, so_far=so_far))
        elif before:
            found.append(FollowedName(name=name, so_far=so_far, is_conflict=True))
        else:
            # Nobody knows who called it so: it stays, and what the source says from now on is compared with this.
            said[key] = digest
    remember_all(write, source_id, said, log)
    log.finish()
    return tuple(found)


def put_name(write: Write, of: NameOf, key: str, value: str) -> None:
    """Call something that is there otherwise."""
    _PUT[of](write, key, value)


def standing_name(db: Connection, of: NameOf, key: str) -> str | None:
    """What something is called; None if it is not there."""
    return _standing(db, [SaidName(of=of, key=key, said="")]).get((of, key))


def _put_author(write: Write, slug: str, name: str) -> None:
    authors, _ = known_names(write.db, [slug], ())
    rename_author(write, authors[slug], name)


def _put_title(write: Write, path: str, title: str) -> None:
    if section := load_section(write.db, path):
        edit_section(write, replace(section, title=title))


def _put_description(write: Write, path: str, description: str) -> None:
    if section := load_section(write.db, path):
        edit_section(write, replace(section, description=description))


_PUT: Mapping[NameOf, Callable[[Write, str, str], None]] = {
    NameOf.AUTHOR: _put_author,
    NameOf.AUTHOR_URL: move_author,
    NameOf.SECTION: _put_title,
    NameOf.SECTION_DESCRIPTION: _put_description,
    NameOf.TAG: rename_tag,
}


def _standing(db: Connection, names: Iterable[SaidName]) -> dict[_Key, str]:
    wanted: dict[NameOf, set[str]] = {of: set() for of in NameOf}
    for name in names:
        wanted[name.of].add(name.key)
    authors, tags = known_names(db, set().union(*(wanted[of] for of in _AUTHORS)), wanted[NameOf.TAG])
    found: dict[_Key, str] = {(NameOf.TAG, slug): tag.name for slug, tag in tags.items()}
    for slug, author in authors.items():
        found[NameOf.AUTHOR, slug], found[NameOf.AUTHOR_URL, slug] = author.name, author.url
    if wanted[NameOf.SECTION] or wanted[NameOf.SECTION_DESCRIPTION]:
        for section in all_sections(db):
            found[NameOf.SECTION, section.path] = section.title
            found[NameOf.SECTION_DESCRIPTION, section.path] = section.description
    return found


def _remembered(db: Connection, source_id: int, names: Iterable[SaidName]) -> dict[str, str]:
    keys = sorted(map(_remembered_as, names))
    return dict(
        db.execute(
            f"SELECT name, said FROM import_memory WHERE source_id = ? AND done_by = 0 AND {db.among('import_memory.name')}",
            (source_id, db.array(keys)),
        ).fetchall()
    )


def _remembered_as(name: SaidName) -> str:
    return f"{NAMES}{name.of} {_digest(name.key)}"


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=12).hexdigest()
