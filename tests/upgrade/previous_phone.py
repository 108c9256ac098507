"""A phone that still has the previous landing's mini-program: every answer it gets must be what that contract said."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final, Self

from openapi_schema_validator import OAS31Validator

from scripts.embedded.node import find_node
from tests.upgrade.keep_landing import MINI_PROGRAM, OPENAPI
from tests.waiting import LIMIT_S

PROGRAM: Final = Path(__file__).resolve().parent / "phone.cjs"


class PreviousPhone:
    """`token` is a login that this phone has kept; without one it logs in as `openid` when first asked."""

    def __init__(self, api_url: str, *, token: str = "", openid: str = "") -> None:
        self.operations: list[str] = []
        self._store: dict[str, object] = {"login_token": token}
        self._openid = openid
        self._command: list[str | Path] = [find_node().node, PROGRAM, MINI_PROGRAM / "api", api_url]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=LIMIT_S)

    def keep(self, intent: str, key: str, at_ms: int) -> None:
        """It had sent this before the upgrade, and never heard what came of it."""
        self._store[f"intent:{intent}"] = {"key": key, "at": at_ms}

    def call(self, module: str, name: str, *args: object) -> Any:
        """What the function of the mini-program gives; AssertionError for an error."""
        told = self._ask(module, name, args)
        assert told["error"] is None, (name, told)
        return told["answer"]

    def refusal(self, module: str, name: str, *args: object) -> str:
        """The code of the error that it throws."""
        told = self._ask(module, name, args)
        assert told["error"] is not None, (name, told)
        return str(told["error"]["code"])

    def _ask(self, module: str, name: str, args: tuple[object, ...]) -> Any:
        asked = {
            "module": module,
            "name": name,
            "args": args,
            "store": self._store,
            "code": self._openid,
        }
        self._store = {}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        for exchange in told["exchanges"]:
            self.operations.append(check_answer(**exchange))
        return told


def check_answer(method: str, path: str, status: int, body: Any) -> str:
    """The operation as "GET /api/…/{no}", whose answer in the previous contract this one is; AssertionError else."""
    template, operation = _find_operation(method.lower(), path)
    answer = operation["responses"].get(str(status))
    assert answer is not None, f"{method} {path} answered {status}: {body}"
    if "content" in answer:
        faults = find_faults(answer["content"]["application/json"]["schema"], body)
        assert not faults, (method, path, faults)
    return f"{method} {template}"


def find_faults(schema: dict[str, Any], body: Any) -> list[str]:
    """What of a body is not as a schema of the previous contract says, or as one that is named."""
    whole = {**schema, "components": _document()["components"]}
    errors = OAS31Validator(whole).iter_errors(body)
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]


def _find_operation(method: str, path: str) -> tuple[str, dict[str, Any]]:
    """Fixed paths before those with a number in them."""
    for template, item in sorted(_document()["paths"].items(), key=lambda one: one[0].count("{")):
        if method in item and re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template)), path):
            return template, item[method]
    raise AssertionError(f"the previous contract has no {method} {path}")


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(OPENAPI.read_text(encoding="utf-8"))
    return document
