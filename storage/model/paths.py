"""The paths that a store keeps, unencoded: of articles, and of the lists and files that addresses of a former site may lead to."""

UPLOADS = "/wp-content/uploads/"
"""Below which the files are that a former site had."""


def article_path(day: str, slug: str) -> str:
    """Where the page of an article of a day, '2023-03-22', is: '/2023/03/22/slug/'."""
    return f"/{day.replace('-', '/')}/{slug}/"


def article_of_path(path: str) -> tuple[str, str] | None:
    """The day and the slug of an article's path; None of any other."""
    year, month, day, slug = [*path.strip("/").split("/", 3), "", "", "", ""][:4]
    return (f"{year}-{month}-{day}", slug) if slug and article_path(f"{year}-{month}-{day}", slug) == path else None


def section_page(path: str) -> str:
    """Where the page of a section, 'world/africa', is: '/section/world/africa/'."""
    return f"/section/{path}/"


def tag_page(slug: str) -> str:
    return f"/tag/{slug}/"


def author_page(slug: str) -> str:
    return f"/author/{slug}/"


def list_at(page: str) -> tuple[str, str] | None:
    """What is listed at the page of a section, a tag or an author: ('section', 'world/africa') at '/section/world/africa/'.

    None at any other path.
    """
    kind, _, name = page.removeprefix("/").removesuffix("/").partition("/")
    page_of = {"section": section_page, "tag": tag_page, "author": author_page}.get(kind)
    return (kind, name) if page_of and page_of(name) == page else None
