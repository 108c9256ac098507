"""Building the front-ends: only when a source changed, one at a time, and one sentence when it cannot be."""

from dataclasses import replace
from pathlib import Path

import pytest

from scripts.environment import NotReadyError
from scripts.front_ends import build as build_module
from scripts.front_ends import sources
from scripts.front_ends.build import INDEX, FrontEnd, build

COPY = "const fs = require('fs'); fs.mkdirSync('site', { recursive: true }); fs.copyFileSync('page.html', 'site/index.html')"


@pytest.fixture
def front_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FrontEnd:
    """A site that is one copied page."""
    monkeypatch.setattr(build_module, "VAR", tmp_path / "var")
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    page = tmp_path / "page.html"
    page.write_text("first")
    return FrontEnd(
        name="page",
        label="页面",
        folder=tmp_path,
        packages=(),
        sources=(page,),
        command=("-e", COPY),
        site=tmp_path / "site",
    )


def test_builds_once_and_again_when_a_source_changed(front_end: FrontEnd) -> None:
    assert build(front_end, pytest.fail)
    assert not build(front_end, pytest.fail)
    (front_end.folder / "page.html").write_text("second")
    assert not front_end.is_built()
    assert front_end.has_site()
    assert build(front_end, pytest.fail)
    assert (front_end.site / INDEX).read_text() == "second"


def test_a_site_that_was_deleted_is_built_again(front_end: FrontEnd) -> None:
    build(front_end, pytest.fail)
    (front_end.site / INDEX).unlink()
    assert build(front_end, pytest.fail)


def test_a_failing_build_says_why_and_is_tried_again(front_end: FrontEnd) -> None:
    broken = replace(front_end, command=("-e", "console.error('page.html:3: wrong'); process.exit(1)"))
    with pytest.raises(NotReadyError, match=r"构建页面失败[^\n]*\n +page.html:3: wrong"):
        build(broken, pytest.fail)
    assert build(front_end, pytest.fail)


def test_a_build_that_leaves_no_site_has_failed(front_end: FrontEnd) -> None:
    with pytest.raises(NotReadyError, match="构建页面失败"):
        build(replace(front_end, command=("-e", "0")), pytest.fail)


def test_made_and_hidden_files_are_no_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    (tmp_path / "page.js").write_text("1")
    before = sources.digest_of([tmp_path])
    for name in ("node_modules", "dist", ".cache"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "made.js").write_text("2")
    assert sources.digest_of([tmp_path]) == before
    (tmp_path / "page.js").rename(tmp_path / "renamed.js")
    assert sources.digest_of([tmp_path]) != before
