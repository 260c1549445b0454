"""The register table of a weighing terminal."""

from typing import Final

from simulators.register_map import Entry, RegisterTable, Table, Type, lay_out

STATUS_BITS: Final[tuple[tuple[str, str], ...]] = (
    ("stable", "The weight has been at rest for one second: the only time it may be taken"),
    ("motion", "The weight is changing, or not yet at rest"),
    ("center_of_zero", "The gross weight reads zero"),
    ("tared", "A tare is active: net differs from gross"),
    ("overload", "More than the capacity lies on the pan; gross reads capacity + 9 d"),
    ("underload", "The gross weight is below -20 d"),
    ("sensor_ok", "The load cell answers"),
    ("alarm", "Any bit of alarm_word is set"),
    ("permit_live", "Permit coil set and its heartbeat alive: the green lamp of the booth"),
)

ALARM_BITS: Final[tuple[tuple[str, str], ...]] = (
    ("overload", "as status bit overload"),
    ("underload", "as status bit underload"),
    ("sensor_failure", "The load cell is broken; gross and net read NaN"),
)

INPUTS: Final = (
    Entry("heartbeat", Type.UINT16, "Counts up every 0.1 s and wraps; standing still = PLC dead"),
    Entry("status_word", Type.UINT16, "Status bits, bit n = discrete input n"),
    Entry("alarm_word", Type.UINT16, "Alarm bits, 0 = none"),
    Entry("unit", Type.UINT16, "Unit of all weights: 1 = kg"),
    Entry("gross", Type.FLOAT32, "Gross weight, rounded to d", "kg"),
    Entry("net", Type.FLOAT32, "Gross less tare, rounded to d", "kg"),
    Entry("tare", Type.FLOAT32, "Active tare, 0 = none", "kg"),
    Entry("capacity", Type.FLOAT32, "Largest weight (Max)", "kg"),
    Entry("resolution", Type.FLOAT32, "Actual scale interval d", "kg"),
    Entry("serial_number", Type.UINT32, "Serial number of the terminal"),
    Entry("weighing_count", Type.UINT32, "Times a load came to rest since power-on"),
    Entry("tare_change_count", Type.UINT32, "Times tare or zero was changed since power-on"),
    Entry("uptime", Type.UINT32, "Simulated time since power-on", "s"),
    Entry("command_echo", Type.UINT16, "Sequence number of the last command that was handled"),
    Entry(
        "command_result",
        Type.UINT16,
        "0 none, 1 done, 2 refused: not stable, 3 refused: out of range, 4 unknown command",
    ),
)

HOLDINGS: Final = (
    Entry("command", Type.UINT16, "1 zero, 2 tare, 3 clear tare, 4 preset tare"),
    Entry("sequence", Type.UINT16, "Writing a number other than command_echo runs the command"),
    Entry(
        "permit_heartbeat", Type.UINT16, "To be changed at least every 5 s, else the permit dies"
    ),
    Entry("reserved", Type.UINT16, "Not used, keeps the next value even"),
    Entry("preset_tare", Type.FLOAT32, "Tare for command 4, 0 .. capacity", "kg"),
)

SCALE_REGISTERS: Final = RegisterTable(
    title="Scale",
    registers=(
        *lay_out(Table.INPUT, *INPUTS),
        *lay_out(Table.HOLDING, *HOLDINGS),
        *lay_out(Table.DISCRETE, *(Entry(name, Type.BIT, text) for name, text in STATUS_BITS)),
        *lay_out(Table.COIL, Entry("permit", Type.BIT, "Dispensing is permitted (lamp)")),
    ),
)
