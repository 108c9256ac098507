"""By what WeChat Pay signs: its public key, its platform certificates, or both while a merchant changes over.

A new process is in public key mode, where there are no certificates. `POST /sandbox/verification` changes it.
"""

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from scripts.stand_ins.sandbox.clock import beijing_time, now_s
from scripts.stand_ins.sandbox.config import Identity
from scripts.stand_ins.sandbox.errors import PayError
from scripts.stand_ins.sandbox.signatures import encrypt

KEY_BITS = 2048
CERTIFICATES_AAD = "certificate"
Kind = Literal["public_key", "certificate"]


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """Body of verification. `renewed` issues one more certificate, which signs from now on and lives `life_s`."""

    has_certificates: bool = True
    notifies: Kind = "public_key"
    is_renewed: bool = False
    life_s: Annotated[int, msgspec.Meta(ge=-86_400, le=400_000_000)] = 157_680_000


@dataclass(frozen=True, slots=True)
class PlatformCertificate:
    """One of the platform's own, issued by itself: merchants look at nothing but its key, serial and dates."""

    key: RSAPrivateKey
    certificate: x509.Certificate

    @property
    def serial(self) -> str:
        """As headers name it."""
        return f"{self.certificate.serial_number:040X}"

    @property
    def pem(self) -> bytes:
        """What merchants download."""
        return self.certificate.public_bytes(Encoding.PEM)


class Verification:
    """The certificates of this process, newest last, and by what is signed."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._has_certificates = False
        self._notifies: Kind = "public_key"
        self._certificates: list[PlatformCertificate] = []

    def change(self, change: Change) -> dict[str, Any]:
        """Put it in force; what is in force then."""
        self._has_certificates, self._notifies = change.has_certificates, change.notifies
        if change.has_certificates and (change.is_renewed or not self._certificates):
            self._certificates.append(_issue(change.life_s))
        return {
            "has_certificates": self._has_certificates,
            "notifies": self._notifies,
            "serials": [one.serial for one in self._certificates],
        }

    def signer_of_answer(self, asked_serial: str | None) -> tuple[str, RSAPrivateKey] | None:
        """Serial and key for the answer to a request that names this serial or none; None where that cannot be."""
        file = self._identity.file
        if asked_serial == file.platform_public_key_id:
            return file.platform_public_key_id, self._identity.platform_key
        if asked_serial is not None or not self._has_certificates:
            return None
        return self._newest()

    def signer_of_notify(self) -> tuple[str, RSAPrivateKey]:
        """The same for a notify."""
        if self._notifies == "certificate" and self._certificates:
            return self._newest()
        return self._identity.file.platform_public_key_id, self._identity.platform_key

    def describe(self, api_v3_key: bytes) -> dict[str, Any]:
        """The answer of /v3/certificates; PayError 404 for a merchant in public key mode."""
        if not self._has_certificates:
            text = "无可用的平台证书,请在商户平台-API安全申请使用微信支付公钥"
            raise PayError(404, "RESOURCE_NOT_EXISTS", text)
        return {"data": [_sealed(one, api_v3_key) for one in self._certificates]}

    def _newest(self) -> tuple[str, RSAPrivateKey]:
        newest = self._certificates[-1]
        return newest.serial, newest.key


def _issue(life_s: int) -> PlatformCertificate:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tenpay.com sandbox")])
    now = dt.datetime.fromtimestamp(now_s(), dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=2))
        .not_valid_after(now + dt.timedelta(seconds=life_s))
        .sign(key, SHA256())
    )
    return PlatformCertificate(key, certificate)


def _sealed(one: PlatformCertificate, api_v3_key: bytes) -> dict[str, Any]:
    nonce = secrets.token_hex(6)
    return {
        "serial_no": one.serial,
        "effective_time": beijing_time(one.certificate.not_valid_before_utc.timestamp()),
        "expire_time": beijing_time(one.certificate.not_valid_after_utc.timestamp()),
        "encrypt_certificate": {
            "algorithm": "AEAD_AES_256_GCM",
            "nonce": nonce,
            "associated_data": CERTIFICATES_AAD,
            "ciphertext": encrypt(api_v3_key, nonce.encode(), CERTIFICATES_AAD.encode(), one.pem),
        },
    }
