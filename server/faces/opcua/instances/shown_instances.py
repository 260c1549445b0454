"""Records as nodes: what one record shows, compared with what it showed before."""

import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable

from asyncua import ua

from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.instances.model_changes import ModelChanges
from server.faces.opcua.nodes import Link, Node

diagnostics = logging.getLogger("interlock.opcua")

WriteValue = Callable[[ua.NodeId, ua.DataValue], Awaitable[None]]


class Instances:
    """The instances in the address space, by the record that owns them.

    A node that stays is never taken out and put back: clients that monitor it notice nothing but
    its new value. A link that several records want is there once, and waits until both of its
    ends are there. What a call costs follows from what changed, not from what there is.
    """

    def __init__(self, tree: AddressTree, write: WriteValue, changes: ModelChanges) -> None:
        self.tree = tree
        self._write = write
        self.changes = changes
        self._nodes: dict[str, tuple[Node, ...]] = {}
        self._links: dict[str, frozenset[Link]] = {}
        self._wanted: defaultdict[Link, int] = defaultdict(int)
        self._standing: set[Link] = set()
        self._ends: dict[ua.NodeId, set[Link]] = {}

    def __contains__(self, owner: str) -> bool:
        """Tell whether the record shows anything."""
        return owner in self._nodes

    async def show(self, owner: str, nodes: Iterable[Node], links: Collection[Link] = ()) -> bool:
        """Make the address space show exactly these nodes and links for the record.

        False, and nothing is changed, when one of the nodes stands already for another record, or
        when what it hangs on is not there.
        """
        old = {node.node_id: node for node in self._nodes.get(owner, ())}
        new = {node.node_id: node for node in nodes}
        fresh = [node for node_id, node in new.items() if node_id not in old]
        taken = [str(one.node_id.Identifier) for one in fresh if self.tree.stands(one.node_id)]
        if taken:  # somebody else's nodes stay what they are, and the server stays up
            diagnostics.error("%s is not shown: %s stand for others", owner, sorted(taken))
            return False
        homeless = [
            str(one.parent.Identifier)
            for one in new.values()
            if one.parent not in new and not self.tree.stands(one.parent)
        ]
        if homeless:
            diagnostics.error("%s is not shown: there is no %s", owner, sorted(homeless))
            return False
        await self._take_out([old[one] for one in old.keys() - new.keys()])
        self.tree.insert(fresh)
        for node in fresh:
            self.changes.inserted(node, new)
        for node_id, was in old.items():
            node = new.get(node_id, was)
            if node != was:
                await self._update(was, node)
        self._nodes[owner] = tuple(new.values())
        self._show_links(owner, frozenset(links), fresh)
        return True

    async def hide(self, owner: str) -> None:
        """Take out everything that the record shows."""
        await self._take_out(self._nodes.pop(owner, ()))
        self._show_links(owner, frozenset(), ())
        self._links.pop(owner, None)

    async def _update(self, was: Node, node: Node) -> None:
        if was.value != node.value and node.value is not None:
            self.changes.valued(node)
            await self._write(node.node_id, node.value)
        if not _alike(was, node):
            self.tree.update(was, node)
            self.changes.moved(was, node)

    async def _take_out(self, nodes: Collection[Node]) -> None:
        gone = {node.node_id: node for node in nodes}
        for node in nodes:
            self._standing -= self._ends.get(node.node_id, set())
            self.changes.removed(node, gone)
        await self.tree.remove(gone.keys())

    def _show_links(self, owner: str, wanted: frozenset[Link], fresh: Collection[Node]) -> None:
        had = self._links.get(owner, frozenset())
        for link in had - wanted:
            self._release(link)
        possible = {link for link in wanted - had if self._want(link)}
        self._links[owner] = wanted
        inserted = {node.node_id for node in fresh}
        for node_id in inserted:
            possible |= self._ends.get(node_id, set())
        for link in sorted(possible - self._standing, key=str) if possible else ():
            if self.tree.stands(link.source) and self.tree.stands(link.target):
                self.tree.link(link)
                self._standing.add(link)
                if link.source not in inserted:
                    self.changes.referenced(link.source)

    def _want(self, link: Link) -> bool:
        """Count who wants a link; tell whether this is the first."""
        self._wanted[link] += 1
        for end in (link.source, link.target):
            self._ends.setdefault(end, set()).add(link)
        return self._wanted[link] == 1

    def _release(self, link: Link) -> None:
        self._wanted[link] -= 1
        if self._wanted[link]:
            return
        del self._wanted[link]
        for end in (link.source, link.target):
            links = self._ends[end]
            links.discard(link)
            if not links:
                del self._ends[end]
        if link in self._standing:
            self._standing.discard(link)
            self.tree.unlink(link)
            self.changes.unreferenced(link.source)


def _alike(was: Node, node: Node) -> bool:
    """Tell whether two nodes differ in nothing but their values."""
    return all(
        getattr(was, name) == getattr(node, name) for name in Node.__slots__ if name != "value"
    )
