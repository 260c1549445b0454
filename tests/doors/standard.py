"""The door of OPC 10031-4: the methods of the job order receivers, which know no signatures."""

from dataclasses import dataclass
from typing import Any, Final

from asyncua import ua

from server.faces.opcua.job_control.receiver_table import RECEIVER_METHODS
from server.faces.opcua.types.job_control_structures import (
    ISA95JobOrderDataType,
    ISA95MaterialDataType,
    ISA95ParameterDataType,
    ISA95WorkMasterDataType,
)
from tests.doors.attempts import ORDER
from tests.doors.decisions import DRAFT, MASTER
from tests.doors.doors import Doors

METHODS: Final = tuple(method.name for method in RECEIVER_METHODS)
VOICES: Final = ("admin-01", "scada-01", "erp-01", "planner-01", "sup-01", "qa-01", "hmi-disp")
MAY_STOP: Final = frozenset(
    {
        *(("Stop", account) for account in ("planner-01", "sup-01", "qa-01")),
        *(("Pause", account) for account in ("planner-01", "sup-01", "qa-01", "hmi-disp")),
    }
)
"""What makes it safer is always possible; so it is tried elsewhere, and comes to no release."""

_RECEIVER: Final = "ISA95/JobOrderReceiver"
_WHOLE: Final = ("Store", "StoreAndStart", "Update")


@dataclass(frozen=True)
class Standard:
    """What a call of the standard came to: its status, and its ReturnStatus."""

    status: str
    bits: int

    @property
    def through(self) -> bool:
        return self.status == "Good" or bool(self.bits & 1)

    @property
    def said(self) -> str:
        named = [str(bit) for bit in range(64) if self.bits >> bit & 1]
        return f"`{self.status}`" + (f", bits {' '.join(named)}" if named else "")


async def called(doors: Doors, method: str, account: str) -> Standard:
    """Call a method about the running order: Store and Update with a version nobody approved."""
    client = (await doors.hmi(account))._client
    assert client is not None
    subject: Any = ua.Variant(ORDER, ua.VariantType.String)
    if method in _WHOLE:
        subject = ua.Variant(_draft(method), ua.VariantType.ExtensionObject)
    texts = [ua.LocalizedText("there is no way around")]
    request = ua.CallMethodRequest(
        ObjectId=ua.NodeId(_RECEIVER, 4),
        MethodId=ua.NodeId(f"{_RECEIVER}/{method}", 4),
        InputArguments=[subject, ua.Variant(texts, ua.VariantType.LocalizedText, is_array=True)],
    )
    (result,) = await client.uaclient.call([request])
    outputs = result.OutputArguments or ()
    return Standard(str(result.StatusCode.name), int(outputs[0].Value) if outputs else 0)


def _draft(method: str) -> ISA95JobOrderDataType:
    version = ua.Variant(DRAFT, ua.VariantType.String)
    parameter = ISA95ParameterDataType(ID="Version", Value=version)
    return ISA95JobOrderDataType(
        JobOrderID=ORDER if method == "Update" else "NO-BYPASS-2",
        WorkMasterID=[ISA95WorkMasterDataType(ID=MASTER, Parameters=[parameter])],
        MaterialRequirements=[ISA95MaterialDataType(MaterialUse="Produced", Quantity="1.000")],
    )
