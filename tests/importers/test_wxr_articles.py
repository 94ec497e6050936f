"""What becomes of a WordPress post."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from feeds.importers.report import Note, Reason
from feeds.importers.wxr.php import PhpValue, php_array
from storage.model import ArticleStatus, Author, Enclosure, Image, Tag
from tests.importers.reading import Read, read
from tests.importers.wxr_files import SITE, attachment, author, category, post, wxr

DRAFT, PUBLISHED = ArticleStatus.DRAFT, ArticleStatus.PUBLISHED


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def read_post(folder: Path, title: str = "A headline", **fields: Any) -> Read:
    return read(folder, wxr(post(7, title, **fields)))


def test_a_post_becomes_an_article(tmp_path: Path) -> None:
    export = wxr(
        post(
            7,
            "Harbour <em>reopens</em> &amp; closes",
            "Words.\n\nMore words.",
            name="harbour-reopens",
            guid=f"{SITE}/?p=7",
            creator="zoe.tan",
            excerpt="In <b>short</b>",
            categories={"world": "World"},
            tags={"storm": "Storm", "ferry-2": "Ferry &amp; Co"},
            comment_status="closed",
        ),
        before=[author("zoe.tan", "Zoë Tan"), category("world", "World")],
    )
    article = read(tmp_path, export).article
    assert article.id == 7
    assert article.guid == f"{SITE}/?p=7"
    assert article.slug == "harbour-reopens"
    assert article.headline == "Harbour reopens & closes"
    assert article.summary == "In short"
    assert article.body_html == "<p>Words.</p>\n<p>More words.</p>"
    assert article.authors == (Author(slug="zoe-tan", name="Zoë Tan"),)
    assert article.sections == ("world",)
    assert article.tags == (Tag(slug="storm", name="Storm"), Tag(slug="ferry-2", name="Ferry & Co"))
    assert article.status is PUBLISHED
    assert article.published_at == article.updated_at == at("2022-03-01 10:00")
    assert not article.comments_open
    assert article.language == article.editorial_note == ""
    assert article.created_at is None


def test_the_day_is_of_the_newsrooms_zone(tmp_path: Path) -> None:
    export = wxr(post(7, date_gmt="2022-03-01 23:30:00"))
    assert read(tmp_path, export, zone="Africa/Kampala").article.day == date(2022, 3, 2)
    assert read(tmp_path, export, zone="UTC").article.day == date(2022, 3, 1)


def test_the_last_edit_is_never_before_the_publication(tmp_path: Path) -> None:
    later = read_post(tmp_path, modified_gmt="2022-03-20 09:00:00").article
    assert (later.published_at, later.updated_at) == (at("2022-03-01 10:00"), at("2022-03-20 09:00"))
    assert later.last_edited_at == later.updated_at
    earlier = read_post(tmp_path, modified_gmt="2022-02-20 09:00:00").article
    assert earlier.updated_at == at("2022-03-01 10:00")
    assert read_post(tmp_path, modified_gmt="0000-00-00 00:00:00").article.updated_at == at("2022-03-01 10:00")


UM = 'a:2:{{s:26:"_um_custom_access_settings";s:1:"{}";s:14:"_um_accessible";s:1:"2";}}'
"""How Ultimate Member keeps whether a post is for those alone who are logged in."""
NO_DATE = "0000-00-00 00:00:00"


@pytest.mark.parametrize(
    ("fields", "status", "why"),
    [
        ({"status": "publish"}, PUBLISHED, ""),
        ({"status": "future", "date_gmt": "2030-01-01 10:00:00"}, PUBLISHED, ""),
        ({"status": "draft"}, DRAFT, ""),
        ({"status": "pending"}, DRAFT, "waiting for review"),
        ({"status": "private"}, DRAFT, "private"),
        ({"status": "publish", "password": "sesame"}, DRAFT, "protected by a password"),
        ({"meta": [("_jetpack_newsletter_access", "paid_subscribers")]}, DRAFT, "for subscribers alone"),
        ({"meta": [("_jetpack_newsletter_access", "everybody")]}, PUBLISHED, ""),
        ({"meta": [("_members_access_role", "subscriber")]}, DRAFT, "for subscribers alone"),
        ({"meta": [("_wpmem_block", "0")]}, PUBLISHED, ""),
        ({"meta": [("_wpmem_block", "1")]}, DRAFT, "for subscribers alone"),
        ({"meta": [("rcp_user_level", "All"), ("rcp_subscription_level", "")]}, PUBLISHED, ""),
        ({"meta": [("rcp_subscription_level", 'a:1:{i:0;s:1:"3";}')]}, DRAFT, "for subscribers alone"),
        ({"meta": [("patreon-level", "5")]}, DRAFT, "for subscribers alone"),
        ({"meta": [("um_content_restriction", UM.format(1))]}, DRAFT, "for subscribers alone"),
        ({"meta": [("um_content_restriction", UM.format(0))]}, PUBLISHED, ""),
        (
            {"meta": [("_issuem_leaky_paywall_visibility", 'a:1:{s:15:"visibility_type";s:4:"only";}')]},
            DRAFT,
            "for subscribers alone",
        ),
        ({"status": "pitch"}, DRAFT, "pitch"),
        ({"status": ""}, DRAFT, "without a status"),
        ({"status": "publish", "date_gmt": NO_DATE, "date": NO_DATE}, DRAFT, "without a date"),
    ],
)
def test_states(tmp_path: Path, fields: dict[str, str], status: ArticleStatus, why: str) -> None:
    found = read_post(tmp_path, "A story", **fields)
    assert found.article.status is status
    assert found.report.made_drafts.named == ([Note("A story", why)] if why else [])
    assert found.article.editorial_note == (f"In WordPress: {why}." if why else "")
    assert "sesame" not in repr(found)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"content": "", "meta": [("_elementor_data", "[{}]")]}, "a body that stands in the custom field _elementor_data alone"),
        ({"meta": [("_elementor_data", "[{}]")]}, ""),
        ({"meta": [("_expiration-date", "4102444800")]}, "a date at which it was to be taken down"),
        ({"meta": [("_expiration-date", "946684800")]}, ""),
        ({"meta": [("_format_video_embed", "https://films.example/1")]}, "custom field _format_video_embed"),
        ({"meta": [("_format_video_embed", "")]}, ""),
        ({"meta": [("_newspack_byline", "By Ann Lee")]}, "custom field _newspack_byline"),
        ({"content": '<!-- wp:query --><div><!-- wp:post-template --><!-- /wp:post-template --></div><!-- /wp:query -->'},
         "block core/query"),
    ],
)  # fmt: skip
def test_what_a_plugin_or_a_theme_made_is_named(tmp_path: Path, fields: dict[str, Any], told: str) -> None:
    report = read_post(tmp_path, "A story", **fields).report
    assert [met.name for met in (*report.stripped.met(), *report.not_understood.met())] == ([told] if told else [])


def test_an_excerpt_has_nothing_for_members(tmp_path: Path) -> None:
    assert read_post(tmp_path, excerpt="Before [restrict]Inner[/restrict] after").article.summary == "Before after"


@pytest.mark.parametrize(
    ("gmt", "local", "of_feed", "moment"),
    [
        ("2024-03-05 10:00:00", "2024-03-05 13:00:00", "Wed, 06 Mar 2024 00:00:00 +0000", "05T10:00"),
        (NO_DATE, "2024-03-05 13:00:00", "Wed, 06 Mar 2024 00:00:00 +0000", "05T10:00"),
        ("2024/03/05 10:00", "2024-03-05 13:30:00", "", "05T10:30"),
        ("5 March 2024, 10:00", "05.03.24", "Wed, 06 Mar 2024 00:00:00 +0000", "05T10:00"),
        ("", "5 mars 2024 13:00", "", "05T10:00"),
        ("soon", "later", "Wed, 06 Mar 2024 02:00:00 +0200", "06T00:00"),
        (NO_DATE, NO_DATE, "Wed, 30 Nov -0001 00:00:00 +0000", ""),
    ],
)
def test_the_first_date_that_can_be_read(tmp_path: Path, gmt: str, local: str, of_feed: str, moment: str) -> None:
    item = post(7, date_gmt=gmt, date=local).replace("<item>", f"<item><pubDate>{of_feed}</pubDate>")
    article = read(tmp_path, wxr(item)).article
    assert article.published_at == (datetime.fromisoformat(f"2024-03-{moment}:00+00:00") if moment else None)
    assert (article.status is ArticleStatus.PUBLISHED) is bool(moment)


def test_a_draft_that_wordpress_will_date_is_undated(tmp_path: Path) -> None:
    draft = read_post(tmp_path, status="draft", date_gmt=NO_DATE, date="2022-03-01 13:00:00").article
    assert draft.published_at is draft.day is None
    assert draft.created_at == at("2022-03-01 10:00"), "the date on the site's clocks, in Kampala"


def test_without_a_date_in_gmt_the_sites_clocks_count(tmp_path: Path) -> None:
    assert read_post(tmp_path, date_gmt=NO_DATE, date="2022-03-01 13:00:00").article.published_at == at(
        "2022-03-01 10:00"
    )


@pytest.mark.parametrize(
    ("kind", "status", "why"),
    [
        ("nav_menu_item", "publish", "nav_menu_item"),
        ("tribe_events", "publish", "tribe_events"),
        ("post", "auto-draft", "auto-draft"),
        ("post", "inherit", "inherit"),
    ],
)
def test_what_is_left_out_is_counted_by_kind(tmp_path: Path, kind: str, status: str, why: str) -> None:
    items = [post(n, f"About {n}", kind=kind, status=status) for n in (8, 10)]
    found = read(tmp_path, wxr(*items, post(9)))
    assert [record.article.id for record in found.records] == [9]
    assert found.report.left_out.notes().reasons == (Reason(why, 2, ("About 8", "About 10")),)


def test_attachments_are_no_articles_and_need_no_word(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(attachment(8)))
    assert not found.records
    assert not found.report.left_out.named


@pytest.mark.parametrize(
    ("name", "title", "slug"),
    [
        ("%e6%b8%af%e5%8f%a3", "x", "港口"),
        ("zoes-cafe-%f0%9f%8e%89", "x", "zoes-cafe-🎉"),
        ("feed", "x", "feed-2"),
        ("comments", "x", "comments-2"),
        ("page", "x", "page"),
        ("", "A Headline!", "a-headline"),
        ("", "Feed", "feed-2"),
        ("", "🎉", "article-7"),
        ("a/b?c#d e\\f%2fg", "x", "a-b-c-d-e-f-g"),
        ("..", "x", "x"),
        ("cut%e6%b8", "x", "cut"),
    ],
)
def test_slugs(tmp_path: Path, name: str, title: str, slug: str) -> None:
    assert read_post(tmp_path, title, name=name).article.slug == slug


def test_old_paths(tmp_path: Path) -> None:
    export = wxr(
        post(
            7,
            name="new",
            link=f"{SITE}/world/%e6%b8%af/new/",
            meta=[("_wp_old_slug", "old"), ("_wp_old_slug", "%e5%8f%a3"), ("_wp_old_slug", "")],
        )
    )
    assert read(tmp_path, export).record.old_paths == (
        "/?name=new", "/?name=old", "/?name=口", "/?p=7", "/world/港/new/", "/world/港/old/", "/world/港/口/",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("link", "paths"),
    [
        (f"{SITE}/?p=7", ()),
        (f"{SITE}/slug", ("/slug/",)),
        (f"{SITE}/2022/03/01/story-7/", ("/2022/03/01/story-7/",)),
        ("http://[", ()),
        (f"{SITE}/{'x' * 2000}/", ()),
        ("", ()),
    ],
)
def test_old_paths_of_a_link(tmp_path: Path, link: str, paths: tuple[str, ...]) -> None:
    assert read_post(tmp_path, link=link).record.old_paths == tuple(sorted((*paths, "/?name=story-7", "/?p=7")))


def test_guids(tmp_path: Path) -> None:
    found = read(
        tmp_path, wxr(post(1, guid="tag:same"), post(2, guid="tag:same"), post(3, guid=" "), post(4, guid="urn:x"))
    )
    assert [record.article.guid for record in found.records] == ["tag:same", f"{SITE}/?p=2", f"{SITE}/?p=3", "urn:x"]


def test_without_guid_and_id_it_is_refused(tmp_path: Path) -> None:
    found = read(tmp_path, wxr(post(0, "Nobody", guid=""), post(4, "Twice"), post(4, "Twice")))
    assert [record.article.headline for record in found.records] == ["Twice"]
    assert [note.title for note in found.report.refused.named] == ["Nobody"]
    assert [note.title for note in found.report.left_out.named] == ["Twice"]


@pytest.mark.parametrize(
    ("login", "slug", "name"),
    [
        ("zoe.tan", "zoe-tan", "Zoë Tan"),
        ("m_okello@mail.example", "m_okello", "m_okello"),
        ("Jörg", "jorg", "Jörg"),
        ("!!", "author", "!!"),
    ],
)
def test_authors(tmp_path: Path, login: str, slug: str, name: str) -> None:
    export = wxr(post(7, creator=login), before=[author("zoe.tan", "Zoë Tan")])
    assert read(tmp_path, export).article.authors == (Author(slug=slug, name=name),)


def test_a_login_stands_in_for_a_missing_name(tmp_path: Path) -> None:
    export = wxr(post(7, creator="desk"), before=[author("desk", "")])
    assert read(tmp_path, export).article.authors == (Author(slug="desk", name="desk"),)


METADATA = (
    'a:6:{s:5:"width";i:640;s:6:"height";s:3:"360";s:4:"file";s:16:"2022/03/foto.png";s:8:"filesize";i:4677;'
    's:5:"sizes";a:1:{s:5:"thumb";a:2:{s:5:"width";i:150;s:8:"filesize";i:99;}}'
    's:10:"image_meta";a:1:{s:6:"credit";s:11:"A. Müller ";}}'
)


@pytest.mark.parametrize("before", [True, False])
def test_the_featured_picture(tmp_path: Path, before: bool) -> None:
    """Wherever in the file the picture stands."""
    story = post(7, meta=[("_thumbnail_id", "8")])
    photo = attachment(
        8,
        "2022/03/föto.png",
        alt="A &quot;lectern&quot;",
        caption="Speaking. <em>Courtesy photo</em>",
        metadata=METADATA,
    )
    items = (photo, story) if before else (story, photo)
    assert read(tmp_path, wxr(*items)).article.image == Image(
        url="/wp-content/uploads/2022/03/f%C3%B6to.png",
        type="image/png",
        length=4677,
        width=640,
        height=360,
        alt='A "lectern"',
        caption="Speaking. Courtesy photo",
        credit="A. Müller",
    )


def test_a_credit_that_an_editor_wrote(tmp_path: Path) -> None:
    photo = attachment(8, metadata=METADATA).replace("_wp_attachment_image_alt", "_media_credit")
    for written, credit in (("Ann Lee/The Wire", "Ann Lee/The Wire"), ("ann@mail.example", ""), (" ", "A. Müller")):
        export = wxr(
            photo.replace("<![CDATA[]]></wp:meta_value>", f"{written}</wp:meta_value>", 1),
            post(7, meta=[("_thumbnail_id", "8")]),
        )
        image = read(tmp_path, export).article.image
        assert image is not None
        assert image.credit == credit


def test_a_photo_that_a_plugin_shows_from_elsewhere(tmp_path: Path) -> None:
    fields = [("_thumbnail_id", "-1"), ("fifu_image_url", "https://cdn.example/a.jpg"), ("fifu_image_alt", "A boat")]
    found = read(tmp_path, wxr(post(7, meta=fields)))
    assert found.article.image == Image(url="https://cdn.example/a.jpg", type="image/jpeg", alt="A boat")
    assert found.report.stripped.met() == ()


def test_a_description_stands_for_content_that_is_missing(tmp_path: Path) -> None:
    described = post(7, content="").replace(
        "<content:encoded>", "<description>&lt;p&gt;Said.&lt;/p&gt;</description><content:encoded>"
    )
    assert read(tmp_path, wxr(described)).article.body_html == "<p>Said.</p>"
    both = described.replace("<content:encoded><![CDATA[]]>", "<content:encoded><![CDATA[<p>Words.</p>]]>")
    assert read(tmp_path, wxr(both)).article.body_html == "<p>Words.</p>"


def test_a_picture_from_elsewhere_keeps_its_address(tmp_path: Path) -> None:
    photo = attachment(8, url="https://cdn.example/a b.jpg?x=1")
    image = read(tmp_path, wxr(photo, post(7, meta=[("_thumbnail_id", "8")]))).article.image
    assert image == Image(url="https://cdn.example/a%20b.jpg?x=1", type="image/jpeg")


@pytest.mark.parametrize("photo", [attachment(8, url="javascript:alert(1)"), attachment(9), ""])
def test_a_picture_that_is_not_there_is_missing(tmp_path: Path, photo: str) -> None:
    assert read(tmp_path, wxr(photo, post(7, meta=[("_thumbnail_id", "8")]))).article.image is None


def test_galleries(tmp_path: Path) -> None:
    photos = [attachment(n, f"2022/03/{n}.png", parent=7, alt=str(n)) for n in (8, 9)]
    shown = [f'<figure><img src="/wp-content/uploads/2022/03/{n}.png" alt="{n}"></figure>' for n in (8, 9)]
    one = read(tmp_path, wxr(post(7, content='[gallery ids="9, 404"]'), *photos)).article
    assert one.body_html == shown[1]
    own = read(tmp_path, wxr(post(7, content="[gallery]"), *photos)).article
    assert own.body_html.replace("\n", "") == "".join(shown)


def test_enclosures(tmp_path: Path) -> None:
    meta = [
        ("enclosure", "https://cdn.example/brief.mp3\n123456\naudio/mpeg\na:0:{}"),
        ("enclosure", f"{SITE}/wp-content/uploads/2022/03/talk.mp3?v=2\r\n\r\n"),
        ("enclosure", "file:///etc/passwd\n1\ntext/plain"),
    ]
    assert read_post(tmp_path, meta=meta).article.enclosures == (
        Enclosure(url="https://cdn.example/brief.mp3", type="audio/mpeg", length=123456),
        Enclosure(url="/wp-content/uploads/2022/03/talk.mp3", type="audio/mpeg", length=0),
    )


def test_episodes_of_plugins(tmp_path: Path) -> None:
    told: dict[str, PhpValue] = {
        "duration": "0:15:01", "explicit": "1", "episode_no": 471, "season": "3", "episode_type": "Bonus", "image": "",
        "pci_transcript_url": f"{SITE}/wp-content/uploads/2022/03/a.vtt", "pci_chapters_url": "https://cdn.example/a.json",
    }  # fmt: skip
    file = "https://cdn.example/a.mp3\n9\naudio/mpeg\n"
    whole = Enclosure(
        url="https://cdn.example/a.mp3", type="audio/mpeg", length=9, duration=901, episode=471, season=3, episode_type="bonus",
        explicit=True, transcript="/wp-content/uploads/2022/03/a.vtt", chapters="https://cdn.example/a.json",
    )  # fmt: skip
    simple = [
        ("duration", "15:01"), ("itunes_episode_number", "471"), ("itunes_season_number", "3"), ("explicit", "on"),
        ("itunes_episode_type", "bonus"), ("date_recorded", "2022-03-01"),
    ]  # fmt: skip
    bare = replace(whole, transcript="", chapters="")
    for meta, expected in (
        ([("enclosure", file + php_array(told))], whole),
        ([("enclosure", file + php_array(told | {"explicit": "2"}))], replace(whole, explicit=False)),
        ([("enclosure", file + php_array(told)[:-30])], replace(whole, chapters="")),
        ([("enclosure", file + "a:1:{broken"), *simple], bare),
        ([("audio_file", "https://cdn.example/a.mp3"), ("filesize_raw", "9"), *simple], bare),
        ([("enclosure", file), ("audio_file", "https://cdn.example/b.mp3"), *simple], bare),
    ):
        assert read_post(tmp_path, meta=meta).article.enclosures == (expected,), meta


@pytest.mark.parametrize(("newsroom", "language"), [("en", ""), ("en-GB", ""), ("sw", "en-US")])
def test_the_language_where_it_is_another(tmp_path: Path, newsroom: str, language: str) -> None:
    assert read(tmp_path, wxr(post(7)), language=newsroom).article.language == language


@pytest.mark.parametrize("text", ["no language", "x" * 40, ""])
def test_what_is_no_language(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, wxr(post(7), language=text)).article.language == ""


@pytest.mark.parametrize(
    ("exported", "status", "public"),
    [
        ("Wed, 02 Mar 2022 10:00:00 +0000", "future", False),
        ("Tue, 01 Mar 2022 10:30:00 +0000", "future", True),
        ("Mon, 28 Feb 2022 10:00:00 +0000", "future", True),
        ("Wed, 02 Mar 2022 10:00:00 +0000", "publish", True),
        ("yesterday", "future", True),
    ],
)
def test_what_wordpress_failed_to_publish_in_time_is_a_draft(
    tmp_path: Path, exported: str, status: str, public: bool
) -> None:
    """The post's time was 1 March, 10:00."""
    export = wxr(post(1, status=status)).replace("<language>", f"<pubDate>{exported}</pubDate><language>")
    found = read(tmp_path, export)
    assert (found.article.status is ArticleStatus.PUBLISHED) is public
    assert len(found.report.made_drafts.named) == (not public)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ('[gallery id="2"]', "gallery of a post that is not public"),
        ('<!-- wp:block {"ref":50,"content":{"T":{"content":"Own"}}} /-->', "words of its own in reusable block 50"),
    ],
)
def test_what_is_not_shown_is_counted(tmp_path: Path, content: str, name: str) -> None:
    others = (post(2, status="private"), attachment(9, parent=2), post(50, "B", "<p>Words.</p>", kind="wp_block"))
    found = read(tmp_path, wxr(post(1, content=content), *others))
    assert [met.name for met in found.report.stripped.met()] == [name]
