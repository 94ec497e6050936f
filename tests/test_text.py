"""Plain text at the door."""

import pytest

from feeds.commenting import comment_html
from feeds.text import slugify


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Harbour re-opens: at last!", "harbour-re-opens-at-last"),
        ("Año Nuevo à l'École", "ano-nuevo-a-lecole"),
        ("Ferry_service  --  resumes", "ferry-service-resumes"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("مُحَمَّد", "مُحَمَّد"),
        ("می\u200cخواهم", "میخواهم"),
        ("Новости дня", "новости-дня"),
        ("日本語の見出し", "日本語の見出し"),
        ("ไทยน้อย", "ไทยน้อย"),
        ("?!", ""),
    ],
)
def test_slugs_keep_the_letters_of_every_script(words: str, slug: str) -> None:
    assert slugify(words) == slug


def test_a_reply_reads_in_the_order_in_which_it_is_written() -> None:
    assert comment_html("a\u202eb\u2066c\u2069 d\u200f") == "<p>abc d\u200f</p>"
