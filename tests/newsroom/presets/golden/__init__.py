"""Golden files: what each preset makes of a feed, to the byte. `python -m tests.newsroom.presets.golden` writes them anew."""

from dataclasses import replace
from pathlib import Path

from feeds.document import FeedDocument
from feeds.formats.atom import Atom
from feeds.formats.rss import Rss
from tests.formats.golden.documents import FOREIGN, FULL, LATEST, PHOTO_ALONE, article

FOLDER = Path(__file__).parent
FORMATS = (Rss(), Atom())

RICH = replace(
    article(9),
    title="A title that goes on, " * 8 + "and ends",
    content_html=(
        '<section><h6>What is known</h6><p>The pier <del>fell</del> <ins>sank</ins> at <time datetime="2023-03-22">dawn</time>; '
        '<q>nobody was there</q>, <a href="#notes" id="up">says</a> the harbour.</p>'
        '<figure><img src="/media/pier.png" alt="A pier" width="640" height="480">'
        "<figcaption>The pier of then</figcaption></figure>"
        '<video controls src="https://news.example/media/pier.mp4"></video>'
        "<pre>09:00 calm\n10:00 wind</pre><dl><dt>Length</dt><dd>80 m</dd></dl></section>"
        "<div><div><div><blockquote><div><ul><li>one<ul><li>two<ul><li>three<table><tr><td>four</td></tr></table></ul></ul></ul>"
        '</div></blockquote></div></div></div><p id="notes">Notes.<br><br>More.</p>'
    ),
)
DOCUMENT: FeedDocument = replace(
    LATEST,
    items=(FULL, FOREIGN, PHOTO_ALONE, RICH),
    analytics_html="<script>sent('{path}', '{url}')</script>",
)
