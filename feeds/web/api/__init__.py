"""The management API: every operation in one table, from which its routes and its description are made."""

import re
from collections import defaultdict
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, Router

from feeds import paths
from feeds.newsroom.editing import CommentPatch
from feeds.newsroom.replies import Reply
from feeds.newsroom.standing import PageFields
from feeds.newsroom.submissions import ArticlePatch, NewArticle, NewSection, SectionPatch
from feeds.web.api import articles, changes, comments, media, pages, redirects, sections, subscriptions, tokens
from feeds.web.api.access import ADMIN, MODERATE, PUBLISH
from feeds.web.api.ban_operations import BAN_OPERATIONS
from feeds.web.api.front import FRONT_OPERATIONS
from feeds.web.api.openapi import describe
from feeds.web.api.operations import Methods, Operation
from feeds.web.api.partner_operations import PARTNER_OPERATIONS
from feeds.web.api.resources import (
    Article,
    ArticlePage,
    ChangePage,
    Comment,
    CommentPage,
    Media,
    Redirect,
    RedirectPage,
    Section,
    SectionPage,
    StandingPage,
    StandingPages,
    Subscription,
    SubscriptionPage,
    TokenPage,
)
from feeds.web.problems import Problems
from feeds.web.redirects import RedirectFields
from feeds.web.routing import matched_whole

_STORY = {
    "headline": "Ferry service resumes",
    "body_html": "<p>The first boat left at dawn.</p>",
    "status": "published",
}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="createArticle",
        method="POST",
        path="/articles",
        summary="Keep a new article",
        handler=articles.create_article,
        takes_key=True,
        scopes=(PUBLISH,),
        body=NewArticle,
        example=_STORY,
        status=201,
        answer=Article,
        fields=("Location", "ETag"),
        refusals=(409,),
    ),
    Operation(
        name="listArticles",
        method="GET",
        path="/articles",
        summary="Every article, or those that filters leave, newest first",
        handler=articles.list_articles,
        scopes=(PUBLISH,),
        query=articles.ArticlesQuery,
        answer=ArticlePage,
    ),
    Operation(
        name="readArticle",
        method="GET",
        path="/articles/{id}",
        summary="One article",
        handler=articles.read_article,
        scopes=(PUBLISH,),
        answer=Article,
        fields=("ETag",),
        precondition="If-None-Match",
        refusals=(404,),
    ),
    Operation(
        name="editArticle",
        method="PATCH",
        path="/articles/{id}",
        summary="Change the fields that are sent",
        handler=articles.edit_article,
        scopes=(PUBLISH,),
        body=ArticlePatch,
        example={"headline": "Ferry service resumes after storm", "significant": True},
        answer=Article,
        fields=("ETag",),
        precondition="If-Match",
        refusals=(404, 409),
    ),
    Operation(
        name="putArticle",
        method="PUT",
        path="/articles/by-guid/{guid}",
        summary="Keep an article of a guid: a new one (201), or in place of all that is kept of it",
        handler=articles.put_article,
        scopes=(PUBLISH,),
        body=NewArticle,
        example=_STORY,
        answer=Article,
        new_status=201,
        fields=("Location", "ETag"),
        precondition="If-Match",
        refusals=(409,),
    ),
    Operation(
        name="withdrawArticle",
        method="DELETE",
        path="/articles/{id}",
        summary="Take an article from readers; one that is withdrawn already stays so",
        handler=articles.withdraw_article,
        scopes=(PUBLISH,),
        status=204,
        precondition="If-Match",
        refusals=(404, 409),
    ),
    Operation(
        name="listChanges",
        method="GET",
        path="/changes",
        summary="Every insert, edit and withdrawal after one that is known, in order, once",
        handler=changes.list_changes,
        scopes=(PUBLISH, MODERATE),
        query=changes.ChangesQuery,
        answer=ChangePage,
        refusals=(410,),
    ),
    Operation(
        name="addMedia",
        method="POST",
        path="/media",
        summary="Keep a picture, sound, film or PDF in the media folder: a new one (201), or the same as is there",
        handler=media.add_media,
        scopes=(PUBLISH,),
        takes_file=True,
        answer=Media,
        new_status=201,
    ),
    Operation(
        name="createSection",
        method="POST",
        path="/sections",
        summary="Keep a new section",
        handler=sections.add_section,
        takes_key=True,
        scopes=(PUBLISH,),
        body=NewSection,
        example={"title": "Science", "description": "What was found out."},
        status=201,
        answer=Section,
        fields=("Location",),
        refusals=(409,),
    ),
    Operation(
        name="listSections",
        method="GET",
        path="/sections",
        summary="Every section, by path",
        handler=sections.list_sections,
        scopes=(PUBLISH,),
        query=sections.SectionsQuery,
        answer=SectionPage,
    ),
    Operation(
        name="readSection",
        method="GET",
        path="/sections/{path}",
        summary="One section",
        handler=sections.read_section,
        scopes=(PUBLISH,),
        answer=Section,
        refusals=(404,),
    ),
    Operation(
        name="editSection",
        method="PATCH",
        path="/sections/{path}",
        summary="Change a section's title or description",
        handler=sections.rename_section,
        scopes=(PUBLISH,),
        body=SectionPatch,
        example={"description": "From every continent."},
        answer=Section,
        refusals=(404,),
    ),
    Operation(
        name="deleteSection",
        method="DELETE",
        path="/sections/{path}",
        summary="Delete a section without articles and without sections in it",
        handler=sections.delete_section,
        scopes=(PUBLISH,),
        status=204,
        refusals=(404, 409),
    ),
    *FRONT_OPERATIONS,
    Operation(
        name="listPages",
        method="GET",
        path="/pages",
        summary="Every standing page, by path",
        handler=pages.list_standing,
        scopes=(PUBLISH,),
        query=pages.PagesQuery,
        answer=StandingPages,
    ),
    Operation(
        name="readPage",
        method="GET",
        path="/pages/{path}",
        summary="One standing page",
        handler=pages.read_standing,
        scopes=(PUBLISH,),
        answer=StandingPage,
        fields=("ETag",),
        precondition="If-None-Match",
        refusals=(404,),
    ),
    Operation(
        name="putPage",
        method="PUT",
        path="/pages/{path}",
        summary="Keep a standing page at a path: a new one (201), or in place of the one that is there",
        handler=pages.put_standing,
        scopes=(PUBLISH,),
        body=PageFields,
        example={"title": "About us", "body_html": "<p>Who we are.</p>", "status": "published"},
        answer=StandingPage,
        new_status=201,
        fields=("Location", "ETag"),
        precondition="If-Match",
        refusals=(409,),
    ),
    Operation(
        name="deletePage",
        method="DELETE",
        path="/pages/{path}",
        summary="Delete a standing page; what led readers to it answers 410",
        handler=pages.delete_standing,
        scopes=(PUBLISH,),
        status=204,
        precondition="If-Match",
        refusals=(404, 409),
    ),
    Operation(
        name="listRedirects",
        method="GET",
        path="/redirects",
        summary="Every redirect, by its old path: the newsroom's own, and those of lists that an import brought",
        handler=redirects.list_redirects,
        scopes=(PUBLISH,),
        query=redirects.RedirectsQuery,
        answer=RedirectPage,
    ),
    Operation(
        name="putRedirect",
        method="PUT",
        path="/redirects",
        summary="Lead an old path elsewhere: anew (201), or in place of where it led",
        handler=redirects.put_redirect,
        scopes=(PUBLISH,),
        body=RedirectFields,
        example={"old": "/old-page/", "new": "/search?q=ferry"},
        answer=Redirect,
        new_status=201,
        refusals=(409,),
    ),
    Operation(
        name="deleteRedirect",
        method="DELETE",
        path="/redirects",
        summary="Lead an old path nowhere",
        handler=redirects.delete_redirect,
        scopes=(PUBLISH,),
        query=redirects.OldQuery,
        status=204,
        refusals=(404,),
    ),
    Operation(
        name="addComment",
        method="POST",
        path="/articles/{id}/comments",
        summary="Reply to an article",
        handler=comments.add_comment,
        takes_key=True,
        scopes=(PUBLISH, MODERATE),
        body=Reply,
        example={"author_name": "A reader", "author_email": "reader@mail.example", "body": "Good news."},
        status=201,
        answer=Comment,
        fields=("Location",),
        refusals=(404, 409, 429),
    ),
    Operation(
        name="listComments",
        method="GET",
        path="/comments",
        summary="Comments for moderators, newest first; those that wait for a moderator oldest first",
        handler=comments.list_comments,
        scopes=(MODERATE,),
        query=comments.CommentsQuery,
        answer=CommentPage,
    ),
    Operation(
        name="readComment",
        method="GET",
        path="/comments/{id}",
        summary="One comment",
        handler=comments.read_comment,
        scopes=(MODERATE,),
        answer=Comment,
        fields=("ETag",),
        precondition="If-None-Match",
        refusals=(404,),
    ),
    Operation(
        name="editComment",
        method="PATCH",
        path="/comments/{id}",
        summary="Change the fields that are sent; readers see an approved one again",
        handler=comments.patch_comment,
        scopes=(MODERATE,),
        body=CommentPatch,
        example={"author_name": "A reader", "body": "Good news."},
        answer=Comment,
        fields=("ETag",),
        precondition="If-Match",
        refusals=(404, 409),
    ),
    *(
        Operation(
            name=f"{verb}Comment",
            method="POST",
            path=f"/comments/{{id}}/{verb}",
            summary=f"Make a comment {status.value}",
            handler=handler,
            scopes=(MODERATE,),
            answer=Comment,
            refusals=(404, 409),
        )
        for verb, status, handler in comments.MODERATION
    ),
    *BAN_OPERATIONS,
    Operation(
        name="listSubscriptions",
        method="GET",
        path="/subscriptions",
        summary="Who subscribes to feeds, the oldest first",
        handler=subscriptions.list_subscriptions,
        scopes=(ADMIN,),
        query=subscriptions.SubscriptionsQuery,
        answer=SubscriptionPage,
    ),
    Operation(
        name="getSubscription",
        method="GET",
        path="/subscriptions/{id}",
        summary="A subscription",
        handler=subscriptions.get_subscription,
        scopes=(ADMIN,),
        answer=Subscription,
        refusals=(404,),
    ),
    Operation(
        name="removeSubscription",
        method="DELETE",
        path="/subscriptions/{id}",
        summary="End a subscription, without a word to its callback",
        handler=subscriptions.remove_subscription,
        scopes=(ADMIN,),
        status=204,
        refusals=(404,),
    ),
    *PARTNER_OPERATIONS,
    Operation(
        name="listTokens",
        method="GET",
        path="/tokens",
        summary="Every token, by name",
        handler=tokens.list_tokens,
        scopes=(ADMIN,),
        query=tokens.TokensQuery,
        answer=TokenPage,
    ),
    Operation(
        name="revokeToken",
        method="DELETE",
        path="/tokens/{name}",
        summary="End a token, and the sessions at the desk that were begun with it, at once",
        handler=tokens.revoke_token,
        scopes=(ADMIN,),
        status=204,
        refusals=(404,),
    ),
)


_SLASHED = re.compile("{(path|name|guid)}")
"""What stands for a part of a path that may hold slashes."""


def api_routes() -> list[BaseRoute]:
    """`/api`, whose errors are problem documents whatever they are."""
    by_path: defaultdict[str, list[Operation]] = defaultdict(list)
    for operation in OPERATIONS:
        by_path[operation.path].append(operation)
    routes: list[BaseRoute] = [Route("/openapi.json", openapi_document)]
    routes += [Route(_SLASHED.sub(r"{\1:path}", path), Methods(operations)) for path, operations in by_path.items()]
    # Starlette's own redirect to a path with or without its last slash is built from the request's Host.
    api = Problems(Router(matched_whole(routes), redirect_slashes=False))
    root = paths.API.removesuffix("/")
    return [Mount(root, app=api), Route(root, api)]


async def openapi_document(request: Request) -> Response:
    """The description of this API (OpenAPI 3.1), open to all."""
    return Response(_description(request.app.state.site.urls.base), media_type="application/json")


@lru_cache(maxsize=1)
def _description(base_url: str) -> bytes:
    # It takes tens of milliseconds to make, and anybody may ask for it.
    return describe(OPERATIONS, base_url)
