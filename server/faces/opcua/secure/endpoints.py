"""Which endpoints are offered: security policies, modes and the identity tokens they take."""

from typing import Final, cast

from asyncua import ua
from asyncua.crypto.security_policies import (
    SECURITY_POLICY_TYPE_MAP,
    SecurityPolicy,
    SecurityPolicyFactory,
)

from server.faces.opcua.settings import SecureServerSettings

SECURED: Final = (
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
    ua.SecurityPolicyType.Basic256Sha256_Sign,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_Sign,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_Sign,
)
_TRANSPORT: Final = "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary"


def offered(settings: SecureServerSettings) -> tuple[ua.SecurityPolicyType, ...]:
    """Return the policies with modes, the recommended one first."""
    if settings.allow_policy_none:
        return (*SECURED, ua.SecurityPolicyType.NoSecurity)
    return SECURED


def endpoint(
    policy_type: ua.SecurityPolicyType, application: ua.ApplicationDescription, certificate: bytes
) -> ua.EndpointDescription:
    """Return the description of one endpoint, as GetEndpoints gives it."""
    policy, mode, level = _parts(policy_type)
    return ua.EndpointDescription(
        EndpointUrl=application.DiscoveryUrls[0],
        Server=application,
        ServerCertificate=certificate,
        SecurityMode=mode,
        SecurityPolicyUri=policy.URI,
        UserIdentityTokens=_identity_tokens(policy.URI, mode),
        TransportProfileUri=_TRANSPORT,
        SecurityLevel=ua.Byte(level),
    )


def policy_factory(
    policy_type: ua.SecurityPolicyType, certificate: object, private_key: object
) -> SecurityPolicyFactory:
    """Return what makes the cryptography of one channel with this policy and mode."""
    policy, mode, _ = _parts(policy_type)
    return SecurityPolicyFactory(policy, mode, certificate, private_key)


def _parts(
    policy_type: ua.SecurityPolicyType,
) -> tuple[type[SecurityPolicy], ua.MessageSecurityMode, int]:
    policy, mode, level = SECURITY_POLICY_TYPE_MAP[policy_type]
    return (
        cast("type[SecurityPolicy]", policy),
        cast("ua.MessageSecurityMode", mode),
        cast("int", level),
    )


def _identity_tokens(policy_uri: str, mode: ua.MessageSecurityMode) -> list[ua.UserTokenPolicy]:
    if mode is ua.MessageSecurityMode.None_:
        return [ua.UserTokenPolicy(PolicyId="anonymous", TokenType=ua.UserTokenType.Anonymous)]
    # The password is encrypted once more inside the channel: in mode Sign all can read along, and
    # only the encrypted form is bound to the server's nonce and cannot be sent again later.
    return [
        ua.UserTokenPolicy(PolicyId=name, TokenType=kind, SecurityPolicyUri=policy_uri)
        for name, kind in (
            ("username", ua.UserTokenType.UserName),
            ("certificate", ua.UserTokenType.Certificate),
        )
    ]
