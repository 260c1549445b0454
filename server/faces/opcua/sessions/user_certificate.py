"""A user's certificate: whether it is one that counts, and whether its key was used just now.

OPC 10000-4, 7.40.5 and 5.7.3: the client signs the server's certificate and its last nonce with
the user's key. Who the user is decides the fingerprint alone, so there are no chains here.
"""

from datetime import datetime
from typing import Any, Final

from asyncua import ua
from asyncua.crypto import uacrypto
from asyncua.crypto.security_policies import (
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
)
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from server.faces.opcua.trust.certificates import is_strong

_VERIFY: Final = {
    policy.URI: (policy.AsymmetricSignatureURI, verify)
    for policy, verify in (
        (SecurityPolicyBasic256Sha256, uacrypto.verify_sha256),
        (SecurityPolicyAes128Sha256RsaOaep, uacrypto.verify_sha256),
        (SecurityPolicyAes256Sha256RsaPss, uacrypto.verify_pss_sha256),
    )
}
_MAX_BYTES: Final = 16_384


def user_certificate(token: ua.X509IdentityToken, now: datetime) -> x509.Certificate | None:
    """Return the certificate of a token, or None for one that no account could have now."""
    der = token.CertificateData or b""
    if not 0 < len(der) <= _MAX_BYTES:
        return None
    try:
        found = x509.load_der_x509_certificate(der)
    except ValueError:
        return None
    is_valid = found.not_valid_before_utc <= now <= found.not_valid_after_utc
    return found if is_valid and is_strong(found) else None


def is_signed(
    certificate: x509.Certificate, signature: ua.SignatureData, signed: bytes, policy_uri: str
) -> bool:
    """Return whether the key of the certificate has signed this, as the policy asks."""
    algorithm, verify = _VERIFY[policy_uri]
    if signature.Algorithm != algorithm or not signature.Signature:
        return False
    checked: Any = verify
    try:
        checked(certificate, signed, signature.Signature)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True
