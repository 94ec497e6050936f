"""Whatever is made of the parts that old addresses are made of: none fails, goes round, or leads to another article."""

from collections.abc import AsyncIterator
from urllib.parse import quote, unquote, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.importers.wxr_files import SITE, attachment, wxr
from tests.web.former_site import STORIES, Old, moved_from
from tests.web.site import Site, client_of

pytestmark = pytest.mark.anyio

PARTS = (
    "blog", "index.php", "category", "world", "africa", "tag", "nato", "author", "jdoe", "archives", "date", "2024", "03",
    "5", "05", "2013", "11", "14", "section", "x", "ferry-resumes", "bridge", "übung-am-fluss", "feed", "rss", "rss2",
    "atom", "rdf", "json", "page", "2", "comments", "comment-page-2", "search", "embed", "trackback", "amp", "attachment",
    "wp-rss2.php", "wp-content", "uploads", "wp-sitemap.xml", "feed.rss", "feed.json", "%", "?", "\n", "\x00", ".", "..",
    " ", "+", "", "app", "photo.png", "photo-300x200.png", "story-990",
)  # fmt: skip
NAMES = (
    "p", "page_id", "attachment_id", "name", "pagename", "attachment", "cat", "category_name", "tag", "author",
    "author_name", "year", "monthnum", "day", "m", "w", "s", "feed", "paged", "cpage", "withcomments", "withoutcomments",
    "post_type",
)  # fmt: skip
VALUES = (
    "0", "1", "11", "2013", "5", "99", "rss2", "atom", "comments-rss2", "world", "world/africa", "nato", "jdoe", "2024",
    "202403", "20240305", "x", "ferry-resumes", "-1", "", "a,b", "9" * 30, "/", "é", "\x00",
)  # fmt: skip
GIVEN = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(VALUES), max_size=4)


@pytest.fixture(scope="module")
async def mixed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Sites whose addresses are as alike as can be."""
    folder = tmp_path_factory.mktemp("mixed")
    picture = folder / "media" / "2024" / "photo.png"
    picture.parent.mkdir(parents=True)
    picture.touch()
    pictures = wxr(attachment(990, "2024/photo.png", url=f"{SITE}/app/uploads/2024/photo.png"))
    blog = Old("/%category%/%postname%/", "/blog")
    async with moved_from(folder, Old("/archives/%post_id%"), blog, exports=(pictures,)) as site:
        yield site


@example(parts=["search", "\n", "feed"], slash=False, query={})
@example(parts=["app", "uploads", "2024", "photo-300x200.png"], slash=False, query={})
@example(parts=["app", "uploads", "2024", "photo.png"], slash=False, query={"feed": "rss2", "p": "11"})
@example(parts=["category", "a\nb", "rss2"], slash=True, query={})
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sampled_from(PARTS), max_size=6), slash=st.booleans(), query=st.one_of(st.just({}), GIVEN))
async def test_no_old_address_fails_goes_round_or_leads_to_another_article(
    mixed: Site, parts: list[str], slash: bool, query: dict[str, str]
) -> None:
    address = "/" + "/".join(map(quote, parts)) + "/" * slash + (f"?{urlencode(query)}" if query else "")
    address = "/" + address.lstrip("/")
    named = {*parts, *query.values()}
    # Of two sites with the same slugs the second's have another here.
    meant = {f"{story.slug}{end}" for story in STORIES for end in ("", "-2") if {story.slug, str(story.number)} & named}
    async with client_of(mixed) as client:
        seen = [address]
        while (reply := await client.ask(seen[-1])).status == 301:
            seen.append(reply.fields["location"])
            assert len(set(seen)) == len(seen) <= 3, seen
        assert reply.status < 500, seen
        end = unquote(seen[-1].partition("?")[0])
        if end.startswith("/2") and end.count("/") >= 5 and reply.status == 200:
            assert end.split("/")[4] in meant, seen
        is_file = end.startswith("/wp-content/uploads/")
        if (
            len(seen) > 1
            and not is_file
            and (query.get("feed") or address.partition("?")[0].rstrip("/").endswith("/feed"))
        ):
            assert "/feed." in seen[-1], seen
