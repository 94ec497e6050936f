"""Whatever a body holds of blocks, shortcodes and brackets, and however they are nested: it is read, once and for all."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from feeds.clean.html import sanitize_article
from feeds.importers.report import Report
from feeds.importers.wxr.body import Post
from feeds.importers.wxr.codes import KNOWN, Codes
from feeds.importers.wxr.embeds import PLACES, show_addresses
from feeds.importers.wxr.shortcodes import Shortcodes
from feeds.importers.wxr.texts import VERBATIM, parts
from tests.costs import assert_linear
from tests.importers.bodies import attachment, attachments_of, bodies_of

ATTACHMENTS = (attachment(1, "a.png", caption="[gallery]"), attachment(2, "b.mp3"), attachment(3, "c.mp4"))
CORE = sorted(KNOWN - PLACES.keys())
NAMES = [*CORE, "youtube", "tweet", "vc_row", "x", "restrict"]
RESTS = [
    "",
    " /",
    ' ids="1,2,3"',
    " id=7",
    " https://a.example/b",
    ' src="https://a.example/b.mp3"',
    "=https://youtu.be/abcdefg",
    ' x="',
]
BLOCKS = ["paragraph", "cover", "embed", "gallery", "footnotes", "block", "acf/x", "pmpro/membership"]
ATTRIBUTES = ["", '{"url":"https://a.example/b"}', '{"ids":[1,2]}', '{"ref":50}', '{"ref":51}', "{"]
TEXTS = [
    "[", "]", "[[", "]]", "/", "a", " ", "\n", "\n\n", "https://a.example/c", "<p>", "</p>", "<pre>", "</pre>", "<code>",
    "</code>", "<b>", "</b>", '<a title="[gallery]">', "</a>", "<div>", "</div>", '"', "'", "&#91;", "&amp;",
]  # fmt: skip

codes = st.builds("[{}{}]".format, st.sampled_from(NAMES), st.sampled_from(RESTS))
ends = st.sampled_from(NAMES).map("[/{}]".format)
blocks = st.builds(
    "<!-- wp:{} {} {}-->".format, st.sampled_from(BLOCKS), st.sampled_from(ATTRIBUTES), st.sampled_from(["", "/"])
)
block_ends = st.sampled_from(BLOCKS).map("<!-- /wp:{} -->".format)
bodies = st.lists(codes | ends | st.sampled_from(TEXTS) | blocks | block_ends, max_size=25).map("".join)
coded = st.lists(codes | ends | st.sampled_from(TEXTS), max_size=25).map("".join)


def expanded(html: str) -> str:
    shown = Codes(attachments_of(*ATTACHMENTS), 7, lambda _: None, lambda _: None)
    return show_addresses(Shortcodes(html, KNOWN).expanded(shown.expand))


@given(coded)
def test_expanding_twice_is_expanding_once(html: str) -> None:
    once = expanded(html)
    assert expanded(once) == once


RAW = re.compile(rf"\[(?:{'|'.join(CORE)})(?![\w-])[^\[\]]*\]|\[/(?:{'|'.join(CORE)})\]")
AS_TYPED = VERBATIM | {"figcaption"}


@given(bodies)
def test_any_body_becomes_what_readers_are_shown(html: str) -> None:
    report = Report()
    texts = {50: '[gallery]<!-- wp:block {"ref":51} /-->', 51: '[caption]x<!-- wp:block {"ref":50} /-->'}
    made = bodies_of(attachments=ATTACHMENTS, blocks=texts, report=report)
    body = made.article(html, Post(7, "A story", footnotes='[{"id":"a","content":"[video]"}]'))
    assert body == sanitize_article(body)
    assert "wp:" not in body
    for met in (*report.not_understood.met(), *report.stripped.met()):
        assert met.articles == 1
    # Of what is escaped, one pair of brackets stays, and is text. It may be that only blocks part it.
    if "[[" not in re.sub(r"<!--.*?-->", "", html) and "&#91;" not in html:
        assert not RAW.search(
            "|".join(body[part.start : part.end] for part in parts(body, AS_TYPED) if not part.tag and not part.quiet)
        )


GATES = [
    ("[restrict]", "[/restrict]"),
    ('[membership level="1"]', "[/membership]"),
    ('<!-- wp:columns {"metadata":{"blockVisibility":false}} -->', "<!-- /wp:columns -->"),
    ("<!-- wp:x/member-content -->", "<!-- /wp:x/member-content -->"),
    ("<!-- wp:jetpack/paywall /-->", ""),
]


around = bodies.map(lambda html: re.sub(r"\[(?=\[)", "[ ", html).replace("pmpro/membership", "group"))
"""Without escapes, and without blocks that would end or begin in the middle of what is hidden: WordPress takes these out first."""


@given(around, st.sampled_from(GATES), around, around)
@example("[restrict]", GATES[0], "[restrict]", "[/restrict]")
def test_what_not_everybody_was_shown_is_never_there(
    before: str, gate: tuple[str, str], inner: str, after: str
) -> None:
    begin, end = gate
    # What ends in there ends for WordPress, too.
    inner = inner.replace("[/restrict]", " ")
    made = bodies_of(attachments=ATTACHMENTS, blocks={51: f"{begin}SECRET{end}"})
    assert "SECRET" not in made.article(f"{before} {begin}{inner}SECRET{inner}{end} {after}", Post(7))


@pytest.mark.parametrize(
    "hostile",
    [
        "[", "[[", "]", "[a", "[gallery", "[gallery]", "[gallery ", "[caption]", "[/caption]", "[caption][/caption]", "[x_y]",
        "[/x]",
        "[member]", "[/member]", "[[member", "<!-- wp:x/members -->", "<!-- /wp:x/members -->",
        '[x a="', "[x a='b\" ", "[audio https://a.example/b", "<pre>[gallery]", "<code>", "<!-- wp:cover -->", "<!-- wp:cover",
        "[restrict]", "[/restrict]", "[restrict", "[restrict]x[/restrict]", "<!-- wp:pmpro/membership -->",
        "<!-- /wp:cover -->", "<!-- wp:cover --><!-- /wp:cover -->", "<!-- wp:embed {", "<!-- wp:", "<!--\n", "https://a.example/\n",
        "<br>https://a.example/b", "background:url(", "<img src=", "<div> &nbsp;", "[caption]<img ", '="/wp-content/uploads/',
        ' src="https://old.example/a',
    ],
)  # fmt: skip
@pytest.mark.parametrize("strip", [False, True])
def test_time_is_linear_in_what_a_hostile_body_repeats(hostile: str, strip: bool) -> None:
    made = bodies_of(attachments=ATTACHMENTS, strip_shortcodes=strip)
    around = (("", ""), ("[caption ", "]"), ("<!-- wp:cover -->", "<!-- /wp:cover -->"))
    for unit, head, tail in ((hostile, *ends) for ends in around):
        assert_linear(lambda text: made.article(text, Post(7)), unit, 6_000, head, tail)
    assert_linear(lambda text: made.article(text, Post(7)), f"{hostile} ", 6_000)
