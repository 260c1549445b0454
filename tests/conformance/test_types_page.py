"""docs/opcua-types.md says what is served and where it differs; UPDATE_GOLDEN=1 writes it anew."""

from collections import Counter

from server.faces.opcua.namespaces import ISA95, JOB_CONTROL, PACKML, TYPES
from server.faces.opcua.types.companion_nodesets import FIRST, MAX_FILES
from server.faces.opcua.types.nodeset_file import MAX_BYTES
from server.faces.opcua.types.type_nodes import type_nodes
from tests.conformance.reviewed import COMPANIONS, REVIEWED
from tests.golden.documents import agrees, table
from tests.tree import ROOT

PAGE = ROOT / "docs/opcua-types.md"

STANDARDS = (
    (ISA95, "ISA-95 Common Object Model, OPC 10030", "1.00 of 2013-11-06"),
    (JOB_CONTROL, "ISA-95 Job Control V2, OPC 10031-4", "2.0.0 of 2024-01-31"),
    (PACKML, "PackML, OPC 30050", "1.01 of 2020-10-08"),
)

LEFT_AS_PUBLISHED = (
    (
        "EquipmentType holds its properties by HasISA95ClassProperty.",
        "Instances use HasISA95Property, as the text says.",
    ),
    (
        "PhysicalAssetType holds parts of an asset by HasISA95Property.",
        "MadeUpOfPhysicalAsset is served, too, and is what the text says; no asset here has parts.",
    ),
    (
        "PhysicalAssetPropertyType is a subtype of ISA95ClassPropertyType.",
        "Properties of assets are of that type all the same: clients look for it.",
    ),
    (
        "MaterialLotPropertyType is a test result, and could hold no number.",
        "Properties of lots are of MaterialLotPropertyType in our namespace, ns=3;i=1020.",
    ),
    (
        "ISA95JobOrderStatusEventType is abstract, so that no event can be of it.",
        "Events are of JobOrderStatusEventType in our namespace, ns=3;i=1310, its only subtype.",
    ),
    (
        "The structures of ISA-95 do not name their encodings.",
        "They do here, in both directions, so that clients can decode them.",
    ),
    (
        "DecimalString and Decimal of ISA-95 stand beside those of OPC UA itself.",
        "Both are served; values of ours use those of OPC UA.",
    ),
)


def test_the_page_is_what_is_served() -> None:
    assert agrees(PAGE, page()), "run it again with UPDATE_GOLDEN=1, and read what changed"


def page() -> str:
    return f"{_served()}\n{_differences()}\n{_own_files()}"


def _served() -> str:
    counted = Counter(node.node_id.NamespaceIndex for node in type_nodes())
    rows = [(str(index), name, version, str(counted[index])) for index, name, version in STANDARDS]
    rows.append((str(TYPES), "types of Interlock", "see [the reference](opcua.md)", ""))
    return (
        "# The types that the OPC UA server serves\n\n"
        "Three companion standards are served whole: every type, structure, state machine,\n"
        "method with its arguments, encoding and dictionary, with the NodeIds of the standards.\n"
        "Descriptions are in our own words.\n\n"
        f"{table(('namespace', 'what', 'version', 'nodes'), rows)}\n"
        "They stand in `server/faces/opcua/types/tables/`, one line a node. A test reads all that\n"
        "a running plant serves over a secured connection and compares it with the official\n"
        "files, every attribute and every reference in both directions; another one asks whether\n"
        "anything in it contradicts OPC 10000-3. The standard's own types, which asyncua brings,\n"
        "are put right at the start: it says of all reference types that they are abstract and\n"
        "symmetric, of all variable types that they are abstract, gives String where the standard\n"
        "gives no data type, shows five hundred references at one end only, and no data type has\n"
        "its definition.\n"
    )


def _differences() -> str:
    rows = [(one.file, str(one.how_many), one.defect, one.answer) for one in REVIEWED]
    return (
        "## Where it differs from the official files\n\n"
        "On purpose, and nowhere else:\n\n"
        f"{table(('file', 'facts', 'what is published', 'what is served'), rows)}\n"
        "Served as published, though the text of the standard says otherwise:\n\n"
        f"{table(('what is published', 'what we do about it'), LEFT_AS_PUBLISHED)}"
    )


def _own_files() -> str:
    listed = ",\n".join(f'  "companion/{name}"' for name in COMPANIONS)
    return (
        "## Nodesets of your own\n\n"
        "Other companion models are added as NodeSet2 files: put them into the folder of the\n"
        "plant and list them in `interlock.toml`, each after those it needs. These are tested:\n\n"
        "```toml\n"
        f"opcua_nodesets = [\n{listed},\n]\n"
        "```\n\n"
        f"Their namespaces follow ours, from {FIRST} on, in the order of the list: NodeIds that a\n"
        "SCADA system has stored hold these numbers, so add new files at the end. What they\n"
        "bring is served as it stands in the files. Nothing of it is writable and none of its\n"
        "methods runs. Values of structures that the server doesn't know are null, and the log\n"
        "says which.\n\n"
        f"A file has at most {MAX_BYTES // 2**20} MiB, the list at most {MAX_FILES} files.\n"
        "Document type declarations are refused, and so are nodes in namespaces that a file does\n"
        "not define, in ours or in that of OPC UA above all. Everything that is wrong is said at\n"
        "once, with file and line, and the server does not start:\n\n"
        "```text\n"
        "companion/oven.xml, line 14: it needs http://opcfoundation.org/UA/DI/; list\n"
        "companion/Opc.Ua.Di.NodeSet2.xml before it in opcua_nodesets\n"
        "```\n\n"
        "`interlock doctor` reads the headers of the files beforehand.\n"
    )
