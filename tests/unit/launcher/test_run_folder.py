"""One owner per folder, secrets for their owner only, and nothing emptied that is not ours."""

import os
import stat
from pathlib import Path

import pytest

from scripts.environment import NotReadyError
from scripts.local.launcher.run_folder import RunFolder, occupied, read_json, write_json


def test_refuses_a_second_copy_with_the_number_of_the_first(tmp_path: Path) -> None:
    with occupied(tmp_path), pytest.raises(NotReadyError, match=rf"已经在运行了 \(进程 {os.getpid()}\)"):
        occupied(tmp_path).__enter__()


def test_a_folder_left_by_a_dead_owner_can_be_taken(tmp_path: Path) -> None:
    with occupied(tmp_path):
        pass
    with occupied(tmp_path) as folder:
        assert folder.logs.is_dir()


def test_says_in_one_sentence_that_a_folder_cannot_be_written(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(NotReadyError, match=r"无法写入 .*file") as caught:
        occupied(in_the_way / "run").__enter__()
    assert "\n" not in str(caught.value)


def test_fresh_empties_a_folder_of_ours(tmp_path: Path) -> None:
    with occupied(tmp_path) as folder:
        write_json(folder.prepared, {"piles": 3})
        folder.secret("bridge")
    with occupied(tmp_path, is_fresh=True) as folder:
        assert read_json(folder.prepared) is None
        assert list(folder.keys.iterdir()) == []


def test_fresh_leaves_a_foreign_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(NotReadyError, match="不会清空它"):
        occupied(tmp_path, is_fresh=True).__enter__()
    assert (tmp_path / "thesis.txt").exists()


def test_fresh_does_not_follow_a_link_out_of_the_folder(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("")
    with occupied(tmp_path / "run") as folder:
        (folder.path / "link").symlink_to(outside)
    with occupied(tmp_path / "run", is_fresh=True) as folder:
        assert not (folder.path / "link").exists()
    assert (outside / "kept").exists()


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.keys.mkdir()
    secret = folder.secret("bridge")
    assert len(secret) >= 32
    assert folder.secret("bridge") == secret
    assert stat.S_IMODE((folder.keys / "bridge.txt").stat().st_mode) == 0o600


def test_reads_a_damaged_file_as_none(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text("{")
    assert read_json(tmp_path / "ports.json") is None
