"""Read values of tags as the type of their tag asks for it."""

import math

from mappings.language import Scalar, Tag
from mappings.problems import Problems
from mappings.yaml_nodes import Kind, Node


def scalar_of(node: Node, tag: Tag, problems: Problems) -> Scalar | None:
    """Return the value that a node writes for a tag; None, and a problem, when it is none."""
    try:
        if node.kind is not Kind.TEXT:
            message = f"{node.kind.value}, where a value is expected"
            raise ValueError(message)  # noqa: TRY301 -- one place reports, with the remedy
        return _parse(node.text, tag)
    except ValueError as error:
        problems.add(node.place, f"value of '{tag.name}': {error}", _remedy(tag))
        return None


def _parse(text: str, tag: Tag) -> Scalar:
    address = tag.address
    if address.is_boolean:
        if text not in ("true", "false"):
            message = f"'{text}' is neither true nor false"
            raise ValueError(message)
        return text == "true"
    if not address.is_number:
        return text
    if not text.isascii() or "_" in text or len(text) > 40:  # noqa: PLR2004 -- no value is longer
        message = f"'{text}' is not a number"
        raise ValueError(message)
    try:
        number = int(text) if address.is_whole_number else float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        what = "whole number" if address.is_whole_number else "number"
        message = f"'{text}' is not a {what}"
        raise ValueError(message)
    return number


def _remedy(tag: Tag) -> str:
    if tag.address.is_boolean:
        return "write true or false"
    if tag.address.is_whole_number:
        return "write a whole number"
    return "write a number" if tag.address.is_number else "write a text"
