"""The WordPress that other tests stand on is one, and is new for each of them."""

import httpx2

from tests.wordpress.site import Site


def test_what_is_written_by_its_api_stands_in_its_feeds_and_export(wordpress: Site) -> None:
    post = wordpress.post("Harbour & port", categories=[wordpress.category("World")["id"]])
    wordpress.comment(post["id"], "Well said.")
    feed = httpx2.get(f"{wordpress.url}feed/", trust_env=False).text
    assert "<title>Harbour &#038; port</title>" in feed
    assert post["guid"]["raw"] in feed
    assert "Well said." in httpx2.get(f"{post['link']}feed/", trust_env=False).text
    export = wordpress.export()
    assert "<wp:wxr_version>1.2</wp:wxr_version>" in export
    assert "<![CDATA[Harbour & port]]>" in export


def test_each_test_has_a_new_one(wordpress: Site) -> None:
    wordpress.post()
    wordpress.media()
    wordpress.option("blogname", "Another")
    wordpress.permalinks("")
    wordpress.plugin("add_filter('the_title', function ($title) { return 'always this'; });")
    wordpress.renew()
    assert wordpress.api("GET", "wp/v2/posts") == wordpress.api("GET", "wp/v2/media") == []
    assert wordpress.api("GET", "wp/v2/settings")["title"] == "The Old Herald"
    assert wordpress.post("Its own")["title"]["rendered"] == "Its own"
    assert not list((wordpress.root / "wp-content" / "uploads").iterdir())
