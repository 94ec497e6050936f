"""PRISM Usage Rights 3.0: the credit, and between which dates an entry may be published."""

from feeds.formats.extensions.base import Element, EntryExtension


class UsageRights(EntryExtension):
    """Few entries have any of it: the namespace is declared where it is used."""

    prefix = "pur"
    uri = "http://prismstandard.org/namespaces/prismusagerights/2.1/"

    def extend_rss(self, parent: Element) -> None:
        item = self.subject
        if item.credit_line:
            self.add_declared(parent, "creditLine", item.credit_line)
        if item.embargoed_until is not None:
            self.add_declared(parent, "embargoDate", item.embargoed_until.isoformat())
        if item.republish_until is not None:
            self.add_declared(parent, "expirationDate", item.republish_until.isoformat())

    extend_atom = extend_rss
