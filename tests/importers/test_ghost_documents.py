"""Posts of Ghost's that come without their HTML, by what its editors keep."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.importers.ghost.documents import lexical_html, mobiledoc_html
from feeds.importers.report import Met
from tests.importers.ghost_files import ghost, post
from tests.importers.reading import read

Node = dict[str, Any]
PICTURE = {"src": "__GHOST_URL__/content/images/a.png", "alt": "A boat", "caption": "At <b>dawn</b>"}
FIGURE = '<figure><img src="/content/images/a.png" alt="A boat"><figcaption>At <b>dawn</b></figcaption></figure>'
CARDS: list[tuple[str, Node, str]] = [
    ("image", PICTURE, FIGURE),
    ("gallery", {"images": [PICTURE, {"src": "/b.png"}]}, f'{FIGURE}<img src="/b.png" alt="">'),
    ("html", {"html": "<p>Raw<script>x()</script></p>"}, "<p>Raw</p>"),
    ("horizontalrule", {}, "<hr>"),
    ("codeblock", {"code": "a < b"}, "<pre>a &lt; b</pre>"),
    ("bookmark", {"url": "https://x.example/", "metadata": {"title": "X"}}, '<a href="https://x.example/">X</a>'),
    ("image", {"src": "/b.png", "href": "/full/"}, '<a href="/full/"><img src="/b.png" alt=""></a>'),
    ("file", {"src": "/f.pdf", "fileName": "f.pdf", "fileCaption": "A & B"}, '<p><a href="/f.pdf">f.pdf</a></p><p>A &amp; B</p>'),
    ("header", {"heading": "H", "buttonText": "Go", "buttonUrl": "/go/"}, '<h2>H</h2><p><a href="/go/">Go</a></p>'),
    ("header", {"heading": "H", "buttonText": "Go", "buttonUrl": "/go/", "buttonEnabled": False}, "<h2>H</h2>"),
    ("call-to-action", {"textValue": "<p>T</p>", "imageUrl": "/b.png", "showButton": False, "buttonUrl": "/go/"},
     '<img src="/b.png" alt=""><p>T</p>'),
    ("button", {"buttonUrl": "/go/", "buttonText": "Go"}, '<p><a href="/go/">Go</a></p>'),
    ("callout", {"calloutEmoji": "!", "calloutText": "<b>Mind</b>"}, "<blockquote>! <b>Mind</b></blockquote>"),
    ("toggle", {"heading": "Why", "content": "<p>So.</p>"}, "<h4>Why</h4><p>So.</p>"),
    ("email", {"html": "<p>Hi {first_name}</p>"}, ""),
]  # fmt: skip


def text(words: str, bits: int = 0) -> Node:
    return {"type": "extended-text", "text": words, "format": bits}


def lexical(*nodes: Node) -> str:
    return json.dumps({"root": {"type": "root", "children": nodes}})


def mobiledoc(*sections: list[Any], **tables: list[Any]) -> str:
    return json.dumps({"version": "0.3.1", "atoms": [], "cards": [], "markups": [], **tables, "sections": sections})


def body(folder: Path, **kept: str) -> str:
    article = read(folder, ghost([post(1, "T", html=None, plaintext="The words alone", **kept)])).article
    return article.body_html.replace("\n", "")


@pytest.mark.parametrize(("kind", "card", "html"), CARDS, ids=[kind for kind, _, _ in CARDS])
def test_a_card_is_the_same_in_both_editors(kind: str, card: Node, html: str, tmp_path: Path) -> None:
    words = {"type": "paragraph", "children": [text("x")]}
    assert body(tmp_path, lexical=lexical({"type": kind, **card}, words)) == f"{html}<p>x</p>"
    old = mobiledoc([10, 0], [1, "p", [[0, [], 0, "x"]]], cards=[[kind, card]])
    assert body(tmp_path, lexical="", mobiledoc=old) == f"{html}<p>x</p>"


def test_words_and_lists(tmp_path: Path) -> None:
    link = {"type": "link", "url": "https://x.example/?a&b", "children": [text("link")]}
    item = {"type": "listitem", "children": [text("one")]}
    kept = lexical(
        {"type": "extended-heading", "tag": "h2", "children": [text("A & B")]},
        {"type": "paragraph", "children": [text("bold", 3), {"type": "linebreak"}, link, text("code", 16)]},
        {"type": "list", "listType": "number", "children": [item]},
        {"type": "extended-quote", "children": [text("said")]},
    )
    assert body(tmp_path, lexical=kept) == (
        '<h2>A &amp; B</h2><p><strong><em>bold</em></strong><br><a href="https://x.example/?a&amp;b">link</a><code>code</code></p>'
        "<ol><li>one</li></ol><blockquote>said</blockquote>"
    )
    kept = mobiledoc(
        [1, "h2", [[0, [], 0, "A & B"]]],
        [1, "p", [[0, [0, 1], 2, "bold"], [1, [], 0, 0], [0, [2], 1, "link"]]],
        [3, "ol", [[[0, [], 0, "one"]]]],
        atoms=[["soft-return", "", {}]],
        markups=[["strong"], ["em"], ["a", ["href", "https://x.example/?a&b"]]],
    )
    assert body(tmp_path, mobiledoc=kept) == (
        '<h2>A &amp; B</h2><p><strong><em>bold</em></strong><br><a href="https://x.example/?a&amp;b">link</a></p><ol><li>one</li></ol>'
    )


def test_the_words_alone_where_there_is_nothing_else(tmp_path: Path) -> None:
    assert body(tmp_path, lexical="{}") == "<p>The words alone</p>"


GATED = '<!--kg-gated-block:begin nonMember:%s memberSegment:"status:free" --><p>Inner</p><!--kg-gated-block:end-->'


@pytest.mark.parametrize(
    ("kept", "html"),
    [
        ({"html": f"<p>x</p>{GATED % 'false'}<p>y</p>"}, "<p>x</p><p>y</p>"),
        ({"html": GATED % "true"}, "<p>Inner</p>"),
        ({"html": GATED % "false"}, ""),
        ({"html": f"<p>x</p>{GATED % 'false'}<p>y</p>{GATED % 'false'}<p>z</p>"}, "<p>x</p><p>y</p><p>z</p>"),
        (
            {"html": "<p>x</p><!-- kg-gated-block:begin--><p>Inner</p><!-- kg-gated-block:end --><p>y</p>"},
            "<p>x</p><p>y</p>",
        ),
        ({"html": "<p>x</p><!--kg-gated-block:begin nonMember:false\n--><p>Inner</p>"}, "<p>x</p>"),
        ({"html": "<p>x</p><!--kg-gated-block:begin nonMember:true <p>Inner</p>"}, "<p>x</p>"),
        *(
            ({"html": None, "lexical": lexical({"type": "html", "html": "<p>Inner</p>", "visibility": chosen})}, html)
            for chosen, html in (
                ({"web": {"nonMember": False, "memberSegment": "status:-free"}}, ""),
                ({"web": {"nonMember": True, "memberSegment": ""}}, "<p>Inner</p>"),
                ({"showOnWeb": False, "showOnEmail": True}, ""),
                ({"showOnWeb": True, "showOnEmail": False}, "<p>Inner</p>"),
                ({"emailOnly": True, "segment": ""}, ""),
                ({"emailOnly": False, "segment": "status:free"}, "<p>Inner</p>"),
            )
        ),
    ],
)
def test_what_members_alone_read_of_a_public_post_stays_out(kept: Node, html: str, tmp_path: Path) -> None:
    found = read(tmp_path, ghost([{**post(1, "T", plaintext="x Inner y"), **kept}]))
    assert found.article.body_html == html
    assert ["a part for members alone"] * ("Inner" not in html) == [met.name for met in found.report.stripped.met()]


def test_what_is_not_shown_is_named(tmp_path: Path) -> None:
    kept = lexical({"type": "tenor"}, {"type": "markdown", "markdown": "**a**"}, {"type": "paywall"})
    found = read(tmp_path, ghost([post(1, "T", html="", lexical=kept)]))
    assert found.article.body_html == "<p>**a**</p>"
    assert found.report.stripped.met() == (
        Met("card markdown: its words are kept", 1, "T"),
        Met("card tenor", 1, "T"),
    )


JSON = st.recursive(
    st.none() | st.integers(-2, 20) | st.sampled_from(["", "p", "text", "link", "image", "a", "href", "list"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["root", "children", "type", "text", "format", "sections", "markups", "cards", "src", "images"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(JSON)
def test_a_document_may_hold_anything(found: object) -> None:
    for document in (found, {"root": found}, {"root": {"children": [found]}}, {"sections": found, "cards": [found]}):
        lexical_html(json.dumps(document), lambda _: None)
        mobiledoc_html(json.dumps(document), lambda _: None)


def test_a_document_may_be_deep() -> None:
    deep = '{"children":[' * 5_000 + "]}" * 5_000
    assert lexical_html(f'{{"root":{deep}}}', lambda _: None) == ""
    assert lexical_html('{"root":{"children":[' + "[" * 100_000, lambda _: None) == ""
