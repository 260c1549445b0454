"""The register tables as Markdown: `docs/simulators.md` holds exactly this text."""

import sys
from collections.abc import Iterator

from simulators.blender_registers import ALARM_CODES, BLENDER_REGISTERS
from simulators.packml import State
from simulators.register_map import RegisterTable, Table
from simulators.scale_registers import ALARM_BITS, SCALE_REGISTERS

BEGIN = "<!-- registers: begin -->"
END = "<!-- registers: end -->"


def markdown() -> str:
    """Return every register table, between its two markers."""
    lines = [
        BEGIN,
        *_table(SCALE_REGISTERS),
        "`alarm_word` bits: "
        + "; ".join(f"{n} {name} ({text})" for n, (name, text) in enumerate(ALARM_BITS))
        + ".",
        "",
        *_table(BLENDER_REGISTERS),
        "`alarm_code`: " + "; ".join(f"{code} {text}" for code, text in ALARM_CODES) + ".",
        "",
        "`state_current`: " + ", ".join(f"{s.value} {s.name.title()}" for s in State) + ".",
        "",
        END,
    ]
    return "\n".join(lines)


def _table(table: RegisterTable) -> Iterator[str]:
    yield f"### {table.title}"
    yield ""
    yield "| table | address | name | type | unit | access | meaning |"
    yield "|---|---|---|---|---|---|---|"
    for kind in (Table.INPUT, Table.HOLDING, Table.DISCRETE, Table.COIL):
        for r in table.of(kind):
            access = "read/write" if r.writable else "read"
            yield (
                f"| {kind.value} | {r.address} | `{r.name}` | {r.type.value} | {r.unit} "
                f"| {access} | {r.meaning} |"
            )
    yield ""


if __name__ == "__main__":
    sys.stdout.write(markdown() + "\n")
