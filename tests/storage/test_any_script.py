"""Words of every script are found within running text, in articles and in comments."""

from datetime import timedelta
from typing import Any

import pytest

from storage.model import Author, CommentStatus, SearchIn, Tag
from storage.protocol import Store
from tests.storage.newsroom import FOUNDED, add_reply, reply, story

pytestmark = pytest.mark.anyio

TEXTS = {
    "chinese": "北京大学位于北京市海淀区，是一所公立大学。COVID疫情期间，iPhone手机在2024年3月的销量上升。",
    "traditional": "臺灣的首都是臺北市，人口約兩百五十萬。𠮷野家",
    "japanese": "東京は日本の首都で、世界最大の都市圏の一つである。ジョン・スミスさんがコーヒーを飲む。食べ物",
    "korean": "그는 서울에서 태어났다. 절대 한국을 떠나지 않았다. 서울특별시는 대한민국의 수도이다.",
    "thai": "กรุงเทพมหานครเป็นเมืองหลวงของประเทศไทย มีคนกินข้าวที่นี่ ก็ดี",
    "lao": "ວຽງຈັນເປັນນະຄອນຫຼວງຂອງປະເທດລາວ",
    "khmer": "ភ្នំពេញគឺជារាជធានីនៃប្រទេសកម្ពុជា។",
    "burmese": "ရန်ကုန်မြို့သည်မြန်မာနိုင်ငံ၏အကြီးဆုံးမြို့ဖြစ်သည်။",
    "hindi": "नई दिल्ली भारत की राजधानी है।",
    "arabic": "قال مُحَمَّد إن القاهرة عاصمة مصر",
    "russian": "Москва — столица России",
    "latin": "The well-known Café of Kampala, e-mail and ferry tariffs.",
}

FOUND_IN = {
    "chinese": """
        北京 | 京大 | 北京大学 | 大学 海淀 | "海淀区，是一所" | "区 是" | 疫情 | covid | COVID疫情 | iphone |
        iPhone手 | iph* | 2024年 | 2024年3月 | ２０２４年 | 年3 | ＣＯＶＩＤ | 大学* | 北 -"臺北"
    """,
    "chinese traditional": """
        北
    """,
    "traditional": """
        北 －大学 | 𠮷野 | 𠮷
    """,
    "traditional japanese": """
        首都
    """,
    "japanese": """
        京は | スミス | ｽﾐｽ | ミス | ジョン・スミス | コーヒー | 食べ | べ物 | 食べ物 | の | べ | ス | は日
    """,
    "korean": """
        서울 | 서울에서 | 특별 | 대한 | 대 한 | "절대 한국" | 울 | 서울
    """,
    "thai": """
        กรุงเทพ | เมืองหลวง | ประเทศไทย | กิน | ที่ | ก็ | ไ | ื | ไทย มี
    """,
    "lao": """
        ນະຄອນ | ລາວ
    """,
    "khmer": """
        រាជធានី | កម្ពុជា | ជា\u200bរាជ
    """,
    "burmese": """
        မြို့ | နိုင်ငံ | မြန်မာ
    """,
    "hindi": """
        दिल्ली | की | दिल*
    """,
    "arabic": """
        محمد | مُحَمَّد | القاهرة
    """,
    "russian": """
        МОСКВА | моск*
    """,
    "latin": """
        cafe | well-known | e-mail | ferry -bus | kampala -"tariffs ferry" | - kampala | kampala - |
        kampala - ferry | "-kampala" | 😀 ferry
    """,
}
"""Searches, by the texts that they find."""
FOUND_NOWHERE = """
    北大 | 区是 | phone手机 | phone | 24年 | 北京 -大学 | 吉野 | 都は | ジョンスミス | コヒー | 食物 |
    대한국 | 한국 -서울 | กัน | ณ | ไทยมี | ข้าว -ไทย | का | दिल | राजधानी -दिल्ली | قاهرة | моск | caf |
    ferry -mail | kampala -"ferry tariffs" | kampala -tar* | -kampala | -"ferry" -北京 | --kampala | 。 | 😀
"""
SEARCHES = {
    words.strip(): texts.split()
    for texts, searches in (*FOUND_IN.items(), ("", FOUND_NOWHERE))
    for words in searches.split("|")
}


async def found(store: Store, words: str, **how: Any) -> list[str]:
    return [article.slug for article in (await store.search_articles(words, limit=50, **how)).articles]


@pytest.fixture
async def newsroom(store: Store) -> Store:
    for hours, (slug, text) in enumerate(TEXTS.items()):
        await store.add_article(story(slug, FOUNDED - timedelta(hours=hours), body_html=f"<p>{text}</p>"))
    return store


@pytest.mark.parametrize("ranked", [False, True])
async def test_what_words_find_in_articles(newsroom: Store, ranked: bool) -> None:
    assert {words: await found(newsroom, words, ranked=ranked) for words in SEARCHES} == SEARCHES


async def test_what_words_find_in_comments(store: Store) -> None:
    article = await store.add_article(story("a"))
    names = {
        (
            await add_reply(store, reply(article, name, body_html=f"<p>{text}</p>", status=CommentStatus.PENDING))
        ).id: name
        for name, text in TEXTS.items()
    }

    async def hits(words: str) -> list[str]:
        page = await store.search_comments(words, among=SearchIn.WORDS, limit=50)
        return sorted(names[hit.comment.id] for hit in page.comments)

    # No beginnings are found there.
    whole = {words: sorted(texts) for words, texts in SEARCHES.items() if "*" not in words}
    assert {words: await hits(words) for words in whole} == whole


async def test_names_of_authors_and_tags_and_commenters(store: Store) -> None:
    article = await store.add_article(
        story(
            "a",
            headline="地震",
            summary="ニュース",
            authors=(Author(slug="x", name="山田太郎"),),
            tags=(Tag(slug="y", name="自然災害"),),
        )
    )
    assert [await found(store, words) for words in ("震", "ュー", "太郎", "災害", "郎自")] == [["a"]] * 4 + [[]]
    await add_reply(store, reply(article, "김철수"))
    page = await store.search_comments("철수", among=SearchIn.AUTHOR, limit=9)
    assert [hit.comment.author_name for hit in page.comments] == ["김철수"]


async def test_tags_within_running_text_part_no_words(store: Store) -> None:
    body = (
        '<p>去<a href="/x">北京</a>市。<br>上海<em>市</em>民</p><p><b>N</b>ATO word<sup>1</sup></p><p>天</p><p>津</p>'
    )
    await store.add_article(story("a", body_html=body))
    words = ("去北京市", "上海市民", "nato", "word", "天津", "市上", "北京市民")
    assert [await found(store, one) for one in words] == [["a"]] * 4 + [[]] * 3
