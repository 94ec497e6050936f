"""What stands in an article's text: photo, dateline and agency, body, correction's note; each once, whatever the body has."""

from feeds.content.parts import Content, content_of

__all__ = ["Content", "content_of"]
