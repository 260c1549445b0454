"""Where what is served differs from the official files on purpose: the defect and our answer.

A difference that is not here fails the test, and so does an entry that differs no longer.
docs/opcua-types.md shows this table to the people who connect.
"""

import re
from dataclasses import dataclass
from typing import Final

ISA95: Final = "Opc.ISA95.NodeSet2.xml"
JOB_CONTROL: Final = "opc.ua.isa95-jobcontrol.nodeset2.xml"
PACKML: Final = "Opc.Ua.PackML.NodeSet2.xml"

COMPANIONS: Final = (
    "Opc.Ua.Di.NodeSet2.xml",
    "Opc.Ua.IA.NodeSet2.xml",
    "Opc.Ua.Machinery.NodeSet2.xml",
    "Opc.Ua.Machinery.Jobs.Nodeset2.xml",
    "Opc.Ua.Weihenstephan.NodeSet2.xml",
)
"""Files that a plant may add, in an order in which they can be listed."""

_READ_ONLY: Final = (
    "The members of types are published as writable; nobody writes to a type.",
    "Served as readable. What may be written says so at the instance.",
)


@dataclass(frozen=True)
class Reviewed:
    """Differences of one file that a person has looked at."""

    file: str
    pattern: str
    """Matches each of the differences from its beginning to its end."""
    how_many: int
    defect: str
    answer: str

    def matches(self, difference: str) -> bool:
        """Tell whether it is about this difference."""
        return re.fullmatch(self.pattern, difference) is not None


DI: Final = COMPANIONS[0]

REVIEWED: Final = (
    Reviewed(ISA95, r"\S+ AccessLevel: published 3, served 1", 164, *_READ_ONLY),
    Reviewed(JOB_CONTROL, r"\S+ AccessLevel: published 3, served 1", 4, *_READ_ONLY),
    Reviewed(
        ISA95,
        r"ns=2;i=(5219|5224) shows (->|<-) ns=2;i=(5224|5219) \(ns=3;i=1301\)",
        2,
        "DefinedByMaterialClass is in the text (9.6.2) and not in the nodeset, so that"
        " `<MaterialClass>` of MaterialDefinitionType hangs on nothing.",
        "DefinedByMaterialClass of our own namespace, ns=3;i=1301, a subtype of DefinedBy.",
    ),
    Reviewed(
        ISA95,
        r"ns=2;i=(5232|5259|5295|5278) shows (->|<-) ns=2;i=(5295|5278|5232|5259)"
        r" \(ns=3;i=1302\)",
        4,
        "AssembledFromSublot is in the text (9.6.8) and not in the nodeset, so that"
        " `<AssemblySublot>` of MaterialLotType and MaterialSublotType hangs on nothing.",
        "AssembledFromSublot of our own namespace, ns=3;i=1302, a subtype of AssembledFrom.",
    ),
    *(
        Reviewed(file, r"\S+ AccessLevel: published 3, served 1", how_many, *_READ_ONLY)
        for file, how_many in zip(COMPANIONS[1:], (54, 26, 1, 14), strict=True)
    ),
    Reviewed(
        DI,
        r"ns=7;i=\d+ is not served",
        9,
        "Nine nodes are marked as DesignToolOnly; no reference leads to them.",
        "They are left out, as they are meant to be.",
    ),
)
