"""The companion standards that are served whole."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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
from server.faces.opcua.types import (
    isa95_structures,
    job_control_structures,
    packml_structures,
)
from server.faces.opcua.types.structure_codec import StructureIds
from server.faces.opcua.types.table_nodes import TypeTable

STRUCTURES: Final[Mapping[type, StructureIds]] = MappingProxyType(
    isa95_structures.ISA95_STRUCTURES
    | job_control_structures.STRUCTURES
    | packml_structures.PACKML_STRUCTURES
)
"""The structures of the standards, which the codec knows as soon as this module is imported."""


def companion_tables() -> tuple[TypeTable, ...]:
    """Return the tables, in the order of their namespaces."""
    return (
        TypeTable("isa95", ISA95_URI, ISA95, isa95),
        TypeTable("job_control", JOB_CONTROL_URI, JOB_CONTROL, job_control),
        TypeTable("packml", PACKML_URI, PACKML, packml),
    )
