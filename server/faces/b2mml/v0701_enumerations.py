"""The enumerations of B2MML V0701 that our tables use; case and inner blanks matter.

``Other`` carries the vendor's own word in the attribute ``OtherValue``.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_WORDS_WITH_BLANKS: Final[Mapping[str, tuple[str, ...]]] = {
    "MaterialUse": (
        "Consumable", "Consumed", "Produced", "By-product Produced", "Co-product Produced",
        "Yield Produced", "Material Consumed", "Material Produced", "Destructive Sample",
        "Returned Sample", "Retained Sample", "Inventoried", "Other",
    ),
    "ResourceLocationType": (
        "Operational Location ID", "Operational Location", "Equipment", "Person",
        "Physical Asset", "Description", "Other",
    ),
    "TransactionVerb": (
        "NOTIFY", "GET", "PROCESS", "CHANGE", "CANCEL", "CONFIRM",
        "SYNC ADD", "SYNC CHANGE", "SYNC DELETE", "Other",
    ),
    # The part of the long list that we speak of.
    "TransactionNoun": ("OPERATIONS SCHEDULE", "OPERATIONS PERFORMANCE", "Other"),
}  # fmt: skip

_WORDS: Final[Mapping[str, str]] = {
    "AcknowledgeCode": "Always OnError",
    "ConfirmationCode": "Always Never OnError",
    "DataType": (
        "Amount BinaryObject Code DateTime Identifier Indicator Measure Numeric Quantity Text "
        "string byte unsignedByte binary integer positiveInteger negativeInteger "
        "nonNegativeInteger nonPositiveInteger int unsignedInt long unsignedLong short "
        "unsignedShort decimal float double boolean time timeInstant timePeriod duration date "
        "dateTime month year century recurringDay recurringDate recurringDuration Name QName "
        "NCName uriReference language ID IDREF IDREFS ENTITY ENTITIES NOTATION NMTOKEN NMTOKENS "
        "Enumeration SVG Other"
    ),
    "EquipmentLevel": (
        "Enterprise Site Area ProcessCell Unit ProductionLine WorkCell ProductionUnit "
        "StorageZone StorageUnit WorkCenter WorkUnit EquipmentModule ControlModule Other"
    ),
    "ErrorType": "BusinessError SystemError Other",
    "OperationsType": "Production Maintenance Quality Inventory Mixed Other",
    "RequestState": (
        "Forecast Released Waiting Cancelled Ready Running Completed Aborted Held Suspended "
        "Closed Other"
    ),
    "ResponseState": ("Waiting Ready Running Completed Aborted Held Paused Suspended Closed Other"),
}

ENUMERATIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {name: tuple(words.split()) for name, words in _WORDS.items()} | dict(_WORDS_WITH_BLANKS)
)
