"""SmartNews's SmartFormat 2.2: `logo` of the channel, `analytics` of an item (publishers.smartnews.com)."""

from feeds.formats.extensions.base import Namespace


class SmartFormat(Namespace):
    prefix = "snf"
    uri = "http://www.smartnews.be/snf"
