"""HTML at the door: what is kept is safe, and reads the same to whoever parses it next."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.html import sanitize_article, sanitize_comment, too_deep
from feeds.text import xml_safe

SANITISERS = (sanitize_article, sanitize_comment)

PIECES = (
    "<p>", "</p>", "<pre>", "</pre>", "<a href='x'>", "</a>", "<b>", "</b>", "<i>", "</i>", "<table>", "<tr>", "<td>", "</table>",
    "<ul>", "<li>", "</ul>", "<select>", "<option>", "<button>", "<nobr>", "<details>", "<ruby>", "<rt>", "<svg>", "<math>",
    "<template>", "<textarea>", "<plaintext>", "<noscript>", "<iframe>", "<script>", "</script>", "<style>", "</style>", "<!--",
    "-->", "<video src=x controls>", "<img alt='\n'>", "<br>", "<h1>", "<body>", "<frameset>", "]]>", "\n", " ", "a", "&", "&lt;",
    "<", "\x01", "&#1;", "&#13;", "\xa0", "\ufffe", "\u2028",
)  # fmt: skip

markup = st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text()


@pytest.mark.parametrize("sanitize", SANITISERS)
@given(html=markup)
def test_cleaned_again_it_stays_as_it_is(sanitize: Callable[[str], str], html: str) -> None:
    once = sanitize(html)
    assert sanitize(once) == once
    assert xml_safe(once) == once
    assert not too_deep(once)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<pre>\n\n\n  indented</pre>", "<pre>  indented</pre>"),
        ("<pre>one\n\ntwo</pre>", "<pre>one\n\ntwo</pre>"),
        # Without the button, a paragraph within a paragraph would be left: parsers make three of them.
        ("<p>a<button><p>b</p></button></p>", "<p>a</p><p>b</p><p></p>"),
        ("<p onclick=x>a<script>b</script></p>", "<p>a</p>"),
    ],
)
def test_what_is_kept_of_an_article(html: str, kept: str) -> None:
    assert sanitize_article(html) == kept
