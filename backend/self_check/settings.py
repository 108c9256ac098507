"""What production refuses in the settings themselves, before any server is asked."""

import os
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from backend import crash_points
from backend.config import AlipayTable, ConfigError, Settings, read_secret
from backend.connect_gateways import connect_gateways, make_files
from backend.domain.errors import ServiceUnavailable
from backend.gateways.sealing import SHORTEST_KEY
from backend.self_check.finding import Finding, advice, judged, passed, unsafe
from backend.self_check.secret_files import (
    SHORTEST_PASSWORD,
    find_password_problem,
    find_secret_problem,
    is_example,
)

WECHAT_DOMAIN: Final = ".weixin.qq.com"
ALIPAY_DOMAIN: Final = ".alipay.com"
WECHAT_NOTIFY_PATH: Final = "/notify/wechat"
ALIPAY_NOTIFY_PATH: Final = "/notify/alipay"
PASSWORD_MARK: Final = "{password}"  # noqa: S105 - the place of one
ADMINISTRATORS: Final = frozenset({"root", "mysql", "mariadb.sys"})


def check_process(settings: Settings) -> Iterator[Finding]:
    """The process: no debugging, no crash points."""
    yield judged("log.level", "debug 会把请求和报文内容写进日志" if settings.log.level == "debug" else None)
    yield judged(
        crash_points.VARIABLE,
        "设置了故障注入点，程序会在那里杀死自己" if crash_points.is_set(os.environ) else None,
    )


def check_web(settings: Settings) -> Iterator[Finding]:
    """The addresses people reach us by."""
    api = settings.api
    yield judged("api.public_url", _find_public_url_problem(api.public_url))
    for origin in api.allowed_origins:
        yield judged("api.allowed_origins", _find_public_url_problem(origin))
    if api.behind_proxy:
        yield passed("api.behind_proxy")
    else:
        yield unsafe(
            "api.behind_proxy", "HTTPS 由前面的 nginx 提供，应为 true；否则限流会把所有访客当成同一个人"
        )
    if api.behind_proxy and not is_loopback(api.host):
        yield advice("api.host", f"{api.host} 不是回环地址：请用防火墙只放行反向代理，否则访客地址可以伪造")


def check_channels(settings: Settings) -> Iterator[Finding]:
    """WeChat log-in, WeChat Pay and, where it is used, Alipay: real addresses and names, keys that can be read and fit."""
    login, pay = settings.wechat, settings.wechat_pay
    names = {
        "wechat.appid": login.appid,
        "wechat_pay.mchid": pay.mchid,
        "wechat_pay.merchant_serial": pay.merchant_serial,
    }
    if pay.platform_public_key_id or not pay.platform_certificates:
        names["wechat_pay.platform_public_key_id"] = pay.platform_public_key_id
    findings = [judged(key, _find_name_problem(value)) for key, value in names.items()]
    files = {
        "wechat.secret_file": login.secret_file,
        "wechat_pay.merchant_key_file": pay.merchant_key_file,
        "wechat_pay.api_v3_key_file": pay.api_v3_key_file,
    }
    findings += [judged(key, find_secret_problem(path)) for key, path in files.items()]
    bases = {"wechat.api_base": login.api_base, "wechat_pay.api_base": pay.api_base}
    findings += [judged(key, _find_base_problem(url, "微信", WECHAT_DOMAIN)) for key, url in bases.items()]
    notify_problem = _find_notify_problem(pay.notify_url, WECHAT_NOTIFY_PATH)
    findings.append(judged("wechat_pay.notify_url", notify_problem))
    if settings.alipay.app_id:
        findings += _judge_alipay(settings.alipay)
    else:
        yield advice("alipay.app_id", "没有填写：车主不能用支付宝充值")
    yield from findings
    can_connect = _find_public_url_problem(settings.api.public_url) is None
    if can_connect and all(finding == passed(finding.key) for finding in findings):
        problem = _find_gateway_problem(settings)
        yield judged("alipay" if problem and problem.startswith("[alipay]") else "wechat_pay", problem)


def check_files(settings: Settings) -> Iterator[Finding]:
    """A store of files that is named can be written to, and no other process of the platform has another one."""
    table = settings.files
    if not table.store:
        yield advice("files.store", "没有填写：照片、固件和导出文件无处存放，相关功能不可用")
        return
    if table.store == "s3":
        yield judged("files.s3_secret_key_file", find_secret_problem(table.s3_secret_key_file))
        yield judged("files.s3_access_key", _find_name_problem(table.s3_access_key))
    yield judged("files", _find_store_problem(settings))


def check_second_factor(settings: Settings) -> Iterator[Finding]:
    """A key that second factors are sealed with: none is safe, only that nobody can have one."""
    path = settings.staff.second_factor_key_file
    if not path:
        yield advice("staff.second_factor_key_file", "没有填写：员工不能绑定二次验证")
        return
    problem = find_secret_problem(path)
    if problem is None and len(read_secret(path)) < SHORTEST_KEY:
        problem = f"密钥不足 {SHORTEST_KEY} 位；请用随机密钥（openssl rand -hex 32）"
    yield judged("staff.second_factor_key_file", problem)


def check_database_url(settings: Settings) -> Iterator[Finding]:
    """MariaDB or MySQL, a user with a password of its own, and the password in a file."""
    url = settings.database.url
    parts = urlsplit(url)
    if not url or parts.scheme != "mysql":
        yield unsafe(
            "database.url", "SQLite 只用于演示，生产环境要用 MariaDB 或 MySQL" if url else "没有填写"
        )
        return
    user = unquote(parts.username or "")
    yield judged("database.url", _find_database_user_problem(user, unquote(parts.password or "")))
    yield judged("database.password_file", find_password_problem(settings.database.password_file))
    if not is_loopback(parts.hostname or "") and not parts.query:
        yield advice("database.url", "数据库不在本机：请用 ?ssl_ca=CA文件 加密连接，或确认走的是专用内网")


def check_redis_url(settings: Settings) -> Iterator[Finding]:
    """No Redis is safe, only slower; one that others can reach needs a password."""
    url = settings.redis.url
    if not url:
        yield advice("redis.url", "没有填写：可以充电，但附近电站和实时数据会变慢，限流按进程各自计数")
        return
    parts = urlsplit(url)
    is_open = parts.scheme != "unix" and not is_loopback(parts.hostname or "")
    is_weak = len(unquote(parts.password or "")) < SHORTEST_PASSWORD or is_example(url)
    yield judged(
        "redis.url",
        f"Redis 不在本机，密码至少要有 {SHORTEST_PASSWORD} 位" if is_open and is_weak else None,
    )


def check_mqtt(settings: Settings) -> Iterator[Finding]:
    """The bridge's own account, and TLS wherever the way to the broker leaves this machine."""
    table = settings.mqtt
    yield judged("mqtt.password_file", find_password_problem(table.password_file))
    is_open = not table.tls_ca_file and not is_loopback(table.host)
    yield judged(
        "mqtt.tls_ca_file",
        f"MQTT 服务器 {table.host} 不在本机，必须用 TLS（填写签发其证书的 CA 文件）" if is_open else None,
    )


def is_loopback(host: str) -> bool:
    """Whether what is sent to this host stays on this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _find_name_problem(value: str) -> str | None:
    if not value:
        return "没有填写"
    return f"{value} 是示例值" if is_example(value) else None


def _find_https_problem(parts: SplitResult, url: str) -> str | None:
    if not url:
        return "没有填写"
    return None if parts.scheme == "https" and parts.hostname else f"{url} 不是 https 地址"


def _find_public_url_problem(url: str) -> str | None:
    parts = urlsplit(url)
    if problem := _find_https_problem(parts, url):
        return problem
    if is_loopback(parts.hostname or ""):
        return f"{url} 是本机地址，车主和微信都访问不到"
    return f"{url} 是示例地址" if is_example(url) else None


def _judge_alipay(table: AlipayTable) -> list[Finding]:
    return [
        judged("alipay.app_id", _find_name_problem(table.app_id)),
        judged("alipay.seller_id", _find_name_problem(table.seller_id)),
        judged("alipay.private_key_file", find_secret_problem(table.private_key_file)),
        judged("alipay.alipay_public_key_file", None if table.alipay_public_key_file else "没有填写密钥文件"),
        judged("alipay.api_base", _find_base_problem(table.api_base, "支付宝", ALIPAY_DOMAIN)),
        judged("alipay.notify_url", _find_notify_problem(table.notify_url, ALIPAY_NOTIFY_PATH)),
    ]


def _find_notify_problem(url: str, path: str) -> str | None:
    if problem := _find_public_url_problem(url):
        return problem
    is_ours = urlsplit(url).path == path
    return None if is_ours else f"{url} 不是接收支付通知的地址，应以 {path} 结尾"


def _find_base_problem(url: str, owner: str, domain: str) -> str | None:
    parts = urlsplit(url)
    if problem := _find_https_problem(parts, url):
        return problem
    is_theirs = (parts.hostname or "").endswith(domain)
    return None if is_theirs else f"{url} 不是{owner}的地址，是沙箱或被人改过"


def _find_store_problem(settings: Settings) -> str | None:
    try:
        files = make_files(settings.files, allow_insecure=False)
        if files is not None:
            files.receive(max_bytes=1).discard()
    except ConfigError as error:
        return str(error)
    except ServiceUnavailable:
        return f"{settings.files.folder} 不可写：请检查目录的属主、权限和剩余空间"
    return None


def _find_gateway_problem(settings: Settings) -> str | None:
    try:
        connect_gateways(settings)
    except ConfigError as error:
        return str(error)
    return None


def _find_database_user_problem(user: str, password: str) -> str | None:
    if not user or user in ADMINISTRATORS:
        return f"用户是 {user or '空'}：请为程序建立权限最小的用户（docs/operating.md）"
    if password != PASSWORD_MARK:
        return f"密码应放在 database.password_file 指定的文件里，地址里写 {PASSWORD_MARK}"
    return None
