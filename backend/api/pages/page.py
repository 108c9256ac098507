"""Pages the server renders itself: one look, and a policy that admits just this style and the page's own script, if any."""

import base64
import functools
import hashlib
import html
from dataclasses import dataclass
from typing import Final

import msgspec

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
.card h2,section>h2{margin:0 0 .6rem;border:0;padding:0}
section>h2{font-size:1.35rem;margin-top:.9rem}
.note.good{border-color:var(--brand)}
.note{border-left:4px solid var(--warn);padding:.6rem .8rem;background:var(--paper);border-radius:8px;margin:.9rem 0}
.row{display:flex;justify-content:space-between;gap:1rem;align-items:baseline}
.offers{display:grid;grid-template-columns:repeat(auto-fill,minmax(6.2rem,1fr));gap:.6rem;border:0;padding:0;margin:.8rem 0}
.offers label{display:block;border:1px solid var(--line);border-radius:12px;padding:.6rem .4rem;text-align:center;
cursor:pointer;min-height:44px}
.offers label:has(:checked){border-color:var(--brand);box-shadow:inset 0 0 0 1px var(--brand)}
.offers label:has(:focus-visible){outline:3px solid var(--brand);outline-offset:2px}
.offers input{position:absolute;opacity:0}
.offers b{display:block;font-size:1.2rem}
.check{display:flex;gap:.6rem;align-items:flex-start;margin:.7rem 0;min-height:44px}
.check input{width:1.4rem;height:1.4rem;flex:none;margin:.15rem 0 0;accent-color:var(--brand)}
button{font:inherit;font-weight:600;min-height:48px;width:100%;border-radius:24px;border:1px solid var(--brand);
background:var(--brand);color:#fff;cursor:pointer;margin:.4rem 0;padding:.5rem 1rem}
button.light{background:none;color:var(--brand)}
button.danger{background:none;border-color:var(--warn);color:var(--warn)}
button:disabled{opacity:.55;cursor:default}
button:focus-visible,a:focus-visible,input:focus-visible{outline:3px solid var(--brand);outline-offset:2px}
.text{white-space:pre-wrap;max-height:16rem;overflow:auto}
.link{overflow-wrap:anywhere;user-select:all}
[hidden]{display:none!important}
@media (prefers-color-scheme:dark){button{color:#06281c}}
.verb{font:700 .8rem ui-monospace,Menlo,Consolas,monospace;color:var(--brand);min-width:3.2rem}
.post,.put,.patch,.delete{color:var(--warn)}
table{border-collapse:collapse;width:100%;font-size:.9rem}
td,th{text-align:left;vertical-align:top;padding:.35rem .6rem .35rem 0;border-bottom:1px solid var(--line)}
th{color:var(--soft);font-weight:500;white-space:nowrap}
"""
HTML: Final = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Script:
    """A page's one script, and what it is told: it may ask this server, and nobody else."""

    text: str
    data: object


def escape(text: object) -> str:
    """Any text, safe inside elements and quoted attributes."""
    return html.escape(str(text), quote=True)


def render(
    title: str, body: str, *, status: int = 200, is_narrow: bool = False, script: Script | None = None
) -> Reply:
    """A whole page; `body` is HTML whose texts are escaped already."""
    narrow = ' class="narrow"' if is_narrow else ""
    text = (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,">'
        f"<style>{STYLE}</style></head>"
        f"<body><main{narrow}>{body}</main>{'' if script is None else _embed(script)}</body></html>"
    )
    headers = {"Content-Security-Policy": _policy(script)}
    return Reply(body=text.encode(), content_type=HTML, status=status, headers=headers)


def _embed(script: Script) -> str:
    """`<` is written so that no text can end the element it stands in."""
    data = msgspec.json.encode(script.data).decode().replace("<", "\\u003c")
    return f'<script type="application/json" id="told">{data}</script><script>{script.text}</script>'


def _policy(script: Script | None) -> str:
    allowed = f"style-src '{_hash(STYLE)}'; "
    if script is not None:
        allowed += f"script-src '{_hash(script.text)}'; connect-src 'self'; "
    return f"default-src 'none'; img-src data:; {allowed}base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@functools.lru_cache(maxsize=4)
def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


POLICY: Final = _policy(None)
"""Of a page without a script."""
