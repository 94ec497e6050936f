"""Where all public articles are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from storage.model import LocationList, LocationPages, NewsList


class Sitemaps(Protocol):
    """Where all public articles are, for those who crawl them."""

    async def location_pages(self, *, limit: int, also: Sequence[str] = ()) -> LocationPages:
        """The first pages that hold public articles, by number. Page 1 is of the ids 1 to 50,000, and so on: what is on a page
        stays there, whatever else is published.

        When a page changed is the date of its scope, which a write of any of its locations raises. The snapshot holds the home
        scope and `also`. A look-up or two for each page, however many articles there are.
        """

    async def read_locations(self, page: int, *, also: Sequence[str] = ()) -> LocationList:
        """The public articles of a page, by id ascending; none for a page that holds none.

        One range of ids. The snapshot holds the scope of the page, and `also`.
        """

    async def read_news(self, since: datetime, *, limit: int, also: Sequence[str] = ()) -> NewsList:
        """The newest public articles published after an instant, and when the last one up to it was.

        The snapshot holds the home scope and `also`.
        """
