"""What a WordPress body holds besides HTML: blocks, shortcodes, addresses, as what readers were shown of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from feeds.importers.media import Media
from feeds.importers.report import Met, Report
from feeds.importers.wxr.body import Post
from tests.importers.bodies import SITE, attachment, attachments_of, bodies_of
from tests.importers.reading import read
from tests.importers.wxr_files import post, wxr

POST = Post(7, "A story")
KNOWN = (
    attachment(1, "a.png", alt="One", caption="The first"),
    attachment(2, "b.png"),
    attachment(3, "c.png"),
    attachment(4, "d.mp3", title="Track four"),
    attachment(5, "e.mp4"),
    attachment(6, "f.docx"),
    attachment(11, "other.png", parent=70),
)


def body(
    stored: str, *, report: Report | None = None, strip: bool = False, blocks: Mapping[int, str] | None = None
) -> str:
    bodies = bodies_of(attachments=KNOWN, blocks=blocks, report=report, strip_shortcodes=strip)
    return bodies.article(stored, POST)


def pictures(html: str) -> list[str]:
    return [part.partition('"')[0].rpartition("/")[2] for part in html.split('<img src="')[1:]]


def met(*names: str) -> tuple[Met, ...]:
    return tuple(Met(name, 1, "A story") for name in sorted(names))


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('[gallery ids="2,1"]', "b a"),
        ("[gallery]", "a b c"),
        ('[gallery include="2,1"]', "a b"),
        ("[gallery include='3, 2' orderby=post__in]", "c b"),
        ('[gallery exclude="2"]', "a c"),
        ('[gallery ids="1,2,3" order="DESC" orderby="ID"]', "c b a"),
        ('[gallery order="desc"]', "c b a"),
        ('[gallery ids="3,1,2" orderby="rand"]', "c a b"),
        ('[gallery id="70"]', "other"),
        ('[gallery ids=“1,2″]', "a b"),
        ("[gallery ids=&quot;1,2&quot; /]", "a b"),
        ('[gallery type="slideshow" ids="1"][/gallery]', "a"),
        ("[slideshow]", "a b c"),
        ('[gallery ids="4,6,99"]', ""),
        ('[gallery id="71"]', ""),
        ('<!-- wp:gallery {"ids":[2,"1"]} /-->', "b a"),
        ('<!-- wp:gallery {"ids":[2,1]} --><figure class="wp-block-gallery"></figure><!-- /wp:gallery -->', "b a"),
        ('<!-- wp:gallery {"ids":[2]} --><figure><img src="/x.png"></figure><!-- /wp:gallery -->', "x"),
        ('<!-- wp:image {"id":3} /-->', "c"),
    ],
)  # fmt: skip
def test_galleries(code: str, shown: str) -> None:
    assert pictures(body(code)) == [f"{name}.png" for name in shown.split()]


def test_a_picture_has_its_caption() -> None:
    assert body('[gallery ids="1"]') == (
        '<figure><img src="/wp-content/uploads/a.png" alt="One"><figcaption>The first</figcaption>\n</figure>'
    )


def test_pictures_of_a_post_that_is_not_public_are_shown_in_no_other() -> None:
    hidden = bodies_of(attachments=KNOWN, hidden=(70, 7))
    assert pictures(hidden.article('[gallery id="70"]', POST)) == []
    assert pictures(hidden.article("[gallery]", POST)) == ["a.png", "b.png", "c.png"]


AUDIO = '<audio src="/wp-content/uploads/d.mp3" controls=""><a class="embed" href="/wp-content/uploads/d.mp3">d.mp3</a></audio>'
VIDEO = '<video src="/wp-content/uploads/e.mp4" controls=""><a class="embed" href="/wp-content/uploads/e.mp4">e.mp4</a></video>'
MP3 = "https://old.example/wp-content/uploads/d.mp3"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"[audio {MP3}]", AUDIO),
        (f'[audio "{MP3}"]', AUDIO),
        (f"[audio:{MP3}|titles=Song]", AUDIO),
        (f"[audio]{MP3}[/audio]", AUDIO),
        (f'[audio mp3="{MP3}" /]', AUDIO),
        (f"[audio src=“{MP3}”]", AUDIO),
        (f"[audio “{MP3}”]", AUDIO),
        (f"[audio mp3=&#8221;{MP3}&#8243; preload=&quot;none&quot;]", AUDIO),
        (f"[audio mp3='{MP3}']<a href=\"{MP3}\">Listen</a>[/audio]", AUDIO),
        ("[audio]", AUDIO),
        ("[video]", VIDEO),
        ("[video][/video]", VIDEO),
        (f"[embed]{MP3}[/embed]", AUDIO),
        (MP3, AUDIO),
        ('[playlist ids="4"]', f"<figure>{AUDIO}<figcaption>Track four</figcaption>\n</figure>"),
        ("[playlist]", f"<figure>{AUDIO}<figcaption>Track four</figcaption>\n</figure>"),
        ('[playlist type="video"]', VIDEO),
        ("<!-- wp:audio {\"id\":4} /-->", AUDIO),
        (f'<!-- wp:embed {{"url":"{MP3}"}} /-->', f"<figure>{AUDIO}</figure>"),
    ],
)  # fmt: skip
def test_players(code: str, expected: str) -> None:
    assert body(code) == expected


def test_words_in_a_player_or_behind_a_code_that_holds_nothing_stay() -> None:
    assert "How to listen" in body(f'[audio src="{MP3}"]How to listen[/audio]')
    assert "between" in body('[gallery ids="1"] between [/gallery]')
    assert "between" in body(f'[video src="{MP3}"] between [video src="/x.mp4"][/video]')


ADDRESSES = [
    ("[embed]https://v.example/?a&amp;b[/embed]", "https://v.example/?a&amp;b"),
    ("[embed width='3' src='https://v.example/1']", "https://v.example/1"),
    ("[embed https://v.example/1]", "https://v.example/1"),
    ("[video src='https://youtu.be/abc']", "https://youtu.be/abc"),
    ("[video https://vimeo.com/1 width=3][/video]", "https://vimeo.com/1"),
    ("[audio src=https://radio.example/live]", "https://radio.example/live"),
    ("[youtube https://www.youtube.com/watch?v=abc&amp;w=640]", "https://www.youtube.com/watch?v=abc&amp;w=640"),
    ("[youtube=http://www.youtube.com/watch?v=abc]", "http://www.youtube.com/watch?v=abc"),
    ("[youtube=//youtu.be/abc]", "https://youtu.be/abc"),
    ("[youtube dQw4w9WgXcQ 640 385]", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ('[youtube id="dQw4w9WgXcQ"]', "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ("[youtube]https://youtu.be/abc[/youtube]", "https://youtu.be/abc"),
    ("[youtube youtube.com/watch?v=abc]", "https://youtube.com/watch?v=abc"),
    ("[vimeo 123456 w=500&h=280]", "https://vimeo.com/123456"),
    ("[vimeo clip_id=123456]", "https://vimeo.com/123456"),
    ("[vimeo=https://vimeo.com/1]", "https://vimeo.com/1"),
    ("[tweet 123]", "https://twitter.com/i/status/123"),
    ("[tweet https://twitter.com/a/status/1 hide_thread='true']", "https://twitter.com/a/status/1"),
    ("[instagram url=https://www.instagram.com/p/abc/]", "https://www.instagram.com/p/abc/"),
    ('[soundcloud url="https://api.soundcloud.com/tracks/1" params=""]', "https://api.soundcloud.com/tracks/1"),
    ("[soundcloud id=1]", "https://api.soundcloud.com/tracks/1"),
    ("[dailymotion id=x8abc]", "https://www.dailymotion.com/video/x8abc"),
    ("[dailymotion x8abc]", "https://www.dailymotion.com/video/x8abc"),
    ("[ted id=1539]", "https://www.ted.com/talks/1539"),
    ("[wpvideo AbCd12 w=640]", "https://videopress.com/v/AbCd12"),
    ("[googlemaps https://maps.google.com/x]", "https://maps.google.com/x"),
    ("[spotify spotify:track:4bz7u]", "https://open.spotify.com/track/4bz7u"),
    ("[facebook url=https://www.facebook.com/a/posts/1]", "https://www.facebook.com/a/posts/1"),
    ("[gist https://gist.github.com/1]", "https://gist.github.com/1"),
    ("See:\nhttps://x.example/?a=1&copy=2\nand", "https://x.example/?a=1&amp;copy=2"),
    ("<p> https://x.example/it's </p>", "https://x.example/it's"),
    ("<p>&nbsp;https://x.example/1&nbsp;</p>", "https://x.example/1"),
    ("<div>\n\thttps://x.example/1\n</div>", "https://x.example/1"),
    ("one<br>https://x.example/1<br />two", "https://x.example/1"),
    ("<!-- wp:paragraph -->\n<p>https://x.example/1</p>\n<!-- /wp:paragraph -->", "https://x.example/1"),
    ('<!-- wp:core-embed/youtube {"url":"https://youtu.be/abc"} /-->', "https://youtu.be/abc"),
    ('<!-- wp:embed {"url":"https://x.example/?a\\u0026amp;b"} --><figure></figure><!-- /wp:embed -->', "https://x.example/?a&amp;b"),
    ('<!-- wp:social-link {"url":"https://x.example/1"} /-->', "https://x.example/1"),
    ('<!-- wp:videopress/video {"guid":"AbCd12"} /-->', "https://videopress.com/v/AbCd12"),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "address"), ADDRESSES)
def test_what_was_embedded_is_a_link_that_readers_see(stored: str, address: str) -> None:
    html = body(stored)
    assert f'<a href="{address}">{address}</a>' in html
    assert html.count("<a ") == 1
    assert "[" not in html
    assert "<video" not in html


@pytest.mark.parametrize(
    "stored",
    [
        "<pre>\nhttps://x.example/1\n</pre>",
        "<p>see https://x.example/1</p>",
        "<p>see <b>this</b>\n <b></b>https://x.example/1</p>",
        "<p>https://x.example/1 <em>is it</em></p>",
        "<code>[gallery]</code>",
        '<p>[youtube] and [tweet by the mayor] and [facebook]</p>',
        "<p>[1] and [sic] and [off-camera] and [Update: see below] and list[0]</p>",
    ],
)  # fmt: skip
def test_what_is_no_code_and_no_address_of_its_own_stays(stored: str) -> None:
    report = Report()
    html = body(stored, report=report)
    assert "<a" not in html
    assert "<img" not in html
    assert html.count("[") == stored.count("[")
    assert report.not_understood.met() == ()


@pytest.mark.parametrize(
    ("stored", "kept"),
    [
        ("[[gallery]] is a code", "<p>[gallery] is a code</p>"),
        ("[[caption]x[/caption]] is one, too", "<p>[caption]x[/caption] is one, too</p>"),
        ('<a title="[gallery]">x</a>', '<p><a title="[gallery]">x</a></p>'),
        ("<p>[gallery</p><p>x]</p>", "<p>[gallery</p>\n<p>x]</p>"),
        ("a [audio\n\nb]", "<p>a [audio</p>\n<p>b]</p>"),
    ],
)
def test_codes_that_are_none(stored: str, kept: str) -> None:
    assert body(stored) == kept


@pytest.mark.parametrize(
    "content", ['<img src="/x.png"> Words', '<p><img src="/x.png"></p> Words', '<div><img src="/x.png"></div>\nWords']
)
def test_a_caption_is_what_follows_the_picture(content: str) -> None:
    shown = '<figure><img src="/x.png"><figcaption>Words</figcaption>\n</figure>'
    assert body(f'[caption width="9"]{content}[/caption]') == shown


def test_no_empty_paragraph_is_left_around_a_gallery() -> None:
    assert (
        body("<p>[gallery ids=2]</p><p></p>x")
        == '<figure><img src="/wp-content/uploads/b.png" alt=""></figure>\n<p>x</p>'
    )


def test_a_file_that_browsers_do_not_play_is_a_link_by_its_name() -> None:
    assert (
        body(f'[video src="{SITE}/wp-content/uploads/e.wmv"]') == '<p><a href="/wp-content/uploads/e.wmv">e.wmv</a></p>'
    )


def test_codes_within_a_caption() -> None:
    stored = '[caption width="9"]<img src="/x.png"> Words [youtube dQw4w9WgXcQ][/caption]'
    assert body(stored) == (
        '<figure><img src="/x.png"><figcaption>Words <a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ">'
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ</a></figcaption>\n</figure>"
    )


PLUGINS = '[vc_row][vc_column width="1/2"]Words[/vc_column][/vc_row] [contact-form-7 id="1"] [sic] [ngg src=x /]\n[recent-posts]\n'


def test_codes_of_plugins_stay_and_are_counted() -> None:
    report = Report()
    html = body(PLUGINS, report=report)
    assert '[vc_column width="1/2"]Words[/vc_column]' in html
    names = ("contact-form-7", "ngg", "recent-posts", "vc_column", "vc_row")
    assert report.not_understood.met() == met(*(f"shortcode [{name}]" for name in names))
    assert report.stripped.met() == ()


def test_codes_of_plugins_are_stripped_if_asked_for() -> None:
    report = Report()
    assert body(PLUGINS, report=report, strip=True) == "<p>Words  [sic]</p>"
    names = ("contact-form-7", "ngg", "recent-posts", "vc_column", "vc_row")
    assert report.stripped.met() == met(*(f"shortcode [{name}]" for name in names))
    assert report.not_understood.met() == ()


@pytest.mark.parametrize("strip", [False, True])
def test_a_known_code_that_does_not_say_what_it_shows_is_named(*, strip: bool) -> None:
    report = Report()
    bodies = bodies_of(report=report, strip_shortcodes=strip)
    html = bodies.article("a [bandcamp album=1] [loom] b [audio src='' /]", POST)
    assert html == ("<p>a  [loom] b</p>" if strip else "<p>a [bandcamp album=1] [loom] b</p>")
    told = {met.name for met in (*report.not_understood.met(), *report.stripped.met())}
    assert told == {"shortcode [bandcamp]", "shortcode [audio] without a file"}


def test_what_is_stripped_makes_no_code_of_what_stands_around_it() -> None:
    assert body("[gal[x_y]lery] [[x_y]gallery]", strip=True) == "<p>[gal lery] [ gallery]</p>"


WITHIN = '[gallery ids="1"] [caption width="9"]x[/caption] [youtube dQw4w9WgXcQ] [x_y] [[gallery]]'


@pytest.mark.parametrize("strip", [False, True])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("<pre>", "</pre>"),
        ('<pre class="a"><code>', "</code></pre>"),
        ("<code>", "</code>"),
        ("<kbd>", "</kbd>"),
        ("<samp>", "</samp>"),
        ("<tt>", "</tt>"),
        ('[sourcecode language="php"]', "[/sourcecode]"),
        ("[code]", "[/code]"),
        ('[php firstline="3"]', "[/php]"),
        ("[PYTHON]", "[/PYTHON]"),
    ],
)
def test_within_code_no_shortcode_is_one(start: str, end: str, *, strip: bool) -> None:
    report = Report()
    html = body(f"Before {start}{WITHIN}{end} after [x_z]", report=report, strip=strip)
    assert WITHIN in html.replace("&quot;", '"')
    told = {met.name for met in (*report.not_understood.met(), *report.stripped.met())}
    assert told - {f"shortcode [{name}]" for name in ("sourcecode", "code", "php", "PYTHON")} == {"shortcode [x_z]"}


@pytest.mark.parametrize("start", ["[code]", "[code /]", "[[code]]", "[/code][code]", "[codes]"])
def test_code_that_never_ends_is_none(start: str) -> None:
    assert "[youtube" not in body(f"{start} and [youtube dQw4w9WgXcQ]")


def test_an_escaped_code_of_a_plugin_is_shown_where_others_are_stripped() -> None:
    assert body("[[x_y]] [x_y]", strip=True) == "<p>[x_y]</p>"


def test_many_codes_of_code_are_read_in_linear_time() -> None:
    assert body("[code]" * 50_000).count("[code]") == 50_000
    assert body("[code][gallery][/code]" * 10_000).count("[gallery]") == 10_000


REUSABLE = '<!-- wp:block {"ref":50} /-->'


def test_reusable_blocks_stand_where_they_are_named() -> None:
    nested = body(
        f"<!-- wp:paragraph --><p>One</p><!-- /wp:paragraph -->{REUSABLE}{REUSABLE}",
        blocks={50: '<p>Two</p><!-- wp:block {"ref":51} /-->', 51: "[gallery ids=1]"},
    )
    assert nested.count("<p>Two</p>") == 2
    assert pictures(nested) == ["a.png", "a.png"]


@pytest.mark.parametrize(
    "stored",
    [
        '<!-- wp:block {"ref":"50"} /-->',
        '<!-- wp:block {"ref":50} -->\n<!-- /wp:block -->',
        '<!-- wp:core/block {"ref":50} /-->',
    ],
)
def test_a_reusable_block_is_named_in_other_ways(stored: str) -> None:
    assert body(stored, blocks={50: "<p>Two</p>"}) == "<p>Two</p>"


def test_a_reusable_block_within_itself_ends() -> None:
    report = Report()
    html = body(
        REUSABLE, report=report, blocks={50: '<p>Two</p><!-- wp:block {"ref":51} /-->', 51: f"<p>Three</p>{REUSABLE}"}
    )
    assert html == "<p>Two</p><p>Three</p>"
    assert report.stripped.met() == met("reusable block 50")


VIEW = "jetpack/premium-content/subscriber-view"
PAID = f"<!-- wp:{VIEW} --><p>Inner</p><!-- /wp:{VIEW} -->"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (f"<p>x</p>{PAID}<p>y</p>{PAID}<p>z</p>", "<p>x</p><p>y</p><p>z</p>"),
        ("<p>x</p>" + PAID.replace("jetpack/", "") + "<p>y</p>", "<p>x</p><p>y</p>"),
        (f"<p>x</p><!-- wp:{VIEW} -->{PAID}<p>Inner</p><!-- /wp:{VIEW} --><p>y</p>", "<p>x</p><p>y</p>"),
        (f"<p>x</p><!-- wp:{VIEW} --><p>Inner</p><!-- /wp:{VIEW} ", "<p>x</p>"),
        ("<p>x</p><!-- wp:jetpack/paywall --><hr><!-- /wp:jetpack/paywall --><p>Inner</p>", "<p>x</p>"),
        ("<p>x</p><!-- wp:jetpack/paywall /--><p>Inner</p>", "<p>x</p>"),
        ('<p>x</p><!-- wp:block {"ref":50} /--><p>y</p>', "<p>x</p><p>y</p>"),
        ("<p>x</p>___STEADY_PAYWALL___<p>Inner</p>", "<p>x</p>"),
        ("x [ihc-hide-content ihc_mb_who='1']Inner[/ihc-hide-content] z", "<p>x  z</p>"),
        ("x [restrict]Inner[/restrict] y [is_paid]Inner[/is_paid] z", "<p>x  y  z</p>"),
        ('x [membership level="1"]Inner[restrict]Inner[/restrict][/membership] z', "<p>x  z</p>"),
        ("x [[member]Inner[member]Inner[/member]Inner[/member]] z", "<p>x [] z</p>"),
        ("x [member]Inner[member]Inner[/member]Inner[/member]", "<p>x</p>"),
        ("x [um_loggedin]" + '[gallery ids="9"] ' * 30 + "Inner[/um_loggedin]", "<p>x</p>"),
        ("<p>x</p><pre>[s2If is_user_logged_in()]Inner[/s2If]</pre>", "<p>x</p>\n<pre></pre>"),
        ("<p>x</p><p>[wcm_restrict plans='a']</p><p>Inner</p><p>[/wcm_restrict]</p>", "<p>x</p>"),
    ],
)
def test_what_subscribers_alone_read_stays_out(stored: str, shown: str) -> None:
    report = Report()
    assert body(stored, report=report, blocks={50: PAID}) == shown
    assert Met("a part for subscribers alone", 1, "A story") in report.stripped.met()


def test_scripts_are_counted_by_their_hosts() -> None:
    report = Report()
    chart = '<div data-src="visualisation/1"><script src="https://charts.example/e.js"></script></div>'
    assert body(f"{chart}{chart}<p>x</p><script>a()</script><script SRC=//films.example></script>", report=report)
    assert report.stripped.met() == met("script of charts.example", "script of films.example")


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("x[restrict]Inner[/restrict]y[restrict level='gold']Inner[/restrict]z", "<p>xyz</p>"),
        ('x[mepr-show rules="7"]<b>Inner</b>[/mepr-show]', "<p>x</p>"),
        ("x[s2If current_user_can(access_s2member_level1)]Inner[/s2If]", "<p>x</p>"),
        ("x[members_logged_in]Inner[/members_logged_in]", "<p>x</p>"),
        ("x[acme_subscribers_only]Inner[/acme_subscribers_only]", "<p>x</p>"),
        ('x[membership level="[1]"]Inner[/membership]', "<p>x</p>"),
        ("x[private][private]Inner[/private]y", "<p>xy</p>"),
        ("x<p>[wcm_restrict]</p><p>Inner</p><p>[/wcm_restrict]</p>y", "<p>x</p>\n<p>y</p>"),
        (
            '<p>x</p><!-- wp:pmpro/membership {"levels":["1"]} --><p>Inner</p><!-- /wp:pmpro/membership -->',
            "<p>x</p>",
        ),
        (
            '<p>x</p><!-- wp:group {"um_is_restrict":true} --><!-- wp:group --><p>Inner</p><!-- /wp:group -->'
            "<p>Inner</p><!-- /wp:group --><p>y</p>",
            "<p>x</p><p>y</p>",
        ),
        ('<p>x</p><!-- wp:block {"ref":51} /-->', "<p>x</p>"),
    ],
)
def test_what_members_alone_read_stays_out(stored: str, shown: str) -> None:
    report = Report()
    assert body(stored, report=report, blocks={51: "[restrict]Inner[/restrict]"}) == shown
    assert Met("a part for subscribers alone", 1, "A story") in report.stripped.met()


@pytest.mark.parametrize(
    "stored",
    [
        "Inner[restrict]",
        "Inner[/restrict]",
        "[/restrict]Inner[restrict]",
        "[restrict /]Inner[/restrict]",
        "[[restrict]Inner[/restrict]]",
        "[not_logged_in]Inner[/not_logged_in]",
        "[members_not_logged_in]Inner[/members_not_logged_in]",
        "[nonmember]Inner[/nonmember]",
        "[groups_non_member]Inner[/groups_non_member]",
        "[team_member]Inner[/team_member]",
        "[et_pb_team_member name='Ann']Inner[/et_pb_team_member]",
        "<!-- wp:acf/team-member --><p>Inner</p><!-- /wp:acf/team-member -->",
        "[unrestricted]Inner[/unrestricted]",
        "<!-- wp:jetpack/subscriptions /--><p>Inner</p>",
        "<!-- wp:woocommerce-memberships/non-member-content --><p>Inner</p><!-- /wp:woocommerce-memberships/non-member-content -->",
        '<!-- wp:group {"um_is_restrict":false} --><p>Inner</p><!-- /wp:group -->',
        '<!-- wp:group {"x":{"visibilityByRole":"logged-out"}} --><p>Inner</p><!-- /wp:group -->',
    ],
)
def test_what_everybody_read_stays(stored: str) -> None:
    report = Report()
    assert "Inner" in body(stored, report=report)
    assert not [met for met in report.stripped.met() if "alone" in met.name]


ROLES = '{"blockVisibility":{"controlSets":[{"id":1,"controls":{"userRole":{"visibilityByRole":"%s"}}}]}}'


@pytest.mark.parametrize(
    ("block", "attributes", "why"),
    [
        ("columns", '{"metadata":{"blockVisibility":false}}', "a block that was hidden"),
        ("group", '{"blockVisibility":{"hideBlock":true}}', "a block that was hidden"),
        ("group", ROLES % "logged-in", "a part for subscribers alone"),
        (
            "group",
            '{"contentControls":{"enabled":true,"rules":{"user":{"userStatus":"logged_in"}}}}',
            "a part for subscribers alone",
        ),
        ("group", '{"contentControls":{"enabled":true,"rules":{"user":{"userStatus":"logged_out"}}}}', ""),
        ("pmpro/membership", '{"levels":["1"]}', "a part for subscribers alone"),
        ("memberpress/protected-content", "", "a part for subscribers alone"),
        ("group", ROLES % "logged-out", ""),
        ("group", '{"metadata":{"blockVisibility":{"viewport":{"mobile":false}}}}', ""),
    ],
)
def test_blocks_that_not_everybody_saw(block: str, attributes: str, why: str) -> None:
    report = Report()
    within = f"<!-- wp:{block} --><p>Inner</p><!-- /wp:{block} -->"
    html = body(f"<p>x</p><!-- wp:{block} {attributes} -->{within}<!-- /wp:{block} --><p>y</p>", report=report)
    assert ("Inner" not in html) == bool(why)
    assert html.startswith("<p>x</p>")
    assert html.endswith("<p>y</p>")
    assert report.stripped.met() == (met(why) if why else ())


def test_a_reusable_block_that_is_not_in_the_export_is_named() -> None:
    report = Report()
    assert body(f"{REUSABLE}<p>x</p>", report=report) == "<p>x</p>"
    assert report.stripped.met() == met("reusable block 50")


def test_reusable_blocks_that_double_each_time_are_bounded() -> None:
    doubling = {n: f'<!-- wp:block {{"ref":{n + 1}}} /-->' * 2 + "x" * 1000 for n in range(50, 90)}
    assert len(body(REUSABLE, blocks=doubling)) < 1_000_000


@pytest.mark.parametrize("state", [{"status": "draft"}, {"status": "trash"}, {"password": "sesame"}])
def test_a_reusable_block_that_readers_were_not_shown_is_not_shown(state: dict[str, str], tmp_path: Path) -> None:
    block = post(50, "Box", "<p>Secret</p>", kind="wp_block", **state)  # type: ignore[arg-type]
    assert "Secret" not in read(tmp_path, wxr(post(7, content=REUSABLE), block)).article.body_html
    shown = post(50, "Box", "<p>Open</p>", kind="wp_block")
    assert "Open" in read(tmp_path, wxr(post(7, content=REUSABLE), shown)).article.body_html


NOTES = [
    {"id": "n1", "content": "First <em>note</em>"},
    {"id": "n2", "content": "<script>x()</script>Second"},
    {"id": "n3"},
    7,
]


def test_footnotes(tmp_path: Path) -> None:
    stored = (
        '<!-- wp:paragraph --><p>A<sup data-fn="n1" class="fn"><a href="#n1" id="n1-link">1</a></sup>'
        '<sup class="fn"><a href="#n2" id="n2-link">2</a></sup></p><!-- /wp:paragraph --><!-- wp:footnotes /-->'
    )
    meta = [("footnotes", json.dumps(NOTES))]
    html = read(tmp_path, wxr(post(7, content=stored, meta=meta))).article.body_html
    assert '<li id="n1">First <em>note</em> <a href="#n1-link">↩︎</a></li>' in html
    assert '<li id="n2">Second <a href="#n2-link">↩︎</a></li>' in html
    assert '<a id="n1-link" href="#n1">1</a>' in html


@pytest.mark.parametrize("field", ["", "[", "7", "[" * 100_000, '{"id":"a"}', '[{"id":"a","content":7}]'])
def test_footnotes_that_cannot_be_read_are_named(field: str) -> None:
    report = Report()
    html = bodies_of(report=report).article("<!-- wp:footnotes /--><p>x</p>", Post(7, "A story", footnotes=field))
    assert html == "<p>x</p>"
    assert report.stripped.met() == met("block core/footnotes")


def test_a_post_whose_footnotes_were_all_taken_out_has_none() -> None:
    report = Report()
    assert bodies_of(report=report).article("<!-- wp:footnotes /--><p>x</p>", Post(7, footnotes="[]")) == "<p>x</p>"
    assert report.stripped.met() == ()


@pytest.mark.parametrize("content", ["<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->", "<p>x</p>"])
def test_footnotes_without_their_block_are_named(content: str) -> None:
    """WordPress shows none."""
    report = Report()
    body = bodies_of(report=report).article(content, Post(7, "A story", footnotes=json.dumps(NOTES)))
    assert body == "<p>x</p>"
    assert report.stripped.met() == met("footnotes that no block shows")


def synced(name: str, block: str, html: str, bound: str = "__default") -> str:
    metadata = {"name": name, "bindings": {bound: {"source": "core/pattern-overrides"}}}
    return f"<!-- wp:{block} {json.dumps({'metadata': metadata})} -->{html}<!-- /wp:{block} -->"


PATTERN = (
    "<!-- wp:group --><div>"
    + synced("Title", "heading", '<h2 class="wp-block-heading">Default <b>title</b></h2>', "content")
    + synced("Text", "paragraph", "\n<p>Default words</p>\n")
    + synced(
        "Photo", "image", '<figure><img src="https://x.example/a.jpg" alt="A"/><figcaption>A</figcaption></figure>'
    )
    + synced("More", "button", '<div><a href="https://x.example/">More</a></div>')
    + "<!-- wp:paragraph --><p>Fixed</p><!-- /wp:paragraph --></div><!-- /wp:group -->"
)


@pytest.mark.parametrize(
    ("own", "there", "gone"),
    [
        (
            {"Title": {"content": "Own <em>title</em>"}},
            ["<h2>Own <em>title</em></h2>", "Default words", "Fixed"],
            "<b>",
        ),
        ({"Text": {"content": "Own $1 \\1"}}, ["<p>Own $1 \\1</p>", "Default <b>title"], "Default words"),
        (
            {"Photo": {"url": "https://x.example/b.jpg?a=1&b=2", "alt": 'B "b"', "id": 7, "caption": "B"}},
            ['src="https://x.example/b.jpg?a=1&amp;b=2"', 'alt="B &quot;b&quot;"', "<figcaption>B<"],
            "a.jpg",
        ),
        (
            {"More": {"text": "All", "url": "https://y.example/", "rel": "x"}},
            ['href="https://y.example/">All</a>'],
            'x.example/"\u003e',
        ),
    ],
)
def test_words_of_its_own_in_a_synced_pattern(own: dict[str, Any], there: list[str], gone: str) -> None:
    report = Report()
    made = bodies_of(blocks={50: PATTERN}, report=report)
    body = made.article(f"<!-- wp:block {json.dumps({'ref': 50, 'content': own})} /-->", Post(7, "A story"))
    for words in there:
        assert words in body
    assert gone not in body
    assert report.stripped.met() == ()


@pytest.mark.parametrize(
    "own",
    [
        {"Nobody": {"content": "Own"}},
        {"Title": {"url": "x"}},
        {"Title": {"content": 7}},
        {"Title": "Own"},
        {"": {"a": ""}},
    ],
)
def test_words_that_have_no_place_in_a_synced_pattern_are_named(own: dict[str, Any]) -> None:
    report = Report()
    made = bodies_of(blocks={50: PATTERN}, report=report)
    body = made.article(f"<!-- wp:block {json.dumps({'ref': 50, 'content': own})} /-->", Post(7, "A story"))
    assert "Default <b>title" in body
    assert report.stripped.met() == met("words of its own in reusable block 50")


URL = "https://old.example/wp-content/uploads/flood.jpg"


@pytest.mark.parametrize(
    "stored",
    [
        f'<!-- wp:cover {{"url":"{URL}","id":1}} --><div><p>Words</p></div><!-- /wp:cover -->',
        f'<!-- wp:cover {{"url":"{URL}"}} --><div><img src="{URL}"><p>Words</p></div><!-- /wp:cover -->',
        f'<!-- wp:cover {{"url":"{URL}"}} --><div><p>Words</p><img src="/x.png"></div><!-- /wp:cover -->',
        f'<!-- wp:cover-image {{"id":1}} --><div style="background-image:url({URL})">Words</div><!-- /wp:cover-image -->',
        f'<!-- wp:group {{"style":{{"background":{{"backgroundImage":{{"url":"{URL}"}}}}}}}} --><p>Words</p><!-- /wp:group -->',
        f"<!-- wp:media-text --><div><figure style=\"background-image:url('{URL}');background-position:1% 2%\"></figure>"
        "Words</div><!-- /wp:media-text -->",
        f'<!-- wp:media-text {{"mediaUrl":"{URL}"}} --><div>Words</div><!-- /wp:media-text -->',
    ],
)
def test_a_picture_behind_words_is_shown_once(stored: str) -> None:
    html = body(stored)
    assert pictures(html).count("flood.jpg") == 1
    assert "Words" in html


def test_a_picture_behind_words_may_be_named_by_its_id_alone() -> None:
    assert pictures(body('<!-- wp:cover {"id":1} --><p>Words</p><!-- /wp:cover -->')) == ["a.png"]
    assert pictures(body('<!-- wp:media-text {"mediaId":2} --><img src="/x.png"><!-- /wp:media-text -->')) == ["x.png"]


def test_blocks_whose_words_are_only_in_attributes_are_named() -> None:
    report = Report()
    html = body(
        '<!-- wp:acf/pullquote {"data":{"quote":"No."}} /--><!-- wp:p/x --><div> &nbsp; </div><!-- /wp:p/x -->'
        "<!-- wp:latest-posts /--><!-- wp:spacer /--><!-- wp:p/y --><p>Words</p><!-- /wp:p/y --><!-- wp:paragraph --><p></p>"
        "<!-- /wp:paragraph -->",
        report=report,
    )
    assert "Words" in html
    assert report.stripped.met() == met("block acf/pullquote", "block p/x", "block core/latest-posts")


@pytest.mark.parametrize(
    "attributes", ["", "{}", "[]", "null", '{"url":7,"ids":{"a":1},"id":true}', '{"url":"javascript:x()"}', "{" * 99, '{"url":"x"}']
)  # fmt: skip
@pytest.mark.parametrize(
    "name", ["cover", "embed", "gallery", "image", "block", "footnotes", "media-text", "video", "p/x"]
)
def test_attributes_of_blocks_may_be_anything(name: str, attributes: str) -> None:
    assert (
        body(
            f"<!-- wp:{name} {attributes} /--><p>x</p><!-- wp:{name} {attributes} --><p>y</p><!-- /wp:{name} -->"
        ).count("<p>")
        == 2
    )


def test_pages_and_a_cut_make_paragraphs() -> None:
    assert body("one<!--nextpage-->two<!--more Go on-->three") == "<p>one</p>\n<p>two</p>\n<p>three</p>"


@pytest.fixture
def uploads(tmp_path: Path) -> Media:
    folder = tmp_path / "old"
    folder.mkdir()
    for name in ("a.jpg", "b c.docx", "run.php"):
        (folder / name).write_bytes(b"x")
    return Media(folder, tmp_path / "media")


@pytest.mark.parametrize(
    ("address", "moved"),
    [
        ("https://old.example/wp-content/uploads/a.jpg?w=3#x", "/wp-content/uploads/a.jpg?w=3#x"),
        ("//www.old.example/wp-content/uploads/a.jpg", "/wp-content/uploads/a.jpg"),
        ("/wp-content/uploads/b%20c.docx", "/wp-content/uploads/b%20c.docx"),
        ("https://i0.wp.com/old.example/wp-content/uploads/a.jpg?resize=3%2C2&amp;ssl=1", "/wp-content/uploads/a.jpg"),
        ("https://cdn.example/files/a.jpg?x=1", "/wp-content/uploads/a.jpg"),
        ("https://i2.wp.com/cdn.example/files/a.jpg", "/wp-content/uploads/a.jpg"),
        ("https://paper.files.wordpress.com/a.jpg?w=300", "/wp-content/uploads/a.jpg"),
    ],
)  # fmt: skip
def test_uploads_that_are_here_are_served_from_here(address: str, moved: str, uploads: Media) -> None:
    bodies = bodies_of(SITE, "https://paper.wordpress.com", bases=["https://cdn.example/files/"], media=uploads)
    assert bodies.article(f'<p><a href="{address}">x</a></p>', POST) == f'<p><a href="{moved}">x</a></p>'
    assert (uploads.copied, uploads.missing) == (1, 0)


@pytest.mark.parametrize(
    ("address", "left", "missing"),
    [
        ("https://old.example/wp-content/uploads/lost.pdf?x#y", "https://old.example/wp-content/uploads/lost.pdf?x#y", 1),
        ("/wp-content/uploads/lost.pdf", "https://old.example/wp-content/uploads/lost.pdf", 1),
        ("https://old.example/wp-content/uploads/run.php", "https://old.example/wp-content/uploads/run.php", 1),
        ("https://old.example/wp-content/uploads/lost.xyz", "https://old.example/wp-content/uploads/lost.xyz", 1),
        ("//i0.wp.com/old.example/wp-content/uploads/lost.jpg", "//i0.wp.com/old.example/wp-content/uploads/lost.jpg", 1),
        ("https://cdn.example/files/lost.jpg", "https://cdn.example/files/lost.jpg", 1),
        ("https://cdn.example/files/", "https://cdn.example/files/", 0),
        ("https://i0.wp.com/other.example/wp-content/uploads/a.jpg", "https://i0.wp.com/other.example/wp-content/uploads/a.jpg", 0),
        ("https://other.files.wordpress.com/a.jpg", "https://other.files.wordpress.com/a.jpg", 0),
        ("../../wp-content/uploads/lost.jpg", "https://old.example/wp-content/uploads/lost.jpg", 1),
        ("wp-content/uploads/lost.jpg?x=1", "https://old.example/wp-content/uploads/lost.jpg?x=1", 1),
        ("https://old.example/wp-content/uploads/../../secret.jpg", "https://old.example/wp-content/uploads/../../secret.jpg", 1),
    ],
)  # fmt: skip
def test_uploads_that_are_not_in_the_folder_stay_where_they_are(
    address: str, left: str, missing: int, uploads: Media
) -> None:
    bodies = bodies_of(SITE, bases=["https://cdn.example/files/"], media=uploads)
    for _ in range(2):
        assert bodies.article(f'<p><a href="{address}">x</a></p>', POST) == f'<p><a href="{left}">x</a></p>'
    assert (uploads.copied, uploads.missing) == (0, missing)
    assert len(list(uploads.missing_names())) == missing


def test_without_a_folder_of_uploads_their_paths_are_ours(tmp_path: Path) -> None:
    """They will be put into the media folder by other means; what other servers have is left to them."""
    media = Media(None, tmp_path)
    bodies = bodies_of(SITE, media=media)
    stored = f'<p><a href="{SITE}/wp-content/uploads/a.docx">x</a><img src="https://i0.wp.com/old.example/wp-content/uploads/b.jpg"></p>'
    assert bodies.article(stored, POST) == (
        '<p><a href="/wp-content/uploads/a.docx">x</a><img src="https://i0.wp.com/old.example/wp-content/uploads/b.jpg"></p>'
    )
    assert list(media.missing_names()) == ["a.docx", "b.jpg"]


@pytest.mark.parametrize("above", ["", "./", "../", "../../../../"])
def test_uploads_by_an_address_relative_to_the_page(tmp_path: Path, above: str) -> None:
    """As editors of old wrote it; the article's page is another one here."""
    bodies = bodies_of(SITE, media=Media(None, tmp_path))
    assert bodies.article(f'<p><img src="{above}wp-content/uploads/b.jpg"></p>', POST) == (
        '<p><img src="/wp-content/uploads/b.jpg"></p>'
    )


def test_where_attachments_are_served_from_is_learnt_from_the_export() -> None:
    known = attachments_of()
    known.add(attachment(1)._replace(url="https://cdn.example/files/2024/a.jpg"), "2024/a.jpg")
    assert list(known.bases) == ["https://cdn.example/files/"]
