"""Really Simple Licensing 1.0: the licence of an item, and of all that is public (https://rslstandard.org/rsl)."""

from lxml import etree

from feeds.formats.extensions.base import Element, EntryExtension
from feeds.licence import NAMESPACE, Licence


class Rsl(EntryExtension):
    """RSL's module for RSS; other formats link to the file."""

    prefix = "rsl"
    uri = NAMESPACE

    def extend_rss(self, parent: Element) -> None:
        if self.subject.licence is not None:
            append_content(parent, self.subject.url, self.subject.licence)


def append_content(parent: Element, url: str, licence: Licence) -> None:
    """What is at a URL, or below a path, with its licence."""
    content = _add(parent, "content", url=url, server=licence.server)
    element = _add(content, "license")
    for name, usages in (("permits", licence.permits), ("prohibits", licence.prohibits)):
        if usages:
            _add(element, name, " ".join(usages), type="usage")
    if licence.payment is not None:
        payment = _add(element, "payment", type=licence.payment.type)
        if licence.payment.amount:
            _add(payment, "amount", licence.payment.amount, currency=licence.payment.currency)
    if licence.terms:
        _add(element, "terms", licence.terms)


def _add(parent: Element, name: str, text: str = "", /, **attributes: str) -> Element:
    known = {key: value for key, value in attributes.items() if value}
    element = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", known)
    element.text = text or None
    return element
