"""The one name for an element of a parsed document; lxml gives its own only a private one."""

from typing import TypeAlias, cast

from lxml import etree

Element: TypeAlias = etree._Element


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace."""
    tag = str(element.tag)
    return tag[tag.rfind("}") + 1 :]


def line_of(element: Element) -> int:
    """Return the line of the element's start, or of a near one in a very long document."""
    return cast("int | None", element.sourceline) or 1
