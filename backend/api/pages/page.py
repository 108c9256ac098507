"""Pages the server renders itself: one look, no script, and a policy that admits just this one style."""

import base64
import hashlib
import html
from typing import Final

from backend.api.http.route import Reply

STYLE: Final = """
:root{color-scheme:light dark;--ink:#16202a;--soft:#5b6b7a;--line:#e3e8ee;--paper:#fff;--ground:#f4f6f9;
--brand:#0a7d55;--warn:#b45309}
@media (prefers-color-scheme:dark){:root{--ink:#e8edf2;--soft:#9aa9b8;--line:#2a3642;--paper:#17212b;
--ground:#0f161d;--brand:#37c690;--warn:#f0a64a}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);line-height:1.65;
font:16px/1.65 system-ui,-apple-system,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 4rem}
main.narrow{max-width:26rem}
h1{font-size:1.5rem;line-height:1.3;margin:.5rem 0 1rem}
h2{font-size:1.15rem;margin:2.5rem 0 .75rem;border-bottom:1px solid var(--line);padding-bottom:.4rem}
p{margin:.5rem 0}
a{color:var(--brand)}
.soft{color:var(--soft);font-size:.9rem}
.card{background:var(--paper);border:1px solid var(--line);border-radius:14px;padding:1.1rem 1.25rem;margin:.9rem 0}
.big{font-size:2.1rem;font-weight:650;font-variant-numeric:tabular-nums;line-height:1.2}
.scan{text-align:center}
.scan svg{width:11rem;height:11rem;background:#fff;border-radius:8px}
dl{display:grid;grid-template-columns:auto 1fr;gap:.3rem 1rem;margin:0}
dt{color:var(--soft)}
dd{margin:0;text-align:right;overflow-wrap:anywhere}
code{font:.88em ui-monospace,Menlo,Consolas,monospace;overflow-wrap:anywhere}
details{background:var(--paper);border:1px solid var(--line);border-radius:12px;margin:.5rem 0}
summary{cursor:pointer;padding:.7rem 1rem;display:flex;gap:.75rem;align-items:baseline;flex-wrap:wrap}
summary:focus-visible{outline:3px solid var(--brand);border-radius:12px}
details>div{padding:0 1rem 1rem;border-top:1px solid var(--line)}
.verb{font:700 .8rem ui-monospace,Menlo,Consolas,monospace;color:var(--brand);min-width:3.2rem}
.post,.put,.patch,.delete{color:var(--warn)}
table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:500;white-space:nowrap}
"""
_STYLE_HASH: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HTML: Final = "text/html; charset=utf-8"


def escape(text: object) -> str:
    """Any text, safe inside elements and quoted attributes."""
    return html.escape(str(text), quote=True)


def render(title: str, body: str, *, status: int = 200, is_narrow: bool = False) -> Reply:
    """A whole page; `body` is HTML whose texts are escaped already."""
    narrow = ' class="narrow"' if is_narrow else ""
    text = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main{narrow}>{body}</main></body></html>"
    )
    headers = {"Content-Security-Policy": POLICY}
    return Reply(body=text.encode(), content_type=HTML, status=status, headers=headers)
