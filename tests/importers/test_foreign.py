"""Exports of other software, and exports that say they are other than they are: what looks like one is never taken for a feed."""

import json
import zipfile
from pathlib import Path

import pytest

from feeds.importers import ImportRefused
from storage.protocol import Store
from tests.importers.reading import keep, read
from tests.importers.wxr_files import post, wxr
from tests.stores import ANY_ENGINE

MOVABLE_TYPE = """AUTHOR: Ruth
TITLE: A boat came in
BASENAME: a_boat
STATUS: Draft
DATE: 03/22/2023 08:00:00 AM
-----
BODY:
It was late.
-----
--------
"""
MEDIUM = (
    '<!DOCTYPE html><html><head><title>A boat</title></head><body><article class="h-entry"><h1 class="p-name">A boat</h1>'
    '<a href="https://medium.com/p/1" class="p-canonical">x</a></article></body></html>'
)
FOREIGN = {
    "Movable Type": (MOVABLE_TYPE, "Movable Type or TypePad.*Tools > Import"),
    "Movable Type with a mark and Windows' line ends": ("\ufeff" + MOVABLE_TYPE.replace("\n", "\r\n"), "Movable Type"),
    "a Movable Type backup": ("<?xml version='1.0'?><movabletype xmlns='http://x.example/ns'/>", "Movable Type backup"),
    "Substack's list": ("post_id,post_date,is_published,email_sent_at\n1.a-boat,,false,\n", "substack.com/feed"),
    "a story of Medium's": (MEDIUM, "medium.com/feed/@NAME"),
    "another page": ("<!-- hello -->\n<!DOCTYPE html>\n<html lang='en'>", "a web page.*alternate"),
    "Drupal's nodes": ("<?xml version='1.0'?>\n<node_export><node/></node_export>", "a Drupal export"),
    "Drupal's JSON:API": (json.dumps({"jsonapi": {"version": "1.0"}, "data": []}), "a Drupal export"),
    "Tumblr": ("<tumblr version='1.0'><posts/></tumblr>", "tumblr.com/rss"),
    "BlogML": ('<blog xmlns="http://www.blogml.com/2006/09/BlogML"><posts/></blog>', "BlogML.*Tools > Import"),
    "a dump": ("-- MySQL dump 10.13\n\nINSERT INTO `wp_posts` VALUES (1);\n", "a copy of a database.*Tools > Export"),
    "a sitemap": ('<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>', "a sitemap"),
    "an empty file": ("\ufeff \n\0", "it is empty"),
    "comments nested into comments": ("<!-- -->" * 9000 + "x", "no kind of file"),
}


@ANY_ENGINE
@pytest.mark.anyio
@pytest.mark.parametrize("name", FOREIGN)
async def test_what_to_do_with_exports_of_other_software(name: str, tmp_path: Path, store: Store) -> None:
    content, message = FOREIGN[name]
    with pytest.raises(ImportRefused, match=f"^export: .*{message}") as refused:
        await keep(store, tmp_path, content)
    assert "\n" not in str(refused.value)
    assert await store.list_articles(limit=1) == ()


@ANY_ENGINE
@pytest.mark.anyio
@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["posts/1.a-boat.html", "posts.csv"], "a Substack export.*substack.com/feed"),
        (["medium-export/posts/draft_A-boat-1.html", "medium-export/README.html"], "a Medium export.*medium.com/feed"),
        (["old-gazette.wxr.xml"], "a zip archive: unpack it"),
    ],
)
async def test_what_to_do_with_archives(files: list[str], message: str, tmp_path: Path, store: Store) -> None:
    with zipfile.ZipFile(tmp_path / "made.zip", "w") as archive:
        for file in files:
            archive.writestr(file, "<p>Words.</p>")
    with pytest.raises(ImportRefused, match=message):
        await keep(store, tmp_path, (tmp_path / "made.zip").read_bytes())


SPELLINGS = [
    "https://wordpress.org/export/1.2/",
    "http://wordpress.org/export/1.2",
    "http://www.wordpress.org/export/1.1/",
    "HTTP://WordPress.org/export/1.0/",
    "https://ps.w.org/export/1.2/",
    "//wordpress.org/export/1.2/",
]
PRIVATE = [post(1, "Open"), post(2, "Secret draft", status="draft"), post(3, "Memo", status="private")]


@pytest.mark.parametrize("namespace", SPELLINGS)
def test_spellings_of_the_namespace(tmp_path: Path, namespace: str) -> None:
    export = wxr(*PRIVATE).replace("http://wordpress.org/export/1.2/", namespace)
    if not namespace.endswith("/"):
        export = export.replace(f"{namespace}excerpt/", f"{namespace}/excerpt")
    export = export.replace("http://purl.org/dc/elements/1.1/", "https://purl.org/dc/elements/1.1")
    export = export.replace("http://purl.org/rss/1.0/modules/content/", "https://purl.org/rss/1.0/modules/content")
    found = read(tmp_path, export.replace("<dc:creator><![CDATA[]]>", "<dc:creator>ruth"))
    assert [record.article.status.value for record in found.records] == ["published", "draft", "draft"]
    assert found.records[0].article.body_html == "<p>Words.</p>"
    assert found.records[0].article.authors[0].name == "ruth"


def test_other_prefixes(tmp_path: Path) -> None:
    export = wxr(*PRIVATE).replace("wp:", "export:").replace("xmlns:wp", "xmlns:export")
    assert len(read(tmp_path, export).records) == 3


NOT_OURS = {
    "a version to come": ("http://wordpress.org/export/1.2/", "http://wordpress.org/export/2.0/", "namespace that is not known"),
    "another namespace": ("http://wordpress.org/export/1.2/", "urn:example:", "namespace that is not known"),
    "an element of one": (
        "<wp:post_name>", "<wp:post_name xmlns:wp='http://wordpress.org/export/2.0/'>", "namespace that is not known",
    ),
    "no namespace": ('xmlns:wp="http://wordpress.org/export/1.2/"', "", "unbound prefix"),
    "another number": ("<wp:wxr_version>1.2", "<wp:wxr_version>1.3", "WXR version is 1.3.*Tools > Export"),
    "no number": ("<wp:wxr_version>1.2</wp:wxr_version>", "", "WXR version is missing"),
    "no channel": ("<wp:wxr_version>1.2</wp:wxr_version>", "<wp:wxr_version/>", "WXR version is missing"),
}  # fmt: skip


@ANY_ENGINE
@pytest.mark.anyio
@pytest.mark.parametrize("name", NOT_OURS)
async def test_an_export_that_is_not_understood_is_refused(name: str, tmp_path: Path, store: Store) -> None:
    """Whoever read it as a feed would publish its drafts."""
    before, after, message = NOT_OURS[name]
    export = wxr(*PRIVATE)
    assert before in export
    with pytest.raises(ImportRefused, match=message):
        await keep(store, tmp_path, export.replace(before, after))
    assert await store.list_articles(limit=1) == ()


def test_a_feed_about_exports_is_a_feed(tmp_path: Path) -> None:
    feed = (
        '<rss version="2.0"><channel><item><guid>tag:1</guid><title>On WXR</title><description><![CDATA[<p>In '
        "<wp:wxr_version>1.2</wp:wxr_version>, xmlns:wp=\"http://wordpress.org/export/1.2/\" says ...</p>]]></description>"
        "</item></channel></rss>"
    )  # fmt: skip
    assert read(tmp_path, feed).article.headline == "On WXR"


def test_squarespaces_export_is_read(tmp_path: Path) -> None:
    """It has WXR's elements, but for an id of what it is of."""
    export = wxr(post(1, link="/blog/a-boat", guid="5f3a:6b:7c"), *PRIVATE[1:])
    export = export.replace("https://old.example</wp:base_site_url>", "http://www.squarespace.com</wp:base_site_url>")
    found = read(tmp_path, export)
    assert [record.article.guid for record in found.records][:1] == ["5f3a:6b:7c"]
    assert "/blog/a-boat/" in found.records[0].old_paths
