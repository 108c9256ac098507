"""Makes the gateways of an entry point from its settings and secret files. Only entry points call this."""

from pathlib import Path
from urllib.parse import urlsplit

from backend import gateways
from backend.config import ConfigError, FilesSettings, Settings, read_secret
from backend.connect_accounts import RETURN_PATH, connect_accounts
from backend.domain.driver_message import MessageKind
from backend.domain.identity import IdentityKind
from backend.domain.payment import Channel
from backend.gateways.alipay.pay import AlipayGateway
from backend.gateways.alipay.settings import AlipaySettings
from backend.gateways.files.local_folder import LocalFolder
from backend.gateways.files.s3_store import S3Settings, S3Store
from backend.gateways.files.sigv4 import Credentials
from backend.gateways.files.store import INCOMING, Files, FileStore
from backend.gateways.payment_channel import PaymentChannel
from backend.gateways.sealing import Sealer
from backend.gateways.wechat.mini_program import WechatGateway, WechatSettings
from backend.gateways.wechat.pay import WechatPayGateway
from backend.gateways.wechat.pay_settings import WechatPaySettings
from backend.gateways.wechat.subscribe import WechatMessages, read_template
from backend.services.payments.certificate_shelf import CertificateShelf


def connect_gateways(settings: Settings) -> None:
    """Configure the log-ins and the payment channels; nothing is sent yet. Raises ConfigError with one sentence.

    http:// addresses are admitted in demo mode only: the sandbox runs on the same machine.
    """
    is_demo = settings.mode == "demo"
    try:
        wechat = _wechat(settings, is_demo=is_demo)
        channels: dict[Channel, PaymentChannel] = {Channel.WECHAT: _wechat_pay(settings, is_demo=is_demo)}
    except ValueError as error:
        raise ConfigError(f"[wechat] or [wechat_pay]: {error}") from None
    if settings.alipay.app_id:
        try:
            channels[Channel.ALIPAY] = _alipay(settings, is_demo=is_demo)
        except ValueError as error:
            raise ConfigError(f"[alipay]: {error}") from None
    gateways.configure(channels=channels, log_ins={IdentityKind.WECHAT_MINI_PROGRAM: wechat})
    connect_accounts(settings)
    try:
        gateways.configure_message_sender(_wechat_messages(settings, is_demo=is_demo))
    except ValueError as error:
        raise ConfigError(f"[wechat_messages]: {error}") from None


def connect_sealer(settings: Settings) -> None:
    """Configure what second factors are sealed with, if the settings say so. Raises ConfigError with one sentence."""
    path = settings.staff.second_factor_key_file
    try:
        gateways.configure_sealer(Sealer(read_secret(path)) if path else None)
    except ValueError as error:
        raise ConfigError(f"staff.second_factor_key_file: {error}") from None


def connect_files(settings: Settings) -> None:
    """Configure where files are kept, if the settings say so. Raises ConfigError with one sentence."""
    gateways.configure_files(make_files(settings.files, allow_insecure=settings.mode == "demo"))


def connect_pile_broker(settings: Settings) -> None:
    """Configure what installers type into piles. Raises ConfigError with one sentence."""
    table = settings.piles
    try:
        certificate = Path(table.broker_ca_file).read_text(encoding="ascii") if table.broker_ca_file else ""
    except (OSError, ValueError) as error:
        raise ConfigError(f"piles.broker_ca_file: {error}") from None
    gateways.configure_pile_broker(
        gateways.PileBroker(
            host=table.broker_host or urlsplit(settings.api.public_url).hostname or "",
            port=table.broker_port,
            is_tls=table.broker_tls,
            ca_certificate=certificate,
        )
    )


def make_files(settings: FilesSettings, *, allow_insecure: bool) -> Files | None:
    """The store of files that the settings name, None for none; its folder is made. Raises ConfigError."""
    if not settings.store:
        return None
    folder = Path(settings.folder)
    if not folder.is_absolute():
        raise ConfigError(f"files.folder must be an absolute path, not {settings.folder!r}")
    try:
        (folder / INCOMING).mkdir(mode=0o750, parents=True, exist_ok=True)
        store: FileStore = LocalFolder(folder)
        if settings.store == "s3":
            store = S3Store(_s3(settings, allow_insecure=allow_insecure))
    except OSError as error:
        raise ConfigError(f"files.folder {folder}: {error.strerror}") from None
    except ValueError as error:
        raise ConfigError(f"[files]: {error}") from None
    return Files(store=store, incoming=folder / INCOMING, max_bytes=settings.max_bytes)


def _s3(settings: FilesSettings, *, allow_insecure: bool) -> S3Settings:
    for key in ("s3_endpoint", "s3_region", "s3_bucket", "s3_access_key", "s3_secret_key_file"):
        if not getattr(settings, key):
            raise ConfigError(f"files.{key} is empty")
    return S3Settings(
        endpoint=settings.s3_endpoint,
        bucket=settings.s3_bucket,
        credentials=Credentials(
            access_key=settings.s3_access_key,
            secret_key=read_secret(settings.s3_secret_key_file),
            region=settings.s3_region,
        ),
        allow_insecure=allow_insecure,
    )


def _wechat(settings: Settings, *, is_demo: bool) -> WechatGateway:
    return WechatGateway(_wechat_settings(settings, is_demo=is_demo))


def _wechat_settings(settings: Settings, *, is_demo: bool) -> WechatSettings:
    login = settings.wechat
    return WechatSettings(
        appid=login.appid,
        secret=read_secret(login.secret_file),
        api_base=login.api_base,
        allow_insecure=is_demo,
    )


def _wechat_messages(settings: Settings, *, is_demo: bool) -> WechatMessages | None:
    """None where no template is configured. ValueError for a line that is none."""
    lines = {kind: str(getattr(settings.wechat_messages, kind.value)) for kind in MessageKind}
    templates = {kind: read_template(line) for kind, line in lines.items() if line}
    return WechatMessages(_wechat_settings(settings, is_demo=is_demo), templates) if templates else None


def _wechat_pay(settings: Settings, *, is_demo: bool) -> WechatPayGateway:
    pay = settings.wechat_pay
    return WechatPayGateway(
        WechatPaySettings(
            mchid=pay.mchid,
            appid=settings.wechat.appid,
            merchant_private_key_pem=read_secret(pay.merchant_key_file),
            merchant_serial=pay.merchant_serial,
            api_v3_key=read_secret(pay.api_v3_key_file),
            platform_public_key_pem=_read_optional(pay.platform_public_key_file),
            platform_public_key_id=pay.platform_public_key_id,
            uses_certificates=pay.platform_certificates,
            notify_url=pay.notify_url,
            api_base=pay.api_base,
            allow_insecure=is_demo,
        ),
        CertificateShelf(Channel.WECHAT.value),
    )


def _read_optional(path: str) -> str:
    return read_secret(path) if path else ""


def _alipay(settings: Settings, *, is_demo: bool) -> AlipayGateway:
    pay = settings.alipay
    return AlipayGateway(
        AlipaySettings(
            app_id=pay.app_id,
            seller_id=pay.seller_id,
            private_key=read_secret(pay.private_key_file),
            alipay_public_key=read_secret(pay.alipay_public_key_file),
            notify_url=pay.notify_url,
            return_url=f"{settings.api.public_url.rstrip('/')}{RETURN_PATH}",
            api_base=pay.api_base,
            allow_insecure=is_demo,
        )
    )
