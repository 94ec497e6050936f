"""What no reader shows, such as frames, late pictures and what scripts make, becomes what every reader does: once each."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.clean.html import absolute_html, excerpt, moved_html, sanitize_article, text_of, within_page
from feeds.clean.tokenizer import anchors_of, attributes, tokens
from storage.model import Article, ArticleStatus
from storage.search import searchable

FILM = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
SEEN = frozenset({"href", "id", "src"})


def embed(url: str, words: str) -> str:
    return f'<a class="embed" href="{url}">{words}</a>'


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('<img src="data:image/gif;base64,R0" data-src="/a.jpg" alt="A" width="640">', '<img src="/a.jpg" alt="A" width="640">'),
        ('<img src="/blank.gif" data-lazy-src="/a.jpg" width="1" height="1">', '<img src="/a.jpg">'),
        ('<img src="/wp-content/plugins/x/1x1.trans.gif" data-original="/a.jpg">', '<img src="/a.jpg">'),
        ('<img data-src="/a.jpg" data-srcset="/a.jpg 300w, /b.jpg 900w">', '<img src="/a.jpg">'),
        ('<img src="/tiny.jpg" data-srcset="/a.jpg 300w, /b.jpg 900w">', '<img src="/b.jpg">'),
        ('<img srcset="/a.jpg 300w,/b.jpg 900w, /c.jpg 4000w" sizes="auto">', '<img src="/b.jpg">'),
        ('<img srcset="/a,w_1.jpg 1x, /b,w_2.jpg 2x">', '<img src="/b,w_2.jpg">'),
        ('<img srcset="/a.jpg 3000w, /b.jpg 4000w">', '<img src="/a.jpg">'),
        ('<img src="/a.jpg" srcset="/b.jpg 2x">', '<img src="/a.jpg">'),
        ('<img data-src="picture?id=1">', '<img src="picture?id=1">'),
        ('<img src="/a.jpg" data-lazy="true" data-src="{{ url }}">', '<img src="/a.jpg">'),
        ('<img src="/a.jpg" data-src="javascript:alert(1)">', '<img src="/a.jpg">'),
        ('<img src="/a b.jpg" data-id="7">', '<img src="/a b.jpg">'),
        ('<img data-src="data:image/gif;base64,R0" alt="Chart">', '<img alt="Chart">'),
        ('<picture><source srcset="/a.webp"><img src="/a.jpg"></picture>', '<img src="/a.jpg">'),
        ('<picture><source srcset="/a.webp"><source srcset="/a.jpg 1x"><img alt="A"></picture>', '<img src="/a.jpg" alt="A">'),
        ('<picture><source data-srcset="/a.jpg"></picture>', '<img src="/a.jpg" alt="">'),
        ('<amp-img src="/a.jpg" width="4" height="3" alt="A"></amp-img>', '<img src="/a.jpg" alt="A" width="4" height="3">'),
        ('<svg><title>T</title><text>x</text><image xlink:href="/a.png"/></svg>', '<img src="/a.png">'),
    ],
)  # fmt: skip
def test_a_picture_is_shown_wherever_its_address_stood(sent: str, kept: str) -> None:
    assert sanitize_article(sent) == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('<p><img src="data:," data-src="/a.jpg"><noscript><img src="/a.jpg"></noscript> x</p>', '<p><img src="/a.jpg"> x</p>'),
        ('<noscript><img src="/a-300x200.jpg"></noscript><img data-src="/a.jpg" src="data:,">', '<img src="/a.jpg">'),
        ('<img data-src="//b.example/a.jpg">\n<noscript><img src="/u/a-90x60.jpg"></noscript>', '<img src="//b.example/a.jpg">'),
        ('<img src="data:," alt="A"><noscript><img src="/a.jpg" alt="A"></noscript>', '<img src="/a.jpg" alt="A">'),
        ('<noscript><img src="/a.jpg"></noscript><p>x</p>', '<img src="/a.jpg"><p>x</p>'),
        ('<noscript>&lt;img src="/a.jpg" alt="A&amp;amp;B"&gt;</noscript>', '<img src="/a.jpg" alt="A&amp;B">'),
        ("<noscript>Words &amp; words</noscript>", "Words &amp; words"),
        ('<img data-src="/a.jpg"><noscript><img src="/b.jpg"></noscript>', '<img src="/a.jpg"><img src="/b.jpg">'),
        ('<noscript><img width="1" height="1" src="https://t.example/tr?id=1"></noscript>', ""),
        ('<noscript><iframe src="https://t.example/ns" style="display:none"></iframe></noscript>', ""),
        ('<template><p>{{x}}</p><img src="/a.jpg"></template>', '<img src="/a.jpg">'),
        (
            '<iframe data-src="https://a.example/x"></iframe><noscript><iframe src="https://a.example/x"></iframe></noscript>',
            f"<p>{embed('https://a.example/x', 'a.example')}</p>",
        ),
        (
            '<div class="v" data-html="&lt;iframe src=&quot;https://a.example/x&quot;&gt;&lt;/iframe&gt;"> </div>',
            f"<div><p>{embed('https://a.example/x', 'a.example')}</p> </div>",
        ),
        ('<div data-html="&lt;b&gt;x&lt;/b&gt;"><i>y</i></div>', "<div><i>y</i></div>"),
        ('<div data-html="&lt;script&gt;x()&lt;/script&gt;&lt;p onclick=x()&gt;y"></div>', "<div><p>y</p></div>"),
    ],
)  # fmt: skip
def test_what_stands_in_for_something_is_shown_once(sent: str, kept: str) -> None:
    assert sanitize_article(sent) == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('<iframe src="https://www.youtube.com/embed/dQw4w9WgXcQ?rel=0" title="A">none</iframe>', f"<p>{embed(FILM, 'A')}</p>"),
        ('<p>a <iframe src="//youtube-nocookie.com/embed/dQw4w9WgXcQ"></iframe> b</p>', f"<p>a {embed(FILM, 'youtube.com')} b</p>"),
        ('<iframe src="https://player.vimeo.com/video/1?h=ab&x=y"/>x', f"<p>{embed('https://vimeo.com/1/ab', 'vimeo.com')}</p>x"),
        ('<iframe src="https://w.soundcloud.com/player/?url=http%3A//s.de">', f"<p>{embed('http://s.de', 's.de')}</p>"),
        ('<embed src="https://www.youtube.com/v/abcdefghij-&hl=en">', f"<p>{embed(FILM[:32] + 'abcdefghij-', 'youtube.com')}</p>"),
        ('<iframe src="/chart/">', f"<p>{embed('/chart/', '/chart/')}</p>"),
        ('<iframe src="about:blank"></iframe><iframe></iframe><iframe src="javascript:x" /><iframe src="data:,x"></iframe>', ""),
        ('<object data="/a.swf"><embed src="/a.swf"></object>', f"<p>{embed('/a.swf', 'a.swf')}</p>"),
        ('<object><param name="movie" value="/a.swf"></object>', f"<p>{embed('/a.swf', 'a.swf')}</p>"),
        ('<object data="/a.pdf"><a href="/a.pdf">Read</a></object>', '<a href="/a.pdf">Read</a>'),
        ('<object data="/a.png" type="image/png"></object>', '<img src="/a.png" alt="">'),
        ('<embed src="/a.mp3">', f'<audio src="/a.mp3" controls="">{embed("/a.mp3", "a.mp3")}</audio>'),
        ('<amp-youtube data-videoid="dQw4w9WgXcQ"></amp-youtube>', f"<p>{embed(FILM, 'youtube.com')}</p>"),
        ('<lite-youtube videoid="dQw4w9WgXcQ"></lite-youtube>', f"<p>{embed(FILM, 'youtube.com')}</p>"),
        ('<amp-ad src="https://a.example/"></amp-ad>', ""),
        (
            '<blockquote data-instgrm-permalink="https://i.example/p/1/"></blockquote>',
            f"<blockquote><p>{embed('https://i.example/p/1/', 'i.example')}</p></blockquote>",
        ),
        (
            '<blockquote class="twitter-tweet"><p>x</p><a href="https://t.example/1">1</a></blockquote><script>x</script>',
            '<blockquote><p>x</p><a href="https://t.example/1">1</a></blockquote>',
        ),
        ('<a href="https://a.example/"><svg aria-label="Share"></svg></a>', '<a href="https://a.example/">Share</a>'),
        ("<math><mi>x</mi><mo>=</mo><mn>2</mn><annotation>x = 2</annotation></math>", "x=2"),
        (
            '<form action="https://a.example/s"><label>Mail</label><select><option>A</select><textarea><b>c</b></textarea></form>',
            f"Mail<p>{embed('https://a.example/s', 'a.example')}</p>",
        ),
        ('<map><area href="/africa/" alt="Africa"><area href="#x"></map>', f"<p>{embed('/africa/', 'Africa')}</p>"),
        ("<canvas>In words</canvas>", "In words"),
    ],
)  # fmt: skip
def test_what_was_embedded_is_linked_to(sent: str, kept: str) -> None:
    assert sanitize_article(sent) == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('<video src="/a.mp4">No film here.</video>', f'<video src="/a.mp4" controls="">{embed("/a.mp4", "a.mp4")}</video>'),
        (
            '<video poster="/p.jpg"><source src="/a.mp4" type="video/mp4"><track src="/a.vtt" kind="captions"></video>',
            '<video controls="" poster="/p.jpg"><source src="/a.mp4" type="video/mp4"><track src="/a.vtt" kind="captions">'
            f"{embed('/a.mp4', 'a.mp4')}</video>",
        ),
        (
            '<audio controls src="/a.mp3"><p>Or <a href="/a.txt">read <b>it</b></a></p></audio>',
            f'<audio src="/a.mp3" controls="">{embed("/a.txt", "read it")}</audio>',
        ),
        ('<video data-src="/a.mp4"/><p>x</p>', f'<video src="/a.mp4" controls="">{embed("/a.mp4", "a.mp4")}</video><p>x</p>'),
        ('<p><video src="/a.mp4"></p>x', f'<p><video src="/a.mp4" controls="">{embed("/a.mp4", "a.mp4")}</video></p>x'),
    ],
)  # fmt: skip
def test_sound_and_film_can_be_started_or_linked_to(sent: str, kept: str) -> None:
    assert sanitize_article(sent) == kept


def test_what_was_embedded_is_no_text() -> None:
    body = sanitize_article(
        '<iframe src="https://a.example/" title="Player"></iframe><video src="/a.mp4">Old</video>'
        '<p>The <a href="/x">first</a> words.</p><select><option>Choose</select>'
    )
    assert text_of(body) == excerpt(body, 9) == "The first words."
    article = Article(guid="g", slug="s", headline="h", body_html=body, status=ArticleStatus.DRAFT)
    assert searchable(article).body.split() == ["the", "first", "words"]


PAGE = "https://news.example/2023/03/22/harbour/"
NOTES = '<p>Text<sup id="ref"><a href="#fn1">1</a></sup></p><ol><li id="fn1">Note <a href="#ref">back</a></li></ol>'


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (NOTES, NOTES),
        ('<p id="x" class="y">a</p>', "<p>a</p>"),
        ('<a href="#n">1</a><a name="n"></a>', '<a href="#n">1</a><a id="n"></a>'),
        ('<a href="#n">1</a><p id="n">a</p><p id="n">b</p>', '<a href="#n">1</a><p id="n">a</p><p>b</p>'),
        ('<a href="#caf%C3%A9">1</a><p id="café">a</p>', '<a href="#café">1</a><p id="café">a</p>'),
        ('<a href="#n">1</a><font id="n">a</font>', '<a href="#n">1</a><span id="n"></span>a'),
        ('<a href="#n">1</a><iframe id="n" src="/x"></iframe>', f'<a href="#n">1</a><span id="n"></span><p>{embed("/x", "x")}</p>'),
        ('<a href="https://other.example/#n">1</a><p id="n">a</p>', '<a href="https://other.example/#n">1</a><p>a</p>'),
        (f'<a href="{PAGE}#n">1</a><p id="n">a</p>', '<a href="#n">1</a><p id="n">a</p>'),
        (
            '<audio src="/a.mp3"><a href="#n">1</a></audio><p id="n">a</p>',
            f'<audio src="/a.mp3" controls="">{embed("/a.mp3", "a.mp3")}</audio><p>a</p>',
        ),
        (
            '<table><tbody><tr><th id="h">a</th></tr><tr><td headers="h">b</td></tr></tbody></table>',
            '<table><tbody><tr><th id="h">a</th></tr><tr><td headers="h">b</td></tr></tbody></table>',
        ),
    ],
)  # fmt: skip
def test_what_the_body_links_to_is_found(sent: str, kept: str) -> None:
    assert sanitize_article(sent, PAGE) == kept


def test_ids_are_those_of_no_other_body() -> None:
    shown = [absolute_html(NOTES, page) for page in (PAGE, PAGE + "2/")]
    marks = [anchors_of(within_page(html, page)) for html, page in zip(shown, (PAGE, PAGE + "2/"), strict=True)]
    assert len(marks[0] | marks[1]) == 4
    assert all(re.fullmatch("(?:fn1|ref)_[0-9a-f]{8}", mark) for mark in marks[0])
    assert all(f'href="{PAGE}#{mark}"' in shown[0] and f'id="{mark}"' in shown[0] for mark in marks[0])
    assert f'href="{PAGE}' not in within_page(shown[0], PAGE)


def test_links_to_the_page_around_it_stay() -> None:
    assert absolute_html('<a href="#comments">Say so</a>', PAGE) == f'<a href="{PAGE}#comments">Say so</a>'


def test_a_body_from_elsewhere_keeps_its_links_within() -> None:
    assert (
        moved_html(NOTES + '<img src="a.jpg">', "https://old.example/x/")
        == NOTES + '<img src="https://old.example/x/a.jpg">'
    )


def test_players_that_were_kept_before_can_be_started() -> None:
    shown = absolute_html('<p>a</p><video src="/a.mp4">No film here.</video>', PAGE)
    url = "https://news.example/a.mp4"
    assert shown == f'<p>a</p><video src="{url}" controls="">{embed(url, "a.mp4")}</video>'


PIECES = (
    "<p>", "</p>", "<a href='#a'>", "<a href=#b>", "</a>", "<a name=a>", "<p id=a>", "<li id=b>", "<b id=c>", "</b>", "<font id=a>",
    "<img src=a.jpg>", "<img data-src=b.jpg alt=x>", "<img src='data:,'>", "<picture>", "</picture>", "<source srcset='c.jpg 2x'>",
    "<source src=a.mp4>", "<track src=t.vtt>", "<video src=v.mp4>", "<video>", "</video>", "<audio src=a.mp3 />", "</audio>",
    "<noscript>", "</noscript>", "<template>", "</template>", "<iframe src=https://a.example/f>", "</iframe>", "<iframe src=x />",
    "<object data=o.swf>", "</object>", "<param name=movie value=m.swf>", "<embed src=e.png>", "<svg aria-label=z>", "</svg>",
    "<title>", "</title>", "<image href=i.png>", "<math>", "<annotation>", "</annotation>", "</math>", "<form action=//f.example/>",
    "</form>", "<select>", "</select>", "<textarea>", "</textarea>", "<area href=/w>",
    "<amp-img src=q.jpg>", "</amp-img>", "<amp-x data-url=/u>",
    "<blockquote data-href=/post>", "</blockquote>", "<div data-href=/d>", "</div>", "<table>", "<tr>", "</table>",
    "<video src='https://[x'>", "<embed src='http://a:b/'>", "<img data-src='//'>", "<iframe src='https://é.example/ü'>",
    "<td headers='a b'>",
    "<video src=//x\u2028>", "<iframe src=http://\u202ea/>", "<img src=//x\u2028>",
    "<iframe ", "<iframe", "<video ", "<object/", "&lt;", "words", " ", "\n", "#", "&",
)  # fmt: skip
soup = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def elements(html: str) -> Iterator[tuple[str, dict[str, str]]]:
    for token in tokens(html):
        if not isinstance(token, str) and not token["end"]:
            yield token["tag"], attributes(token["rest"], SEEN)


def test_an_end_within_a_tag_ends_nothing() -> None:
    for sent in (
        "<iframe </iframe><iframe>",
        "<iframe/</iframe><iframe src=//a.example/b>",
        "<object </object><object>",
    ):
        assert sanitize_article(f"<p>x</p>{sent}").startswith("<p>x</p>"), sent


def test_what_no_host_is_called_leads_nowhere() -> None:
    for url in ("http://x\u2028", "//x\u2028", "//\u202e'"):
        for sent in (
            f'<video src="{url}"></video>',
            f'<img data-src="{url}"><video></video>',
            f'<iframe src="{url}"></iframe>',
        ):
            once = sanitize_article(sent)
            assert sanitize_article(once) == once
            assert "//" not in once
            assert "embed" not in once


@given(soup)
def test_any_soup_is_kept_as_it_stays(html: str) -> None:
    once = sanitize_article(html)
    assert sanitize_article(once) == once
    found = list(elements(once))
    ids = [its["id"] for _, its in found if "id" in its]
    assert len(ids) == len(set(ids))
    assert set(ids) == anchors_of(once)
    assert not {name for name, _ in found} & {
        "iframe",
        "object",
        "embed",
        "noscript",
        "picture",
        "svg",
        "form",
        "template",
        "amp-img",
    }
    shown = absolute_html(once, PAGE)
    assert anchors_of(within_page(shown, PAGE)) == {its["id"] for _, its in elements(shown) if "id" in its}


numbered = st.sampled_from(
    (
        '<img src="{}">', '<img src="data:," data-src="{}">', '<img srcset="{} 2x">', '<p><img data-original="{}"></p>',
        '<img src="data:," data-src="{0}"><noscript><img src="{0}"></noscript>', '<noscript><img src="{}"></noscript>',
        '<noscript><figure><img src="{0}"></figure></noscript><figure><img data-lazy-src="{0}"></figure>', "<p>words</p>",
        '<picture><source srcset="{}"><img></picture>', '<picture><source srcset="/x.webp"><img src="{}"></picture>',
        '<amp-img src="{}"></amp-img>', '<object data="{}">words</object>', '<object data="{0}"><embed src="{0}"></object>',
        '<template><img src="{}"></template>', "<select><option>x</select>", '<svg><image href="{}"/></svg>',
        "<noscript>&lt;img src='{}'&gt;</noscript>", '<iframe src="https://a.example{}#x" />',
    )
)  # fmt: skip
inside = st.sampled_from(
    ("{}", "<p>{}</p>", "<ul><li>{}</ul>", "<table><tr><td>{}</table>", "<amp-carousel>{}</amp-carousel>")
)


@given(st.lists(st.tuples(numbered, inside), max_size=12))
def test_each_picture_is_shown_once(parts: list[tuple[str, str]]) -> None:
    numbers = count()
    sent = "".join(around.format(piece.format(f"/{next(numbers)}.jpg")) for piece, around in parts)
    meant = set(re.findall(r"/\d+\.jpg", sent))
    found = Counter(
        its["src"].removeprefix("https://a.example").removesuffix("#x")
        for name, its in elements(sanitize_article(sent))
        if name == "img"
    )
    assert found == Counter(meant)
