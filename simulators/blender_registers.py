"""The register table of the blender; state and command numbers are those of PackML."""

from typing import Final

from simulators.register_map import Entry, RegisterTable, Table, Type, lay_out

STATUS_BITS: Final[tuple[tuple[str, str], ...]] = (
    ("running", "The shaft turns"),
    ("at_speed", "The shaft turns at the set speed"),
    ("guard_closed", "The guard is closed"),
    ("motor_ok", "The motor protection has not tripped"),
    ("temperature_ok", "The product temperature is below its limit"),
    ("fault_ignore_permit", "The permit interlock is bridged (only by an injected fault)"),
    ("running_without_permit", "The shaft is driven although no live permit is there"),
    ("alarm", "alarm_code is not 0"),
    ("permit_live", "Permit coil set and its heartbeat alive"),
)

ALARM_CODES: Final[tuple[tuple[int, str], ...]] = (
    (0, "no alarm"),
    (101, "motor overload (aborts)"),
    (102, "guard open (aborts)"),
    (103, "product over-temperature (holds)"),
    (104, "permit lost while running (holds)"),
)

INPUTS: Final = (
    Entry("heartbeat", Type.UINT16, "Counts up every 0.1 s and wraps; standing still = PLC dead"),
    Entry("status_word", Type.UINT16, "Status bits, bit n = discrete input n"),
    Entry("alarm_code", Type.UINT16, "The first alarm that is not yet cleared, 0 = none"),
    Entry("state_current", Type.UINT16, "PackML state number, 1 .. 17"),
    Entry("unit_mode", Type.UINT16, "1 production, 2 maintenance, 3 manual"),
    Entry("stop_reason", Type.UINT16, "Alarm code of the last hold or abort, until Reset"),
    Entry("mach_speed_set", Type.FLOAT32, "Set speed in force", "rpm"),
    Entry("mach_speed", Type.FLOAT32, "Actual speed", "rpm"),
    Entry("temperature", Type.FLOAT32, "Product temperature", "degC"),
    Entry("motor_current", Type.FLOAT32, "Motor current", "A"),
    Entry("revolutions", Type.UINT32, "Revolutions in Execute since the last Reset"),
    Entry("prod_processed_count", Type.UINT32, "Blends that reached Complete since power-on"),
    Entry("prod_defective_count", Type.UINT32, "Blends that were stopped or aborted"),
    Entry("state_current_time", Type.FLOAT32, "Simulated time in the present state", "s"),
    Entry("serial_number", Type.UINT32, "Serial number of the blender"),
    Entry("batch_number", Type.UINT32, "Batch number as it was set at Start"),
    Entry("alarm_count", Type.UINT32, "Alarms since power-on"),
    Entry("uptime", Type.UINT32, "Simulated time since power-on", "s"),
    Entry("command_echo", Type.UINT16, "Sequence number of the last command that was handled"),
    Entry(
        "command_result",
        Type.UINT16,
        "0 none, 1 done, 2 not allowed in this state, 3 no live permit, 4 unknown command, "
        "5 interlock (guard, motor, temperature), 6 no speed set",
    ),
)

HOLDINGS: Final = (
    Entry(
        "command",
        Type.UINT16,
        "1 Reset, 2 Start, 3 Stop, 4 Hold, 5 Unhold, 6 Suspend, 7 Unsuspend, 8 Abort, 9 Clear, "
        "10 Complete",
    ),
    Entry("sequence", Type.UINT16, "Writing a number other than command_echo runs the command"),
    Entry(
        "permit_heartbeat", Type.UINT16, "To be changed at least every 5 s, else the permit dies"
    ),
    Entry("unit_mode_set", Type.UINT16, "Wished unit mode; taken in Stopped, Idle or Aborted"),
    Entry("speed_set", Type.FLOAT32, "Wished speed, 0 .. 40", "rpm"),
    Entry("revolutions_set", Type.UINT32, "Revolutions after which Execute completes, 0 = never"),
    Entry("batch_number_set", Type.UINT32, "Batch number, taken at Start"),
)

BLENDER_REGISTERS: Final = RegisterTable(
    title="Blender",
    registers=(
        *lay_out(Table.INPUT, *INPUTS),
        *lay_out(Table.HOLDING, *HOLDINGS),
        *lay_out(Table.DISCRETE, *(Entry(name, Type.BIT, text) for name, text in STATUS_BITS)),
        *lay_out(Table.COIL, Entry("permit", Type.BIT, "The blender may run")),
    ),
)
