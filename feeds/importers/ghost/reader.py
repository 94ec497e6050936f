"""Ghost's export: a JSON document with the tables of its database.

It is read twice. The first reading checks that all of it is well-formed, so that a damaged file changes nothing, and gathers what
posts refer to; the second makes articles, one at a time. Members, their payments and newsletters are not even looked at.
"""

import re
from collections.abc import Generator
from contextlib import closing

from feeds.importers.base import Desk, Imported
from feeds.importers.file import ImportFile, ImportRefused
from feeds.importers.ghost.article import Articles, is_page, title_of
from feeds.importers.ghost.related import NAMED, THINGS, Related
from feeds.importers.ghost.rows import id_of, read_rows, text_of
from feeds.importers.seen import Seen

_HEAD = re.compile(r'\ufeff?\s*\{\s*(?:"db"\s*:\s*\[\s*\{\s*)?"(?:meta|data)"\s*:\s*\{')
_SURVEYED = frozenset(NAMED) | THINGS | {"settings", "comments"}
_SURVEY_SHARE = 0.4
"""Of the time; measured."""
_BODIES = ("html", "lexical", "mobiledoc", "plaintext")
_PRIVATE = "All of the Ghost site was private, behind a password: what was published there is public here"
_LARGEST_BODY = 4 * 1024 * 1024
"""Characters of a post: sanitising takes fifty times as many bytes."""


class GhostExport:
    name = "Ghost export (JSON)"
    takes_placement = True
    tells_addresses = False

    def recognises(self, head: str) -> bool:
        return _HEAD.match(head) is not None

    def read(self, source: ImportFile, desk: Desk) -> Generator[Imported, None, None]:
        comments = 0
        with closing(Related()) as related, closing(Seen()) as guids:
            for table, row in read_rows(source, _SURVEYED, share=_SURVEY_SHARE):
                related.add(table, row)
                comments += table == "comments"
            related.index()
            if related.is_private:
                desk.report.warnings.append(_PRIVATE)
            if comments:
                desk.report.warnings.append(f"Ghost's comments are not taken over: {comments:,}")
            articles, posts = Articles(desk, related), 0
            yield from articles.names()
            rows = read_rows(source, frozenset({"posts"}), done_before=_SURVEY_SHARE, share=1 - _SURVEY_SHARE)
            for _, post in rows:
                posts += 1
                title = title_of(post)
                if not id_of(post) or not guids.first(id_of(post)):
                    desk.report.refused.add(title, "it has no id, or another post's")
                elif max(len(text_of(post, column)) for column in _BODIES) > _LARGEST_BODY:
                    desk.report.refused.add(title, "it is too large")
                elif is_page(post):
                    yield articles.no_article(post)
                    yield articles.page(post)
                else:
                    yield articles.record(post)
        if not posts:
            raise ImportRefused("it has no posts: export all content from Ghost's settings, and import that")
