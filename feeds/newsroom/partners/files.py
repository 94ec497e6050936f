"""Which of an article's files terms grant: the same in feeds, in changes and in what is pushed."""

from feeds.media_types import is_picture


def is_granted(type: str, url: str, *, images: bool, full_text: bool) -> bool:
    """Of a file of that media type, '' where it is not known. Whoever has a summary alone has no files but pictures: others may be
    the text as well.
    """
    if type.lower().startswith("image/") or (not type and is_picture(url)):
        return images
    return full_text
