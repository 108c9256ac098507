"""/docs: the OpenAPI document as one page to read; rendered on the server, no script, nothing from elsewhere."""

from collections.abc import Mapping
from typing import Any

from backend.api.http.route import Reply
from backend.api.pages.page import escape, render

Schema = Mapping[str, Any]


def render_docs(document: Schema) -> Reply:
    """The page of a whole document."""
    by_tag: dict[str, list[str]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            by_tag.setdefault(operation["tags"][0], []).append(_operation(method, path, operation))
    sections = [f"<h2>{escape(tag)}</h2>{''.join(parts)}" for tag, parts in by_tag.items()]
    schemas = document["components"]["schemas"]
    models = "".join(_model(name, schema) for name, schema in sorted(schemas.items()))
    info = document["info"]
    intro = (
        f"<h1>{escape(info['title'])}</h1><p>{_prose(info['description'])}</p>"
        '<p class="soft">OpenAPI 3.1：<a href="/openapi.json">/openapi.json</a> · 充电桩协议：<a href="/asyncapi.yaml">/asyncapi.yaml</a>'
        f" · {escape(info['version'])}</p>"
    )
    return render(info["title"], f"{intro}{''.join(sections)}<h2>数据结构</h2>{models}")


def _operation(method: str, path: str, operation: Schema) -> str:
    parts = [f"<p>{_prose(operation['description'])}</p>"]
    if operation.get("security"):
        parts.append(
            f'<p class="soft">需要登录：Authorization: Bearer &lt;token&gt;（{escape(operation["x-scope"])}）</p>'
        )
    rows = [_parameter(parameter) for parameter in operation["parameters"]]
    body = operation.get("requestBody")
    if body:
        schema = body["content"]["application/json"]["schema"]
        rows.append(f"<tr><th>请求体</th><td>{_type(schema)}</td><td>application/json</td></tr>")
    if rows:
        parts.append(f"<table>{''.join(rows)}</table>")
    answers = "".join(_answer(status, answer) for status, answer in operation["responses"].items())
    parts.append(f"<table>{answers}</table>")
    return (
        f'<details id="{escape(operation["operationId"])}"><summary>'
        f'<span class="verb {escape(method)}">{escape(method.upper())}</span><code>{escape(path)}</code>'
        f'<span class="soft">{escape(operation["summary"])}</span></summary><div>{"".join(parts)}</div></details>'
    )


def _parameter(parameter: Schema) -> str:
    needed = "必填" if parameter["required"] else "可选"
    note = " ".join(
        escape(text)
        for text in (parameter.get("description", ""), parameter["schema"].get("description", ""))
        if text
    )
    return (
        f"<tr><th><code>{escape(parameter['name'])}</code></th><td>{_type(parameter['schema'])}</td>"
        f"<td>{escape(parameter['in'])} · {needed} {note}</td></tr>"
    )


def _answer(status: str, answer: Schema) -> str:
    content = answer.get("content", {}).get("application/json")
    shape = _type(content["schema"]) if content else ""
    lines = "<br>".join(_prose(line.removeprefix("- ")) for line in answer["description"].splitlines())
    return f"<tr><th>{escape(status)}</th><td>{shape}</td><td>{lines}</td></tr>"


def _model(name: str, schema: Schema) -> str:
    needed = schema.get("required", [])
    rows = "".join(
        f"<tr><th><code>{escape(field)}</code></th><td>{_type(inner)}</td>"
        f"<td>{'' if field in needed else '可选'} {escape(inner.get('description', ''))}</td></tr>"
        for field, inner in schema.get("properties", {}).items()
    )
    values = "、".join(f"<code>{escape(value)}</code>" for value in schema.get("enum", []))
    return (
        f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary><div>'
        f"<p>{_prose(schema.get('description', ''))}</p>{f'<p>{values}</p>' if values else ''}"
        f"<table>{rows}</table></div></details>"
    )


def _type(schema: Schema) -> str:
    """A schema's type in a few words; structs are links."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}"><code>{name}</code></a>'
    if "anyOf" in schema:
        return " | ".join(_type(inner) for inner in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f"<code>{escape(value)}</code>" for value in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"{_type(schema.get('items') or {})}[]"
    limits = [
        f"{mark} {schema[name]}"
        for name, mark in (
            ("minimum", "≥"),
            ("maximum", "≤"),
            ("minLength", "长度 ≥"),
            ("maxLength", "长度 ≤"),
        )
        if name in schema
    ]
    told = escape(schema.get("format", kind))
    return f"<code>{told}</code> {escape(', '.join(limits))}".strip()


def _prose(text: str) -> str:
    """Escaped text with `code` set as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts))
