"""WordPress exports, written for tests: the elements and their order are WXR 1.2's."""

from collections.abc import Iterable, Mapping
from html import escape

SITE = "https://old.example"

_HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.1" -->
<rss version="2.0"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wfw="http://wellformedweb.org/CommentAPI/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>The Old Gazette</title>
<link>https://old.example</link>
<language>{language}</language>
<wp:wxr_version>{version}</wp:wxr_version>
<wp:base_site_url>https://old.example</wp:base_site_url>
<wp:base_blog_url>https://old.example</wp:base_blog_url>
"""
_FOOT = "</channel>\n</rss>\n"


def cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def wxr(*items: str, before: Iterable[str] = (), version: str = "1.2", language: str = "en-US") -> str:
    """A whole export. `before`: authors and categories."""
    return _HEAD.format(version=version, language=language) + "\n".join([*before, *items]) + _FOOT


def author(login: str, name: str, *, author_id: int = 1) -> str:
    return (
        f"<wp:author><wp:author_id>{author_id}</wp:author_id><wp:author_login>{cdata(login)}</wp:author_login>"
        f"<wp:author_email>{cdata(login + '@private.example')}</wp:author_email>"
        f"<wp:author_display_name>{cdata(name)}</wp:author_display_name></wp:author>"
    )


def category(nicename: str, name: str, parent: str = "", *, term_id: int = 1, description: str = "") -> str:
    return (
        f"<wp:category><wp:term_id>{term_id}</wp:term_id>"
        f"<wp:category_nicename>{cdata(nicename)}</wp:category_nicename>"
        f"<wp:category_parent>{cdata(parent)}</wp:category_parent><wp:cat_name>{cdata(name)}</wp:cat_name>"
        f"<wp:category_description>{cdata(description)}</wp:category_description></wp:category>"
    )


def tag(nicename: str, name: str, *, term_id: int = 1) -> str:
    return (
        f"<wp:tag><wp:term_id>{term_id}</wp:term_id><wp:tag_slug>{cdata(nicename)}</wp:tag_slug>"
        f"<wp:tag_name>{cdata(name)}</wp:tag_name></wp:tag>"
    )


def post(
    post_id: int,
    title: str = "A headline",
    content: str = "<p>Words.</p>",
    *,
    link: str | None = None,
    guid: str | None = None,
    name: str | None = None,
    creator: str = "",
    excerpt: str = "",
    date_gmt: str = "2022-03-01 10:00:00",
    date: str = "2022-03-01 13:00:00",
    modified_gmt: str = "",
    status: str = "publish",
    kind: str = "post",
    password: str = "",
    comment_status: str = "open",
    parent: int = 0,
    attachment_url: str = "",
    categories: Mapping[str, str] | None = None,
    tags: Mapping[str, str] | None = None,
    meta: Iterable[tuple[str, str]] = (),
    comments: Iterable[str] = (),
) -> str:
    """An item. `categories` and `tags`: names by nicename."""
    slug = f"story-{post_id}" if name is None else name
    terms = [("category", nicename, label) for nicename, label in (categories or {}).items()]
    terms += [("post_tag", nicename, label) for nicename, label in (tags or {}).items()]
    fields = {
        "content:encoded": content,
        "excerpt:encoded": excerpt,
        "wp:post_id": str(post_id),
        "wp:post_date": date,
        "wp:post_date_gmt": date_gmt,
        "wp:post_modified_gmt": modified_gmt or date_gmt,
        "wp:comment_status": comment_status,
        "wp:post_name": slug,
        "wp:status": status,
        "wp:post_parent": str(parent),
        "wp:post_type": kind,
        "wp:post_password": password,
        "wp:attachment_url": attachment_url,
    }
    return "\n".join(
        [
            "<item>",
            f"<title>{cdata(title)}</title>",
            f"<link>{escape(f'{SITE}/{slug}/' if link is None else link)}</link>",
            f"<dc:creator>{cdata(creator)}</dc:creator>",
            f'<guid isPermaLink="false">{escape(f"{SITE}/?p={post_id}" if guid is None else guid)}</guid>',
            *(f"<{element}>{cdata(text)}</{element}>" for element, text in fields.items()),
            *(
                f'<category domain="{domain}" nicename="{escape(slug)}">{cdata(label)}</category>'
                for domain, slug, label in terms
            ),
            *(
                f"<wp:postmeta><wp:meta_key>{cdata(key)}</wp:meta_key>"
                f"<wp:meta_value>{cdata(value)}</wp:meta_value></wp:postmeta>"
                for key, value in meta
            ),
            *comments,
            "</item>",
        ]
    )


def attachment(
    post_id: int,
    path: str = "2022/03/photo.png",
    *,
    url: str | None = None,
    alt: str = "",
    caption: str = "",
    metadata: str = "",
    parent: int = 0,
) -> str:
    """A picture at `path` in the uploads folder."""
    meta = [("_wp_attached_file", path), ("_wp_attachment_image_alt", alt), ("_wp_attachment_metadata", metadata)]
    return post(
        post_id,
        f"Photo {post_id}",
        "",
        excerpt=caption,
        status="inherit",
        kind="attachment",
        parent=parent,
        attachment_url=f"{SITE}/wp-content/uploads/{path}" if url is None else url,
        meta=meta,
    )


def comment(
    comment_id: int,
    content: str = "Well said.",
    *,
    author: str = "A reader",
    email: str = "reader@private.example",
    url: str = "",
    approved: str = "1",
    kind: str = "comment",
    parent: int = 0,
    date_gmt: str = "2022-03-02 10:00:00",
    date: str = "2022-03-02 13:00:00",
) -> str:
    return (
        f"<wp:comment><wp:comment_id>{comment_id}</wp:comment_id><wp:comment_author>{cdata(author)}</wp:comment_author>"
        f"<wp:comment_author_email>{cdata(email)}</wp:comment_author_email>"
        f"<wp:comment_author_url>{escape(url)}</wp:comment_author_url>"
        f"<wp:comment_author_IP>{cdata('203.0.113.9')}</wp:comment_author_IP>"
        f"<wp:comment_date>{cdata(date)}</wp:comment_date><wp:comment_date_gmt>{cdata(date_gmt)}</wp:comment_date_gmt>"
        f"<wp:comment_content>{cdata(content)}</wp:comment_content><wp:comment_approved>{cdata(approved)}</wp:comment_approved>"
        f"<wp:comment_type>{cdata(kind)}</wp:comment_type><wp:comment_parent>{parent}</wp:comment_parent></wp:comment>"
    )
