"""What a newsroom does in its WordPress: by its own API, with an application password, and by PHP where that has no word for it."""

import base64
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""A picture of one pixel."""


class Site:
    """A site that runs. What its API answers is JSON as an editor gets it: with `["id"]`, `["link"]`, `["guid"]["raw"]`."""

    def __init__(
        self, url: str, user: str, password: str, root: Path, php: Callable[[str], str], sql: Callable[[str], str]
    ) -> None:
        self.url = url
        """With its last slash."""
        self.user = user
        """The administrator's login."""
        self.password = password
        """An application password of the administrator."""
        self.root = root
        """The folder that is served."""
        self.php = php
        """What PHP code prints that runs within the site, as its administrator."""
        self._sql = sql
        self._renewal = ""
        self._plugins = 0
        self._client = httpx2.Client(auth=httpx2.BasicAuth(user, password), trust_env=False, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()

    def api(self, method: str, route: str, **fields: Any) -> Any:
        """Ask the API, as the administrator: `api("POST", "wp/v2/posts", title="A title")`."""
        sent = {"params": fields} if method in ("GET", "DELETE") else {"json": fields}
        return self._checked(self._request(method, route, sent))

    def post(
        self, title: str = "A headline", content: str = "<p>Words.</p>", status: str = "publish", **fields: Any
    ) -> Any:
        return self.api("POST", "wp/v2/posts", title=title, content=content, status=status, **fields)

    def page(
        self, title: str = "About us", content: str = "<p>Who.</p>", status: str = "publish", **fields: Any
    ) -> Any:
        return self.api("POST", "wp/v2/pages", title=title, content=content, status=status, **fields)

    def comment(self, post: int, content: str = "Well said.", author: str = "Ann", **fields: Any) -> Any:
        """A reader's."""
        given = {"author_name": author, "author_email": f"{author.lower()}@reader.example", **fields}
        return self.api("POST", "wp/v2/comments", post=post, content=content, **given)

    def category(self, name: str, **fields: Any) -> Any:
        return self.api("POST", "wp/v2/categories", name=name, **fields)

    def tag(self, name: str, **fields: Any) -> Any:
        return self.api("POST", "wp/v2/tags", name=name, **fields)

    def author(self, login: str, name: str, **fields: Any) -> Any:
        """A user who writes."""
        given = {"email": f"{login}@old.example", "password": "never used", "roles": ["author"], **fields}
        return self.api("POST", "wp/v2/users", username=login, name=name, **given)

    def media(self, name: str = "harbour.png", data: bytes = PNG, kind: str = "image/png", **fields: Any) -> Any:
        """An upload, as `alt_text`, `caption` and `post` describe it."""
        headers = {"Content-Type": kind, "Content-Disposition": f'attachment; filename="{name}"'}
        made = self._checked(self._request("POST", "wp/v2/media", {"content": data, "headers": headers}))
        return self.api("POST", f"wp/v2/media/{made['id']}", **fields) if fields else made

    def permalinks(self, structure: str) -> None:
        """'/%postname%/'; '' for plain ones."""
        self.php(
            f"global $wp_rewrite; $wp_rewrite->set_permalink_structure({json.dumps(structure)}); flush_rewrite_rules(false);"
        )

    def option(self, name: str, value: str) -> None:
        self.php(f"update_option({json.dumps(name)}, {json.dumps(value)});")

    def export(self, content: str = "all") -> str:
        """The file that WordPress exports (WXR)."""
        return self.php(
            f"require ABSPATH . 'wp-admin/includes/export.php'; export_wp(array('content' => {json.dumps(content)}));"
        )

    def plugin(self, code: str) -> None:
        """Have PHP code run with every request, in place of what did before, until the site is new again."""
        folder = self._content / "mu-plugins"
        for before in folder.iterdir():
            before.unlink()
        # By another name each time: PHP looks at a file's date, in seconds, whether it has to compile it again.
        self._plugins += 1
        (folder / f"plugin-{self._plugins}.php").write_text(f"<?php\n{code}\n")

    @property
    def _content(self) -> Path:
        return self.root / "wp-content"

    def remember(self) -> None:
        """What the site is now is what it becomes by `renew`."""
        tables = self._sql("SHOW TABLES").split()
        self._renewal = ";".join(f"DELETE FROM {name}; INSERT INTO {name} SELECT * FROM new_{name}" for name in tables)
        self._sql(";".join(f"CREATE TABLE new_{name} AS SELECT * FROM {name}" for name in tables))

    def renew(self) -> None:
        """As it was when it was new, but for ids, which go on."""
        for name in ("uploads", "mu-plugins"):
            shutil.rmtree(self._content / name)
            (self._content / name).mkdir()
        self._sql(self._renewal)

    def _request(self, method: str, route: str, sent: dict[str, Any]) -> httpx2.Response:
        # By the parameter, which WordPress answers whatever its permalinks are.
        params = {"rest_route": f"/{route}", **sent.pop("params", {})}
        return self._client.request(method, self.url, params=params, **sent)

    def _checked(self, response: httpx2.Response) -> Any:
        assert response.is_success, f"{response.status_code} {response.text[:500]}"
        return response.json()
