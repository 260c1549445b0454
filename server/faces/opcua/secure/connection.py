"""The chunks of one connection (OPC 10000-6, 6.7.2): opened, checked and sealed.

The rules are those of asyncua's SecureConnection, which also keeps the state: tokens, sequence
numbers, keys. What differs is the work per message: the keys are set up once per token, and a
chunk is taken apart as bytes. Handshakes (HEL, OPN, CLO) stay with asyncua.
"""

from dataclasses import dataclass
from hmac import compare_digest
from struct import Struct
from time import monotonic
from typing import Any, Final

from asyncua import ua
from asyncua.common.connection import SecureConnection, TransportLimits
from asyncua.crypto.uacrypto import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from typing_extensions import override

from server.faces.opcua.wire.failure import service_failure

_HEAD: Final = Struct("<4sIII")  # type and chunk type, size, channel, token
_HEAD_BYTES: Final = _HEAD.size
_SEQUENCE: Final = Struct("<II")  # sequence number, request id
_SEQUENCE_BYTES: Final = _SEQUENCE.size
_SIGNATURE_BYTES: Final = 32  # HMAC-SHA256, with all policies that are offered
_BLOCK_BYTES: Final = 16  # AES
_LAST_SEQUENCE: Final = 2**32 - 1
_WRAP_MARGIN: Final = 1024  # 6.7.2.4: numbers wrap below this, from above the last so many
_TOKEN_GRACE: Final = 1.25  # OPC 10000-4, 5.6.2.1: expired tokens are good for a quarter longer

STRANGER_BYTES: Final = 65_536
"""Bytes of a request before anybody has logged in: certificates are the largest that it needs."""

_CHECKS_FAILED: Final = ua.StatusCodes.BadSecurityChecksFailed


@dataclass
class ChannelLimits(TransportLimits):
    """What one connection takes and what its client takes; zero means no limit (7.1.2.3)."""

    max_response_size: int = 0
    """Bytes of a response body that the client takes."""
    max_response_chunks: int = 0
    """Chunks of a response that the client takes."""

    @override
    def create_acknowledge_and_set_limits(self, msg: ua.Hello) -> ua.Acknowledge:
        # asyncua lets a client that wants small answers only send small requests.
        self.max_send_buffer = min(msg.ReceiveBufferSize, self.max_send_buffer)
        self.max_recv_buffer = min(msg.SendBufferSize, self.max_recv_buffer)
        self.max_response_size = msg.MaxMessageSize
        self.max_response_chunks = msg.MaxChunkCount
        return ua.Acknowledge(
            ReceiveBufferSize=ua.UInt32(self.max_recv_buffer),
            SendBufferSize=ua.UInt32(self.max_send_buffer),
            MaxMessageSize=ua.UInt32(self.max_message_size),
            MaxChunkCount=ua.UInt32(self.max_chunk_count),
        )


@dataclass(frozen=True, slots=True)
class Request:
    """One request whose chunks have all come, been decrypted and verified."""

    request_id: int
    body: bytes


@dataclass(frozen=True, slots=True)
class _Keys:
    """What one token gives, ready to be copied for each message; None where nothing is done."""

    token: int
    ends: float
    verifier: hmac.HMAC | None
    signer: hmac.HMAC | None
    decryption: Cipher[Any] | None
    encryption: Cipher[Any] | None


class ChannelConnection(SecureConnection):
    """asyncua's connection with its own way for the messages of an open channel."""

    _limits: ChannelLimits

    def __init__(self, security_policy: Any, limits: ChannelLimits) -> None:
        super().__init__(security_policy, limits)
        self._keys: _Keys | None = None
        self._ends: dict[int, float] = {}  # by token, when it is no longer good
        self._parts: list[bytes] = []
        self._parts_bytes = 0
        self._parts_request = 0
        self._largest_request = min(limits.max_message_size or STRANGER_BYTES, STRANGER_BYTES)

    @override
    def open(self, params: Any, server: Any) -> ua.OpenSecureChannelResult:
        before = self.security_token.TokenId, self.security_token.ChannelId
        result = super().open(params, server)
        given = result.SecurityToken
        lifetime_s = given.RevisedLifetime / 1000 * _TOKEN_GRACE
        in_use = self.security_token.TokenId
        self._ends = {token: ends for token, ends in self._ends.items() if token == in_use}
        self._ends[given.TokenId] = monotonic() + lifetime_s
        if before != (self.security_token.TokenId, self.security_token.ChannelId):
            self._keys = self._current_keys()
        return result

    def welcome(self) -> None:
        """Take requests as large as the limits say from here on: somebody has logged in."""
        self._largest_request = self._limits.max_message_size

    # -- from the client ------------------------------------------------------------------------

    def open_chunk(self, frame: bytes) -> Request | None:
        """Return the request that this chunk of type MSG completes, if it does.

        Raises UaError or ServiceError for whatever breaks a rule; the connection is then closed.
        """
        try:
            kind, size, channel, token = _HEAD.unpack_from(frame)
        except Exception as short:
            raise service_failure(_CHECKS_FAILED) from short
        if size != len(frame) or size > self._limits.max_recv_buffer:
            raise ua.UaStatusCodeError(ua.StatusCodes.BadRequestTooLarge)
        keys = self._keys
        if keys is None or token != keys.token:
            keys = self._turn(token)
        if monotonic() > keys.ends:
            raise service_failure(ua.StatusCodes.BadSecureChannelTokenUnknown)
        content = _opened(keys, frame)
        if channel != self.security_token.ChannelId:
            raise service_failure(ua.StatusCodes.BadTcpSecureChannelUnknown)
        sequence, request_id = _SEQUENCE.unpack_from(content)
        self._check_sequence(sequence)
        if kind == b"MSGF" and not self._parts:
            if len(content) - _SEQUENCE_BYTES > self._largest_request > 0:
                raise ua.UaStatusCodeError(ua.StatusCodes.BadRequestTooLarge)
            return Request(request_id, content[_SEQUENCE_BYTES:])
        return self._collect(kind, request_id, content[_SEQUENCE_BYTES:])

    def _check_sequence(self, sequence: int) -> None:
        before = self._peer_sequence_number
        if before is not None and sequence != before + 1:
            wrapped = sequence < _WRAP_MARGIN and before > _LAST_SEQUENCE - _WRAP_MARGIN
            if not wrapped:
                raise service_failure(_CHECKS_FAILED)
        self._peer_sequence_number = sequence

    def _collect(self, kind: bytes, request_id: int, part: bytes) -> Request | None:
        if self._parts and request_id != self._parts_request:
            raise service_failure(_CHECKS_FAILED)
        if kind == b"MSGA":  # 6.7.3: what came of this message is forgotten, the channel stays
            self._forget_parts()
            return None
        if kind not in (b"MSGC", b"MSGF"):
            raise service_failure(ua.StatusCodes.BadTcpMessageTypeInvalid)
        self._parts_request = request_id
        self._parts.append(part)
        self._parts_bytes += len(part)
        too_many = len(self._parts) > self._limits.max_chunk_count > 0
        if too_many or self._parts_bytes > self._largest_request > 0:
            self._forget_parts()
            raise ua.UaStatusCodeError(ua.StatusCodes.BadRequestTooLarge)
        if kind == b"MSGC":
            return None
        body = b"".join(self._parts)
        self._forget_parts()
        return Request(request_id, body)

    def _forget_parts(self) -> None:
        self._parts, self._parts_bytes = [], 0

    def _turn(self, token: int) -> _Keys:
        """Take the token that a client has begun to use, if it is one that it was given."""
        self._check_sym_header(ua.SymmetricAlgorithmHeader(TokenId=ua.UInt32(token)))
        self._keys = keys = self._current_keys()
        return keys

    def _current_keys(self) -> _Keys:
        policy, token = self.security_policy, self.security_token
        ends = self._ends[token.TokenId]
        crypto: Any = policy.symmetric_cryptography
        if policy.Mode is ua.MessageSecurityMode.None_:
            return _Keys(token.TokenId, ends, None, None, None, None)
        is_encrypted = policy.Mode is ua.MessageSecurityMode.SignAndEncrypt
        return _Keys(
            token.TokenId,
            ends,
            hmac.HMAC(crypto.Verifier.key, hashes.SHA256()),
            hmac.HMAC(crypto.Signer.key, hashes.SHA256()),
            crypto.Decryptor.cipher if is_encrypted else None,
            crypto.Encryptor.cipher if is_encrypted else None,
        )

    # -- to the client --------------------------------------------------------------------------

    @override
    def message_to_binary(
        self,
        message: bytes,
        message_type: Any = ua.MessageType.SecureMessage,
        request_id: int = 0,
    ) -> bytes:
        if message_type == ua.MessageType.SecureMessage and self._keys is not None:
            return self.seal(message, request_id)
        return super().message_to_binary(message, message_type, request_id)

    @property
    def largest_body(self) -> int:
        """How many bytes a response may have for this client."""
        keys, limits = self._keys, self._limits
        largest = [self._limits.max_message_size or _LAST_SEQUENCE]
        if limits.max_response_size:
            largest.append(limits.max_response_size)
        if limits.max_response_chunks and keys is not None:
            largest.append(limits.max_response_chunks * _room(keys, limits.max_send_buffer))
        return min(largest)

    def seal(self, body: bytes, request_id: int) -> bytes:
        """Return the chunks of a response, signed and encrypted as the channel wants it.

        Raises UaStatusCodeError with BadResponseTooLarge if the client has said that it takes
        less; nothing is counted as sent then.
        """
        keys, limits = self._keys, self._limits
        assert keys is not None  # a channel that is open has keys
        room = _room(keys, limits.max_send_buffer)
        if 0 < limits.max_response_size < len(body):
            raise ua.UaStatusCodeError(ua.StatusCodes.BadResponseTooLarge)
        if len(body) <= room:
            return self._sealed(keys, b"MSGF", body, request_id)
        if 0 < limits.max_response_chunks * room < len(body):
            raise ua.UaStatusCodeError(ua.StatusCodes.BadResponseTooLarge)
        last = (len(body) - 1) // room * room
        parts = [
            self._sealed(keys, b"MSGC", body[at : at + room], request_id)
            for at in range(0, last, room)
        ]
        parts.append(self._sealed(keys, b"MSGF", body[last:], request_id))
        return b"".join(parts)

    def _sealed(self, keys: _Keys, kind: bytes, body: bytes, request_id: int) -> bytes:
        sequence = self._sequence_number + 1 if self._sequence_number < _LAST_SEQUENCE else 1
        self._sequence_number = sequence
        content = _SEQUENCE.pack(sequence, request_id) + body
        channel, token = self.security_token.ChannelId, keys.token
        if keys.signer is None:
            return _HEAD.pack(kind, _HEAD_BYTES + len(content), channel, token) + content
        if keys.encryption is not None:
            spare = -(len(content) + 1 + _SIGNATURE_BYTES) % _BLOCK_BYTES
            content += bytes((spare,)) * (spare + 1)
        size = _HEAD_BYTES + len(content) + _SIGNATURE_BYTES
        head = _HEAD.pack(kind, size, channel, token)
        signer = keys.signer.copy()
        signer.update(head + content)
        content += signer.finalize()
        if keys.encryption is None:
            return head + content
        cipher: CipherContext = keys.encryption.encryptor()
        return head + cipher.update(content)


def _opened(keys: _Keys, frame: bytes) -> bytes:
    """Return what is in a chunk from its sequence header on, decrypted and verified."""
    content = frame[_HEAD_BYTES:]
    if keys.verifier is None:
        if len(content) < _SEQUENCE_BYTES:
            raise service_failure(_CHECKS_FAILED)
        return content
    if keys.decryption is not None:
        if len(content) % _BLOCK_BYTES:
            raise service_failure(_CHECKS_FAILED)
        content = keys.decryption.decryptor().update(content)
    content, signature = content[:-_SIGNATURE_BYTES], content[-_SIGNATURE_BYTES:]
    verifier = keys.verifier.copy()
    verifier.update(frame[:_HEAD_BYTES] + content)
    if not compare_digest(verifier.finalize(), signature):
        raise InvalidSignature
    if keys.decryption is not None and content:
        content = content[: -1 - content[-1]]
    if len(content) < _SEQUENCE_BYTES:
        raise service_failure(_CHECKS_FAILED)
    return content


def _room(keys: _Keys, chunk_bytes: int) -> int:
    """Return how many bytes of a body go into one chunk of this size."""
    room = chunk_bytes - _HEAD_BYTES
    if keys.encryption is not None:
        room = room // _BLOCK_BYTES * _BLOCK_BYTES - 1
    if keys.signer is not None:
        room -= _SIGNATURE_BYTES
    return room - _SEQUENCE_BYTES
