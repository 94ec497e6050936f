"""DCMI Metadata Terms: `modified`, when an item last changed in any way."""

from feeds.formats.extensions.base import Namespace


class DublinCoreTerms(Namespace):
    prefix = "dcterms"
    uri = "http://purl.org/dc/terms/"
