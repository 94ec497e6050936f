"""What a newsroom keeps. Frozen values; the standard library only.

Every datetime is aware and in UTC, to the microsecond. Text holds no character that XML 1.0 forbids, and
HTML is already sanitised: both are seen to at the door (`feeds.clean.text`, `feeds.clean.html`).

Other packages import from here, whatever file of this one a value stands in.
"""

from storage.model.articles import (
    Article,
    ArticleStatus,
    Author,
    Enclosure,
    Image,
    Section,
    Source,
    Tag,
    latest_of,
)
from storage.model.changes import Action, Change, Due, ScopeState, Snapshot, Subject
from storage.model.comments import Comment, CommentHistory, CommentStatus, Forgotten
from storage.model.copies import Copied, CopiedTable
from storage.model.lists import (
    ArticleList,
    ArticleView,
    CommentedArticle,
    CommentEntry,
    CommentList,
    CurrentList,
    DaysBeside,
    Late,
    Location,
    LocationList,
    LocationPage,
    LocationPages,
    NameList,
    NewsList,
    PathTarget,
    Position,
    Rest,
    SectionList,
    Span,
    Tombstone,
)
from storage.model.moderation import (
    CommentPage,
    DecidedComment,
    Decision,
    DecisionPage,
    ModeratedComment,
    ModeratedThread,
    SearchIn,
)
from storage.model.omissions import Omission
from storage.model.paths import article_path, author_page, list_at, section_page, tag_page
from storage.model.site import Session, Site, Token
from storage.model.transfer import Alias, ArticleRecord, FeedSource, ImportSource, Outcome

__all__ = [
    "Action",
    "Alias",
    "Article",
    "ArticleList",
    "ArticleRecord",
    "ArticleStatus",
    "ArticleView",
    "Author",
    "Change",
    "Comment",
    "CommentEntry",
    "CommentHistory",
    "CommentList",
    "CommentPage",
    "CommentStatus",
    "CommentedArticle",
    "Copied",
    "CopiedTable",
    "CurrentList",
    "DaysBeside",
    "DecidedComment",
    "Decision",
    "DecisionPage",
    "Due",
    "Enclosure",
    "FeedSource",
    "Forgotten",
    "Image",
    "ImportSource",
    "Late",
    "Location",
    "LocationList",
    "LocationPage",
    "LocationPages",
    "ModeratedComment",
    "ModeratedThread",
    "NameList",
    "NewsList",
    "Omission",
    "Outcome",
    "PathTarget",
    "Position",
    "Rest",
    "ScopeState",
    "SearchIn",
    "Section",
    "SectionList",
    "Session",
    "Site",
    "Snapshot",
    "Source",
    "Span",
    "Subject",
    "Tag",
    "Token",
    "Tombstone",
    "article_path",
    "author_page",
    "latest_of",
    "list_at",
    "section_page",
    "tag_page",
]
