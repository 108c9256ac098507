"""Settings that production refuses, each spoiled alone in a deployment that is otherwise accepted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from backend import self_check
from backend.config import ConfigError, load
from backend.self_check import Check, require_safe
from backend.self_check.finding import Level
from backend.self_check.settings import (
    check_channels,
    check_database_url,
    check_files,
    check_mqtt,
    check_process,
    check_redis_url,
    check_web,
)
from tests.deployment import Deployment

ALL = (check_process, check_web, check_channels, check_files, check_database_url, check_redis_url, check_mqtt)


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(tmp_path)


def _found(deployment: Deployment, level: Level, **changes: str) -> list[tuple[str, str]]:
    settings = deployment.settings(**changes)
    findings = [finding for check in ALL for finding in check(settings)]
    return [(finding.key, finding.said) for finding in findings if finding.level is level]


def test_a_proper_deployment_is_refused_nothing_and_advised_nothing(deployment: Deployment) -> None:
    assert _found(deployment, Level.UNSAFE) == []
    assert _found(deployment, Level.ADVICE) == []


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("log.level", "debug", "写进日志"),
        ("api.public_url", "http://charge.xinxiang-power.cn", "不是 https"),
        ("api.public_url", "https://127.0.0.1:8080", "本机地址"),
        ("api.public_url", "https://localhost", "本机地址"),
        ("api.public_url", "https://charge.example.com", "示例地址"),
        ("api.allowed_origins", "http://admin.xinxiang-power.cn", "不是 https"),
        ("api.behind_proxy", "false", "应为 true"),
        ("wechat.appid", "", "没有填写"),
        ("wechat.appid", "wx0000000000000000", "示例值"),
        ("wechat.api_base", "http://127.0.0.1:8900", "不是 https"),
        ("wechat.api_base", "https://api.weixin.qq.com.evil.cn", "不是微信的地址"),
        ("wechat_pay.api_base", "https://127.0.0.1:8900", "不是微信的地址"),
        ("wechat_pay.mchid", "", "没有填写"),
        ("wechat_pay.mchid", "1900000000", "示例值"),
        ("wechat_pay.merchant_serial", "", "没有填写"),
        ("wechat_pay.platform_public_key_id", "", "没有填写"),
        ("wechat_pay.notify_url", "", "没有填写"),
        ("wechat_pay.notify_url", "http://charge.xinxiang-power.cn/notify/wechat", "不是 https"),
        ("wechat_pay.notify_url", "https://charge.xinxiang-power.cn/", "应以 /notify/wechat 结尾"),
        ("wechat_pay.merchant_key_file", "", "没有填写"),
        ("wechat_pay.api_v3_key_file", "/nowhere/at/all", "读不到密钥文件"),
        ("wechat.secret_file", "", "没有填写"),
        ("alipay.app_id", "2021000000000000", "示例值"),
        ("alipay.seller_id", "", "没有填写"),
        ("alipay.seller_id", "2088000000000000", "示例值"),
        ("alipay.api_base", "https://openapi.alipay.com.evil.cn", "不是支付宝的地址"),
        ("alipay.api_base", "http://127.0.0.1:8900", "不是 https"),
        ("alipay.notify_url", "https://charge.xinxiang-power.cn/notify/wechat", "应以 /notify/alipay 结尾"),
        ("alipay.private_key_file", "", "没有填写"),
        ("alipay.private_key_file", "/nowhere/at/all", "读不到密钥文件"),
        ("alipay.alipay_public_key_file", "", "没有填写"),
        ("database.url", "", "没有填写"),
        ("database.url", "sqlite:///x.sqlite", "SQLite"),
        ("database.url", "mysql://root:{password}@127.0.0.1/xinxiang", "用户是 root"),
        ("database.url", "mysql://127.0.0.1/xinxiang", "用户是 空"),
        ("database.url", "mysql://xinxiang:in-the-open@127.0.0.1/xinxiang", "password_file"),
        ("database.url", "mysql://xinxiang@127.0.0.1/xinxiang", "password_file"),
        ("database.password_file", "", "没有填写"),
        ("redis.url", "redis://10.0.0.5:6379/0", "密码至少要有"),
        ("redis.url", "redis://xinxiang:short@10.0.0.5:6379/0", "密码至少要有"),
        ("mqtt.password_file", "", "没有填写"),
        ("mqtt.host", "10.0.0.6", "必须用 TLS"),
        ("files.folder", "files", "must be an absolute path"),
        ("files.folder", "/proc/files", "files.folder /proc/files"),
    ],
)
def test_refuses(deployment: Deployment, key: str, value: str, said: str) -> None:
    found = _found(deployment, Level.UNSAFE, **{key.replace(".", "_"): value})
    named = {"mqtt.host": "mqtt.tls_ca_file", "files.folder": "files"}.get(key, key)
    assert [name for name, _ in found] == [named], found
    assert said in found[0][1]


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("api.host", "0.0.0.0", "防火墙"),
        ("redis.url", "", "可以充电"),
        ("alipay.app_id", "", "不能用支付宝充值"),
        ("files.store", "", "无处存放"),
        ("database.url", "mysql://xinxiang:{password}@10.0.0.7/xinxiang", "ssl_ca"),
    ],
)
def test_advises(deployment: Deployment, key: str, value: str, said: str) -> None:
    ((named, text),) = _found(deployment, Level.ADVICE, **{key.replace(".", "_"): value})
    assert (named, said in text) == (key, True)


def test_refuses_a_bucket_without_its_keys_or_by_plain_http(deployment: Deployment) -> None:
    s3 = {"files_store": "s3", "files_s3_bucket": "b", "files_s3_access_key": "k"}
    said = [text for _, text in _found(deployment, Level.UNSAFE, **s3, files_s3_endpoint="https://s3.cn")]
    assert any("没有填写" in text for text in said)
    s3["files_s3_secret_key_file"] = str(deployment.folder / "bridge-password")
    assert _found(deployment, Level.UNSAFE, **s3, files_s3_endpoint="https://s3.cn") == []
    ((key, text),) = _found(deployment, Level.UNSAFE, **s3, files_s3_endpoint="http://s3.cn")
    assert (key, "https://" in text) == ("files", True)


def _open_to_all(path: Path) -> None:
    path.chmod(0o644)


def _short(path: Path) -> None:
    path.write_text("bridge\n")


def _empty(path: Path) -> None:
    path.write_text("\n")


def _example(path: Path) -> None:
    path.write_text(">LONG-RANDOM-PASSWORD\n")


def _beside_the_sandbox(path: Path) -> None:
    (path.parent / "sandbox.json").write_text("{}")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_open_to_all, "权限是 0644"),
        (_short, "不足 16 位"),
        (_empty, "is empty"),
        (_example, "示例值"),
        (_beside_the_sandbox, "演示密钥"),
    ],
)
def test_refuses_a_secret_file(deployment: Deployment, spoil: Callable[[Path], None], said: str) -> None:
    spoil(deployment.folder / "bridge-password")
    found = dict(_found(deployment, Level.UNSAFE))
    assert said in found["mqtt.password_file"]


def test_a_group_may_read_a_secret_file_but_nobody_else(deployment: Deployment) -> None:
    path = deployment.folder / "bridge-password"
    path.chmod(0o640)
    assert _found(deployment, Level.UNSAFE) == []
    path.chmod(0o660)
    assert [key for key, _ in _found(deployment, Level.UNSAFE)] == ["mqtt.password_file"]


def test_refuses_a_merchant_key_that_is_no_key(deployment: Deployment) -> None:
    (deployment.folder / "merchant_key.pem").write_text("no key\n")
    ((key, said),) = _found(deployment, Level.UNSAFE)
    assert (key, "merchant_private_key_pem" in said) == ("wechat_pay", True)
    assert "no key\n" not in said


@pytest.mark.parametrize(
    ("name", "setting"),
    [("alipay_app_key.pem", "private_key"), ("alipay_public_key.pem", "alipay_public_key")],
)
def test_refuses_keys_of_alipay_that_are_none(deployment: Deployment, name: str, setting: str) -> None:
    (deployment.folder / name).write_text("no key\n")
    ((key, said),) = _found(deployment, Level.UNSAFE)
    assert (key, f"{setting} is not" in said, "no key\n" in said) == ("alipay", True, False)


def test_refuses_to_start_with_a_crash_point_set(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINXIANG_CRASH_AT", "*")
    assert [key for key, _ in _found(deployment, Level.UNSAFE)] == ["XINXIANG_CRASH_AT"]


def test_tells_every_refusal_at_once_with_its_key(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    only: tuple[Check, ...] = (check_process, check_web, check_channels)
    monkeypatch.setitem(self_check.CHECKS, "api", only)
    settings = deployment.settings(log_level="debug", wechat_appid="", api_public_url="http://x.cn")
    with pytest.raises(ConfigError) as caught:
        require_safe(settings, "api")
    lines = str(caught.value).splitlines()
    assert [line.removeprefix("✗ ").partition("：")[0] for line in lines] == [
        "log.level",
        "api.public_url",
        "wechat.appid",
    ]


def test_the_demo_may_start_with_anything() -> None:
    require_safe(load({"XINXIANG_MODE": "demo", "XINXIANG_LOG_LEVEL": "debug"}), "api")


def test_a_password_may_hold_every_character_that_means_something_in_a_url(deployment: Deployment) -> None:
    from backend.models.engine.database import open_database

    password = "p@ss/w%41:?#+{}中"
    (deployment.folder / "database-password").write_text(f"{password}\n")
    opened = open_database(deployment.settings().database_url)
    assert opened.connect_params["password"] == password
    assert opened.connect_params["host"] == "127.0.0.1"
