"""What pages say to machines as JSON-LD, in schema.org's words. What the newsroom did not give is left out."""

from collections.abc import Iterator, Mapping

from feeds.clean.source_types import SCHEME
from feeds.kinds.base import Publication
from feeds.kinds.items import SHOWN
from feeds.web.pages.layout import Layout
from storage.model import Article, Author, Image

Data = dict[str, object]

_SOURCE_TYPES = {
    SCHEME + term: f"https://schema.org/{name}DigitalSource"
    for term, name in {
        "algorithmicallyEnhanced": "AlgorithmicallyEnhanced",
        "algorithmicMedia": "AlgorithmicMedia",
        "composite": "Composite",
        "compositeCapture": "CompositeCapture",
        "compositeSynthetic": "CompositeSynthetic",
        "compositeWithTrainedAlgorithmicMedia": "CompositeWithTrainedAlgorithmicMedia",
        "dataDrivenMedia": "DataDrivenMedia",
        "digitalArt": "DigitalArt",
        "digitalCapture": "DigitalCapture",
        "minorHumanEdits": "MinorHumanEdits",
        "multi-frameComputationalCapture": "MultiFrameComputationalCapture",
        "negativeFilm": "NegativeFilm",
        "positiveFilm": "PositiveFilm",
        "print": "Print",
        "screenCapture": "ScreenCapture",
        "trainedAlgorithmicMedia": "TrainedAlgorithmicMedia",
        "virtualRecording": "VirtualRecording",
    }.items()
}
"""The members of IPTCDigitalSourceEnumeration; it has not all terms of IPTC's."""


def news_article(article: Article, title: str, around: Layout, titles: Mapping[str, str]) -> Data:
    """A public article as a NewsArticle; `titles` are of the sections, by path."""
    return dict(_news_article(article, title, around, titles))


def _news_article(
    article: Article, title: str, around: Layout, titles: Mapping[str, str]
) -> Iterator[tuple[str, object]]:
    site = around.site
    assert article.published_at is not None, "a public article has a date"
    yield "@context", "https://schema.org"
    yield "@type", "NewsArticle"
    yield "headline", title
    yield "description", around.description
    yield "mainEntityOfPage", around.canonical
    yield "datePublished", article.published_at.isoformat()
    yield "dateModified", (article.last_edited_at or article.published_at).isoformat()
    yield "inLanguage", article.language or site.language
    logo = {"@type": "ImageObject", "url": site.icon_url}
    yield "publisher", {"@type": "NewsMediaOrganization", "name": site.title, "url": site.urls.home, "logo": logo}
    if article.sections:
        yield "articleSection", [titles.get(path, path) for path in article.sections[:SHOWN]]
    if article.correction:
        correction = {"@type": "CorrectionComment", "text": article.correction}
        if article.corrected_at:
            correction["datePublished"] = article.corrected_at.isoformat()
        yield "correction", correction
    yield "author", [_person(author, site) for author in article.authors[:SHOWN]] or [_newsroom(site)]
    if article.source:
        yield (
            "sourceOrganization",
            _known(
                {
                    "@type": "Organization",
                    "name": article.source.name,
                    "url": site.urls.linked(article.source.url),
                }
            ),
        )
    if article.dateline:
        yield "dateline", article.dateline
    if article.credit_line:
        yield "creditText", article.credit_line
    if term := _SOURCE_TYPES.get(article.digital_source_type):
        yield "digitalSourceType", term
    if site.licence_url:
        yield "license", site.licence_url
    if article.image and (url := site.urls.linked(article.image.url)):
        yield "image", [_image(article.image, url)]
    if article.tags:
        yield "keywords", [tag.name for tag in article.tags[:SHOWN]]


def breadcrumb_list(layout: Layout) -> Data | None:
    """A page's breadcrumb; None where it has none, or no address of its own."""
    if not layout.trail or not layout.canonical:
        return None
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        # The last is the page itself: it needs no address.
        "itemListElement": [
            _known(
                {"@type": "ListItem", "position": place, "name": link.text, "item": layout.site.urls.absolute(link.url)}
            )
            for place, link in enumerate(layout.trail, 1)
        ],
    }


def _person(author: Author, site: Publication) -> Data:
    return {"@type": "Person", "name": author.name, "url": site.urls.author(author.slug, author.url)}


def _newsroom(site: Publication) -> Data:
    return {"@type": "Organization", "name": site.title, "url": site.urls.home}


def _image(image: Image, url: str) -> Data:
    """Its sides in pixels."""
    return _known(
        {
            "@type": "ImageObject",
            "url": url,
            "width": image.width,
            "height": image.height,
            "caption": image.caption or image.alt,
            "creditText": image.credit,
        }
    )


def _known(data: Data) -> Data:
    return {name: value for name, value in data.items() if value}
