"""From a user identity token to an account, without telling the outside what was wrong."""

import asyncio
import hmac
import logging
from dataclasses import dataclass
from struct import unpack_from
from typing import Any, Final

from asyncua import ua
from asyncua.crypto import uacrypto
from asyncua.crypto.security_policies import (
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
)

from server.faces.opcua.access.caller import (
    ANONYMOUS,
    Account,
    Authenticate,
    AuthenticateCertificate,
)
from server.faces.opcua.sessions.channel_facts import ChannelFacts
from server.faces.opcua.sessions.user_certificate import is_signed, user_certificate
from server.faces.opcua.settings import Clock, SecureServerLimits
from server.faces.opcua.trust.certificates import fingerprint
from server.faces.opcua.wire.failure import service_failure
from server.faces.opcua.wire.node_ids import standard

_log = logging.getLogger(__name__)

_DECRYPT: Final = {
    policy.URI: (policy.AsymmetricEncryptionURI, decrypt)
    for policy, decrypt in (
        (SecurityPolicyBasic256Sha256, uacrypto.decrypt_rsa_oaep),
        (SecurityPolicyAes128Sha256RsaOaep, uacrypto.decrypt_rsa_oaep),
        (SecurityPolicyAes256Sha256RsaPss, uacrypto.decrypt_rsa_oaep_sha256),
    )
}
_MAX_NAME: Final = 256
_MAX_SECRET_BYTES: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What a token has to be made for: this server, and this moment."""

    certificate: bytes
    private_key: Any
    nonce: bytes


class Login:
    """Checks identity tokens; failures of all kinds look alike and take the same time."""

    def __init__(
        self,
        authenticate: Authenticate,
        authenticate_certificate: AuthenticateCertificate,
        limits: SecureServerLimits,
        clock: Clock,
    ) -> None:
        self._authenticate = authenticate
        self._authenticate_certificate = authenticate_certificate
        self._clock = clock
        self._refusal_after_s = limits.login_refusal_after_s
        # Hashing a password takes memory and time on purpose; a flood of logins must queue up.
        self._slots = asyncio.Semaphore(limits.max_logins_in_progress)

    async def account(
        self, token: Any, signature: ua.SignatureData, channel: ChannelFacts, ours: "Ours"
    ) -> Account:
        """Return the account behind the token, or raise BadUserAccessDenied.

        Raises BadIdentityTokenRejected for a kind of token that the endpoint does not offer.
        """
        if channel.is_open_to_anybody:
            if not _is_anonymous(token):
                raise service_failure(ua.StatusCodes.BadIdentityTokenRejected)
            return ANONYMOUS
        if not isinstance(token, ua.UserNameIdentityToken | ua.X509IdentityToken):
            raise service_failure(ua.StatusCodes.BadIdentityTokenRejected)
        loop = asyncio.get_running_loop()
        earliest = loop.time() + self._refusal_after_s
        if isinstance(token, ua.X509IdentityToken):
            account = await self._check_certificate(token, signature, channel, ours)
        else:
            account = await self._check(token, channel, ours)
        if account is not None:
            return account
        _log.warning("login refused for a client at %s", channel.client_address)
        await asyncio.sleep(max(0.0, earliest - loop.time()))
        raise service_failure(ua.StatusCodes.BadUserAccessDenied)

    async def _check_certificate(
        self,
        token: ua.X509IdentityToken,
        signature: ua.SignatureData,
        channel: ChannelFacts,
        ours: "Ours",
    ) -> Account | None:
        certificate = user_certificate(token, self._clock())
        if certificate is None:
            return None
        signed = ours.certificate + ours.nonce
        is_proven = is_signed(certificate, signature, signed, channel.policy_uri)
        mark = fingerprint(token.CertificateData)
        try:
            found = await self._authenticate_certificate(mark, is_proven)
        except Exception:  # noqa: BLE001 - somebody else's code
            _log.exception("the authenticator failed for a client at %s", channel.client_address)
            return None
        return found if is_proven else None

    async def _check(
        self, token: ua.UserNameIdentityToken, channel: ChannelFacts, ours: "Ours"
    ) -> Account | None:
        name = token.UserName
        if not name or len(name) > _MAX_NAME:
            return None
        password = _password(token, channel.policy_uri, ours.private_key, ours.nonce)
        if password is None:
            return None
        async with self._slots:
            try:
                return await self._authenticate(name, password)
            except Exception:  # noqa: BLE001 - somebody else's code
                # An authenticator that fails lets nobody in.
                _log.exception(
                    "the authenticator failed for a client at %s", channel.client_address
                )
                return None


def _is_anonymous(token: Any) -> bool:
    # OPC 10000-4, 5.7.3: a null or empty token stands for anonymous.
    empty = isinstance(token, ua.ExtensionObject) and token.TypeId == standard(0)
    return token is None or empty or isinstance(token, ua.AnonymousIdentityToken)


def _password(
    token: ua.UserNameIdentityToken, policy_uri: str, private_key: Any, nonce: bytes
) -> str | None:
    """Return the password of a legacy-format secret bound to our nonce (OPC 10000-4, 7.40.2.2)."""
    algorithm, decrypt = _DECRYPT[policy_uri]
    if token.EncryptionAlgorithm != algorithm or not token.Password:
        return None
    if len(token.Password) > _MAX_SECRET_BYTES:
        return None
    try:
        block = private_key.key_size // 8  # a long password comes in several blocks
        parts = range(0, len(token.Password), block)
        secret = b"".join(decrypt(private_key, token.Password[at : at + block]) for at in parts)  # type: ignore[no-untyped-call]
        length = unpack_from("<I", secret)[0]
        content = secret[4 : 4 + length]  # open62541 fills the rest of the block
        if length != len(content) or not hmac.compare_digest(content[-len(nonce) :], nonce):
            return None
        return str(content[: -len(nonce)], "utf-8")
    except Exception:  # noqa: BLE001 - whatever is wrong with the secret, it looks the same outside
        return None
