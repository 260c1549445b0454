"""What of a call's arguments an audit event may show: nothing that could be a secret.

A secret is known by the name of its argument. Where a call did not go the way it is declared (too
many arguments, another order, a login that failed) nobody can tell which text is the password, so
no text is shown at all; nor a list of numbers, which may be a text letter by letter, nor a number
where the method takes a secret.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from asyncua import ua

MASKED: Final = "***"
_SECRET: Final = ("password", "passwd", "secret", "token", "credential", "privatekey", "passphrase")
_MAX_TEXT: Final = 500
_MAX_ITEMS: Final = 100
_TEXTS: Final = frozenset(
    {
        ua.VariantType.String,
        ua.VariantType.ByteString,
        ua.VariantType.XmlElement,
        ua.VariantType.LocalizedText,
        ua.VariantType.ExtensionObject,
        ua.VariantType.Variant,
        ua.VariantType.DataValue,
    }
)
_NUMBERS: Final = frozenset(ua.VariantType(number) for number in range(1, 12))
_BYTES: Final = frozenset({ua.VariantType.ByteString})
_HIDDEN: Final = ua.Variant(MASKED, ua.VariantType.String)


def is_secret(name: str) -> bool:
    """Return whether something of this name is a secret."""
    plain = name.replace("_", "").replace("-", "").casefold()
    return any(word in plain for word in _SECRET) or plain in {"pin", "pwd"}


def shown_arguments(
    names: Sequence[str] | None, arguments: Sequence[ua.Variant], *, went_as_declared: bool
) -> list[ua.Variant]:
    """Return the arguments as an audit event shows them.

    ``names`` are those that the method declares, None where nobody knows them. Unless it
    ``went_as_declared``, every text is masked.
    """
    sure = went_as_declared and names is not None and len(names) == len(arguments)
    takes_secrets = names is None or any(is_secret(name) for name in names)
    return [
        _shown(names[place], argument)
        if names and sure
        else _shown_unsure(argument, takes_secrets=takes_secrets)
        for place, argument in enumerate(arguments[:_MAX_ITEMS])
    ]


def _shown_unsure(argument: ua.Variant, *, takes_secrets: bool) -> ua.Variant:
    """Return an argument that could be any."""
    if argument.VariantType is ua.VariantType.Null:
        return argument
    is_number = argument.VariantType in _NUMBERS and not isinstance(argument.Value, list)
    return argument if is_number and not takes_secrets else _HIDDEN


def _shown(name: str, argument: ua.Variant) -> ua.Variant:
    """Return one argument."""
    is_text = argument.VariantType in _TEXTS
    if is_secret(name):
        return _HIDDEN
    if argument.VariantType is ua.VariantType.String:
        return _text(argument)
    if is_text and argument.VariantType is not ua.VariantType.LocalizedText:
        # Structures and bytes may hold anything; only their size is said.
        return _HIDDEN if argument.VariantType not in _BYTES else _size(argument)
    if isinstance(argument.Value, list) and len(argument.Value) > _MAX_ITEMS:
        return ua.Variant(argument.Value[:_MAX_ITEMS], argument.VariantType, is_array=True)
    return argument


def _size(argument: ua.Variant) -> ua.Variant:
    value = argument.Value
    text = f"{len(value)} bytes" if isinstance(value, bytes) else MASKED
    return ua.Variant(text, ua.VariantType.String)


def _text(argument: ua.Variant) -> ua.Variant:
    value = argument.Value
    if isinstance(value, list):
        items = [_harmless(item) for item in value[:_MAX_ITEMS]]
        return ua.Variant(items, ua.VariantType.String, is_array=True)
    return ua.Variant(_harmless(value), ua.VariantType.String)


def _harmless(text: Any) -> str | None:
    """Return a text without secrets in it, not longer than an event needs."""
    if text is None:
        return None
    plain = str(text)
    if _holds_secret(plain):
        return MASKED
    return plain if len(plain) <= _MAX_TEXT else f"{plain[:_MAX_TEXT]}…"


def _holds_secret(text: str) -> bool:
    """Return whether a text names a secret, as JSON or in any other way."""
    if is_secret(text[: _MAX_TEXT * 100]):
        return True
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        return _names_secret(json.loads(text), 20)
    except (ValueError, RecursionError):
        return True  # it looks like JSON, and nobody can tell what stands in it


def _names_secret(value: Any, levels: int) -> bool:
    if levels == 0:
        return True
    if isinstance(value, dict):
        return any(
            is_secret(str(key)) or _names_secret(item, levels - 1) for key, item in value.items()
        )
    if isinstance(value, list):
        return any(_names_secret(item, levels - 1) for item in value)
    return False
