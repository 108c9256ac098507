"""The built admin web at `/admin/`: hashed assets cached for good, every other address answered by its index page.

Who takes gzip gets the compressed file that the build left beside a text; nothing is compressed while it is served. It
serves what `npm run build` left in `admin_web/dist`, and nothing at all where that was never run.
"""

import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import tornado.web
from tornado.routing import URLSpec
from typing_extensions import override

from backend.api.http.exchange import HEADERS

DIST: Final = Path(__file__).resolve().parents[3] / "admin_web" / "dist"
INDEX: Final = "index.html"
HASHED_FOLDER: Final = "assets"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FOR_GOOD: Final = "public, max-age=31536000, immutable"
ASK_AGAIN: Final = "no-cache"
GZIP: Final = "gzip"
GZIPPED: Final = ".gz"
_HOST: Final = re.compile(r"(\{s\}\.)?[A-Za-z0-9.-]+(:[0-9]{1,5})?")


def admin_urls(dist: Path = DIST, *, images_from: str = "") -> list[URLSpec]:
    """The addresses of the built pages in `dist`; none where there is no build.

    `images_from`: a URL template of map tiles, whose host images may come from.
    """
    if not (dist / INDEX).is_file():
        return []
    return [
        URLSpec(r"/admin", ToAdminPages),
        URLSpec(
            r"/admin/(.*)",
            AdminPages,
            {"path": str(dist), "default_filename": INDEX, "policy": policy_for(images_from)},
        ),
    ]


def policy_for(tiles_url: str) -> str:
    """The pages' policy where maps are drawn from this URL template; `{s}` in a host is any of its servers."""
    parts = urlsplit(tiles_url)
    if not tiles_url or not _HOST.fullmatch(parts.netloc) or parts.scheme not in {"https", "http"}:
        return POLICY
    host = parts.netloc.replace("{s}", "*") if parts.netloc.startswith("{s}.") else parts.netloc
    return POLICY.replace("img-src 'self' data:", f"img-src 'self' data: {parts.scheme}://{host}")


class ToAdminPages(tornado.web.RequestHandler):
    """The address as people type it."""

    @override
    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    @override
    def get(self) -> None:
        self.redirect("/admin/")


class AdminPages(tornado.web.StaticFileHandler):
    """Files of one folder; the pages' own addresses (`/admin/orders`) are the index page's to read."""

    _has_forms = False
    _is_gzipped = False
    _policy = POLICY

    @override
    def initialize(self, path: str, default_filename: Any = None, policy: Any = POLICY) -> None:
        super().initialize(path, default_filename)
        self._policy = policy
        self.set_header("Content-Security-Policy", policy)

    @override
    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", self._policy)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")

    @override
    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """A missing asset stays missing: the index page in its place would be run as a script."""
        inside = Path(absolute_path)
        is_page = not inside.suffix and inside.is_relative_to(root) and not self._is_hashed()
        if is_page and not inside.is_file():
            absolute_path = str(Path(root) / INDEX)
        if absolute_path.endswith(GZIPPED):
            raise tornado.web.HTTPError(404)  # a form of another file, no file of its own
        self._has_forms = Path(absolute_path + GZIPPED).is_file()
        # a part of a file is a part of it as it is
        is_whole = "Range" not in self.request.headers
        accepted = self.request.headers.get("Accept-Encoding", "")
        self._is_gzipped = self._has_forms and is_whole and _takes_gzip(accepted)
        return super().validate_absolute_path(root, absolute_path + GZIPPED * self._is_gzipped)

    @override
    def get_content_type(self) -> str:
        """The type of what is inside."""
        path = self.absolute_path
        if self._is_gzipped and path is not None:
            self.absolute_path = path.removesuffix(GZIPPED)
        try:
            return super().get_content_type()
        finally:
            self.absolute_path = path

    @override
    def compute_etag(self) -> str | None:
        """By time and size: Tornado's own is remembered while the process lives, whatever is built meanwhile."""
        if self.absolute_path is None:
            return None
        found = Path(self.absolute_path).stat()
        return f'"{found.st_mtime_ns:x}-{found.st_size:x}{"-gz" if self._is_gzipped else ""}"'

    @override
    def set_extra_headers(self, path: str) -> None:
        self.set_header("Cache-Control", FOR_GOOD if self._is_hashed() else ASK_AGAIN)
        if self._has_forms:
            self.set_header("Vary", "Accept-Encoding")
        if self._is_gzipped:
            self.set_header("Content-Encoding", GZIP)

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """One plain sentence; what came before an error is not to be cached."""
        del kwargs
        self.set_header("Cache-Control", ASK_AGAIN)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("没有找到这个页面，请从首页 /admin/ 重新进入。" if status_code == 404 else "请求有误。")  # noqa: PLR2004 - HTTP

    @override
    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """A wrong address is nothing to log; a failure is Tornado's to tell."""
        if not isinstance(value, tornado.web.HTTPError):
            super().log_exception(typ, value, tb)

    def _is_hashed(self) -> bool:
        return self.path_args[0].startswith(f"{HASHED_FOLDER}/")


def _takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header lists gzip, or everything, and not with weight 0 (RFC 9110, 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        try:
            weights[name.strip()] = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            weights[name.strip()] = 0.0
    return weights.get(GZIP, weights.get("*", 0.0)) > 0
