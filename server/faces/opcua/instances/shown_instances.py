"""Records as nodes: what one record shows, compared with what it showed before."""

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import replace

from asyncua import ua

from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.nodes import Link, Node

diagnostics = logging.getLogger("interlock.opcua")

WriteValue = Callable[[ua.NodeId, ua.DataValue], Awaitable[None]]


class Instances:
    """The instances in the address space, by the record that owns them.

    A node that stays is never taken out and put back: clients that monitor it notice nothing but
    its new value. A link waits until both of its ends are there.
    """

    def __init__(self, tree: AddressTree, write: WriteValue) -> None:
        self._tree = tree
        self._write = write
        self._nodes: dict[str, dict[ua.NodeId, Node]] = {}
        self._links: dict[str, set[Link]] = {}

    def __contains__(self, owner: str) -> bool:
        """Tell whether the record shows anything."""
        return owner in self._nodes

    async def show(self, owner: str, nodes: Iterable[Node], links: Collection[Link] = ()) -> None:
        """Make the address space show exactly these nodes and links for the record."""
        old = self._nodes.get(owner, {})
        new = {node.node_id: node for node in nodes}
        taken = [str(one.Identifier) for one in new.keys() - old.keys() if self._tree.stands(one)]
        if taken:  # somebody else's nodes stay what they are, and the server stays up
            diagnostics.error("%s is not shown: %s stand for others", owner, sorted(taken))
            return
        await self._tree.remove(old.keys() - new.keys())
        for node_id, node in new.items():
            was = old.get(node_id)
            if was is None:
                self._tree.insert((node,))
                continue
            if was.value != node.value and node.value is not None:
                await self._write(node_id, node.value)
            if replace(was, value=None) != replace(node, value=None):
                self._tree.update(was, node)
        self._nodes[owner] = new
        self._show_links(owner, set(links))

    async def hide(self, owner: str) -> None:
        """Take out everything that the record shows."""
        await self._tree.remove(self._nodes.pop(owner, {}).keys())
        self._links.pop(owner, None)

    def _show_links(self, owner: str, wanted: set[Link]) -> None:
        shown = {link for link in self._links.get(owner, set()) if self._is_possible(link)}
        possible = {link for link in wanted if self._is_possible(link)}
        for link in shown - possible:
            self._tree.unlink(link)
        for link in sorted(possible - shown, key=str):
            self._tree.link(link)
        self._links[owner] = possible

    def _is_possible(self, link: Link) -> bool:
        return self._tree.stands(link.source) and self._tree.stands(link.target)
