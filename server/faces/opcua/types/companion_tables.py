"""The companion standards that are served whole."""

from server.faces.opcua.namespaces import (
    ISA95,
    ISA95_URI,
    JOB_CONTROL,
    JOB_CONTROL_URI,
    PACKML,
    PACKML_URI,
    isa95,
    job_control,
    packml,
)
from server.faces.opcua.types.table_nodes import TypeTable


def companion_tables() -> tuple[TypeTable, ...]:
    """Return the tables, in the order of their namespaces."""
    return (
        TypeTable("isa95", ISA95_URI, ISA95, isa95),
        TypeTable("job_control", JOB_CONTROL_URI, JOB_CONTROL, job_control),
        TypeTable("packml", PACKML_URI, PACKML, packml),
    )
