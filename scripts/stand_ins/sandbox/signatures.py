"""WeChat Pay v3's strings to sign, RSA-SHA256 signatures and AEAD_AES_256_GCM, after the API's published rules.

Written on `cryptography` alone; the product's own implementation must agree with it only through the wire.
"""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

SIGNATURE_TYPE = "WECHATPAY2-SHA256-RSA2048"


def request_message(method: str, target: bytes, timestamp: str, nonce: str, body: bytes) -> bytes:
    """What a merchant signs: `target` is path and query byte for byte as sent."""
    return b"%s\n%s\n%s\n%s\n%s\n" % (method.encode(), target, timestamp.encode(), nonce.encode(), body)


def answer_message(timestamp: str, nonce: str, body: bytes) -> bytes:
    """What WeChat Pay signs, in answers and in notifies."""
    return b"%s\n%s\n%s\n" % (timestamp.encode(), nonce.encode(), body)


def payment_message(appid: str, timestamp: str, nonce: str, package: str) -> bytes:
    """What `paySign` of wx.requestPayment covers."""
    return f"{appid}\n{timestamp}\n{nonce}\n{package}\n".encode()


def sign(key: RSAPrivateKey, message: bytes) -> str:
    """Base64 of the RSA PKCS#1 v1.5 SHA-256 signature."""
    return base64.b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()


def is_signed(key: RSAPublicKey, signature: str, message: bytes) -> bool:
    """Whether `signature` (base64) is the key owner's over `message`; False for text that is not base64."""
    try:
        key.verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def encrypt(key: bytes, nonce: bytes, associated_data: bytes, plaintext: bytes) -> str:
    """Base64 of AES-GCM ciphertext and tag, as in `resource.ciphertext`. `nonce` is 12 bytes."""
    return base64.b64encode(AESGCM(key).encrypt(nonce, plaintext, associated_data)).decode()
