"""Group the tags of a device into as few read requests as possible."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from adapters.modbus.config import BITS_PER_REQUEST, REGISTERS_PER_REQUEST, Tag


@dataclass(frozen=True, slots=True)
class Block:
    """A range of one table that one request reads, and the tags in it in order of address."""

    table: str
    start: int
    count: int
    tags: tuple[Tag, ...]

    @property
    def reads_bits(self) -> bool:
        """Return whether the table holds bits instead of registers."""
        return self.table in ("coil", "discrete")

    @property
    def key(self) -> tuple[str, int, int]:
        """Return what tells the block from others of the device."""
        return self.table, self.start, self.count

    def halves(self, gap_limit: int) -> tuple["Block", ...]:
        """Return the blocks that read the same tags without asking for all of this one.

        Splitting at the widest gap first finds a hole in the device's memory soonest.
        """
        cut = len(self.tags) // 2
        widest = 0
        for index in range(1, len(self.tags)):
            before = self.tags[index - 1].address
            gap = self.tags[index].address.number - before.number - before.width
            if gap > widest:
                widest, cut = gap, index
        lower = group(self.tags[:cut], gap_limit)
        return lower + group(self.tags[cut:], gap_limit)


def group(tags: Iterable[Tag], gap_limit: int) -> tuple[Block, ...]:
    """Return the fewest blocks that read all tags within the limits of the protocol."""
    by_table: dict[str, list[Tag]] = {}
    for tag in tags:
        by_table.setdefault(tag.address.table, []).append(tag)
    blocks: list[Block] = []
    for table in sorted(by_table):
        ordered = sorted(by_table[table], key=lambda tag: (tag.address.number, tag.name))
        blocks.extend(_blocks_of_table(table, ordered, gap_limit))
    return tuple(blocks)


def _blocks_of_table(table: str, tags: Sequence[Tag], gap_limit: int) -> list[Block]:
    limit = BITS_PER_REQUEST if table in ("coil", "discrete") else REGISTERS_PER_REQUEST
    blocks: list[Block] = []
    members: list[Tag] = []
    start = end = 0
    for tag in tags:
        tag_end = max(end, tag.address.number + tag.address.width)
        fits = tag.address.number - end <= gap_limit and tag_end - start <= limit
        if members and not fits:
            blocks.append(Block(table, start, end - start, tuple(members)))
            members = []
        if not members:
            start, tag_end = tag.address.number, tag.address.number + tag.address.width
        members.append(tag)
        end = tag_end
    if members:
        blocks.append(Block(table, start, end - start, tuple(members)))
    return blocks
