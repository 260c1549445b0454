"""Tags are grouped into as few requests as the protocol allows, and split around bad addresses."""

from adapters.modbus.blocks import Block, group
from mappings.language import Tag
from mappings.modbus_address import parse_address
from mappings.problems import Place


def tag(address: str) -> Tag:
    return Tag(
        name=f"A.{address}",
        device="d",
        address=parse_address(address),
        deadband=0.0,
        meaning="",
        writable=False,
        place=Place("f.yaml"),
    )


def ranges(blocks: tuple[Block, ...]) -> list[tuple[str, int, int]]:
    return [(block.table, block.start, block.count) for block in blocks]


def test_neighbours_are_read_together_and_tables_apart() -> None:
    tags = [tag("input.4.float32"), tag("input.0.uint16"), tag("discrete.8.bool")]
    assert ranges(group(tags, gap_limit=16)) == [("discrete", 8, 1), ("input", 0, 6)]


def test_a_gap_is_read_along_up_to_the_limit_and_no_further() -> None:
    tags = [tag("input.0.uint16"), tag("input.5.uint16")]
    assert ranges(group(tags, gap_limit=4)) == [("input", 0, 6)]
    assert ranges(group(tags, gap_limit=3)) == [("input", 0, 1), ("input", 5, 1)]


def test_no_request_is_longer_than_125_registers() -> None:
    tags = [tag(f"holding.{number}.float32") for number in range(0, 250, 2)]
    assert ranges(group(tags, gap_limit=0)) == [
        ("holding", 0, 124),
        ("holding", 124, 124),
        ("holding", 248, 2),
    ]


def test_no_request_is_longer_than_2000_bits() -> None:
    tags = [tag(f"coil.{number}.bool") for number in range(2001)]
    assert ranges(group(tags, gap_limit=0)) == [("coil", 0, 2000), ("coil", 2000, 1)]


def test_several_bits_of_one_register_are_one_register() -> None:
    tags = [tag(f"input.1.bool:bit={bit}") for bit in range(16)]
    assert ranges(group(tags, gap_limit=0)) == [("input", 1, 1)]


def test_a_wide_value_before_a_narrow_one_keeps_its_end() -> None:
    tags = [tag("input.0.string:length=20"), tag("input.2.uint16"), tag("input.10.uint16")]
    assert ranges(group(tags, gap_limit=0)) == [("input", 0, 11)]


def test_a_refused_block_is_split_at_its_widest_gap_first() -> None:
    (block,) = group([tag(f"input.{n}.uint16") for n in (0, 1, 2, 9)], gap_limit=16)
    assert ranges(block.halves(16)) == [("input", 0, 3), ("input", 9, 1)]


def test_splitting_goes_on_until_every_tag_is_alone() -> None:
    blocks = group([tag(f"input.{number}.uint16") for number in range(13)], gap_limit=16)
    while any(len(block.tags) > 1 for block in blocks):
        blocks = tuple(
            half
            for block in blocks
            for half in (block.halves(16) if len(block.tags) > 1 else (block,))
        )
    assert sorted(block.start for block in blocks) == list(range(13))
