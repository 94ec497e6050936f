"""Whether a form was sent from a page of ours."""

from collections.abc import Mapping

from feeds.origins import is_of_origin


def is_cross_site(headers: Mapping[str, str], own_origin: str) -> bool:
    """Whether a browser says that another site made it send this. Whoever is no browser need not say anything.

    `own_origin`: as `origin_of` has it.

    Sec-Fetch-Site is the browser's own word, which no page can set or forge, so it counts for more than Origin: 'same-origin'
    means a page that this server gave out, whatever name the browser knows it by, and though a privacy setting made its
    Origin 'null'. Without that word a 'null' is refused: any site can bring it about, by a sandboxed frame or its referrer
    policy, and our own pages, whose policy keeps the origin, do not.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site == "same-origin":
        return False
    if origin is None:
        return site in ("cross-site", "same-site")
    return site == "cross-site" or not is_of_origin(origin, own_origin)
