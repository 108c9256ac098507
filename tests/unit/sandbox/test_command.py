"""The two commands: keys that are made once, and a process that starts or says why not."""

import ast
import json
import signal
import socket
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import scripts.stand_ins.sandbox
from scripts.stand_ins.sandbox.keys import make_keys
from tests.unit.sandbox.process import base_of, sandbox_process
from tests.waiting import LIMIT_S


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)


def test_keys_are_made_once_and_addresses_follow_the_flags(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    first = _run("scripts.stand_ins.sandbox.keys", "--out", str(folder))
    assert first.returncode == 0, first.stderr
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    make_keys(folder, "http://127.0.0.1:5", "http://127.0.0.1:6/notify/wechat")
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {name for name in after if after[name] != before.get(name)} == {"product.toml"}
    product = tomllib.loads(after["product.toml"].decode())
    assert product["wechat"]["api_base"] == product["wechat_pay"]["api_base"] == "http://127.0.0.1:5"
    assert product["wechat_pay"]["notify_url"] == "http://127.0.0.1:6/notify/wechat"
    assert product["alipay"]["notify_url"] == "http://127.0.0.1:6/notify/alipay"
    sandbox = json.loads(after["sandbox.json"])
    assert sandbox["alipay"]["seller_id"] == product["alipay"]["seller_id"]
    assert sandbox["mchid"] == product["wechat_pay"]["mchid"]
    assert len(sandbox["mchid"]) == 10
    assert len((folder / product["wechat_pay"]["api_v3_key_file"]).read_text()) == 32


def test_secrets_are_for_their_owner_alone(keys_folder: Path) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) for path in keys_folder.iterdir()} == {0o600}


def test_broken_key_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "merchant_key.pem").write_text("broken")
    result = _run("scripts.stand_ins.sandbox.keys", "--out", str(tmp_path))
    assert result.returncode == 1
    assert result.stderr == "✗ merchant_key.pem 不是有效的私钥文件:请移走它再运行一次\n"


def test_missing_config_is_told_in_one_sentence(tmp_path: Path) -> None:
    result = _run("scripts.stand_ins.sandbox", "--config", str(tmp_path / "none.json"))
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "读不到沙箱配置文件" in result.stderr


@pytest.mark.parametrize("content", ["{", "{}", '{"appid": 1}'])
def test_unusable_config_is_told_in_one_sentence(tmp_path: Path, content: str) -> None:
    config = tmp_path / "sandbox.json"
    config.write_text(content)
    result = _run("scripts.stand_ins.sandbox", "--config", str(config))
    assert (result.returncode, result.stderr.count("\n")) == (1, 1)


def test_port_in_use_is_told_in_one_sentence(keys_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = _run(
            "scripts.stand_ins.sandbox", "--config", str(keys_folder / "sandbox.json"), "--port", port
        )
    assert result.returncode == 1
    assert result.stderr == f"✗ 端口 {port} 已被占用:请换一个 --port,或先停掉占用它的程序\n"


def test_ends_cleanly_when_asked_and_logs_no_secret(keys_folder: Path, tmp_path: Path) -> None:
    log, output = tmp_path / "requests.log", tmp_path / "output.log"
    child = sandbox_process(keys_folder, output, "--log", str(log))
    child.start()
    assert b"40013" in _raw_get("127.0.0.1", _port(output), "/sns/jscode2session?secret=topsecret")
    child.send(signal.SIGTERM)
    assert child.wait() == 0
    assert output.read_text() == f"sandbox ready {base_of(output)}\n"
    assert "path=/sns/jscode2session status=200" in log.read_text()
    assert "topsecret" not in log.read_text()


def test_sandbox_imports_nothing_of_the_product() -> None:
    allowed = {"scripts", "tornado", "cryptography", "msgspec", "typing_extensions", *sys.stdlib_module_names}
    found = set()
    for path in Path(scripts.stand_ins.sandbox.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(node.module or "")
    assert {name for name in found if name.split(".")[0] not in allowed} == set()
    assert {name for name in found if name.startswith("scripts.")} == {
        name for name in found if name.startswith("scripts.stand_ins.sandbox")
    }


def _port(output: Path) -> int:
    return int(base_of(output).rsplit(":", 1)[1])


def _raw_get(host: str, port: int, target: str) -> bytes:
    with socket.create_connection((host, port), LIMIT_S) as client, client.makefile("rb") as answer:
        client.sendall(f"GET {target} HTTP/1.0\r\n\r\n".encode())
        return answer.read()
