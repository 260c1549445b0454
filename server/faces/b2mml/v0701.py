"""B2MML V0701: the envelope, the documents, and the version made of all tables.

V0700 has the same namespace; its documents are read by the same tables.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from server.faces.b2mml import message, v0701_performance, v0701_schedule
from server.faces.b2mml.tables import Attribute, Child, ComplexType, Version
from server.faces.b2mml.v0701_enumerations import ENUMERATIONS

_RELEASE: Final = (
    Attribute("releaseID", "release_id", required=True),
    Attribute("versionID", ""),
)


def _transaction(data_area: str, *, released: bool = True) -> ComplexType:
    return ComplexType(
        builds=message.Transaction,
        children=(
            Child("ApplicationArea", "ApplicationArea", "1", "application_area"),
            Child("DataArea", data_area, "1", "data_area"),
        ),
        attributes=_RELEASE if released else (),
    )


def _data_area(verb: str, verb_type: str, noun: str) -> ComplexType:
    return ComplexType(
        builds=message.DataArea,
        children=(Child(verb, verb_type, "1", "verb"), Child(noun, noun, "+", "nouns")),
    )


_ENVELOPE: Final[Mapping[str, ComplexType]] = {
    "Sender": ComplexType(
        builds=message.Sender,
        children=(
            Child("LogicalID", "id", "?", "logical_id"),
            Child("ComponentID", "id", "?", "component_id"),
            Child("TaskID", "id", "?", "task_id"),
            Child("ReferenceID", "id", "?", "reference_id"),
            Child("ConfirmationCode", "ConfirmationCode", "?", "confirmation_code"),
            Child("AuthorizationID", "id", "?", "authorization_id"),
        ),
    ),
    "Receiver": ComplexType(
        builds=message.Receiver,
        children=(
            Child("LogicalID", "id", "?", "logical_id"),
            Child("ComponentID", "id", "?", "component_id"),
            Child("ID", "id", "*", "ids"),
        ),
    ),
    "ApplicationArea": ComplexType(
        builds=message.ApplicationArea,
        children=(
            Child("Sender", "Sender", "?", "sender"),
            Child("Receiver", "Receiver", "*", "receivers"),
            Child("CreationDateTime", "time", "1", "creation_time"),
            Child("Signature", "any", "?"),
            Child("BODID", "id", "?", "bod_id"),
            Child("UserArea", "any", "?"),
        ),
    ),
}

_VERBS: Final[Mapping[str, ComplexType]] = {
    "Process": ComplexType(
        builds=message.ProcessVerb,
        children=(Child("ActionCriteria", "any", "*"),),
        attributes=(
            Attribute("acknowledgeCode", "acknowledge_code", enumeration="AcknowledgeCode"),
        ),
    ),
    "ResponseExpression": ComplexType(
        builds=message.ResponseExpression,
        attributes=(
            Attribute("actionCode", "action_code", required=True),
            Attribute("expressionLanguage", ""),
        ),
        text="expression",
    ),
    "ChangeStatus": ComplexType(
        builds=message.ChangeStatus,
        children=(
            Child("Code", "id", "?", "code"),
            Child("Description", "text", "*", "descriptions"),
            Child("EffectiveDateTime", "time", "?", "effective_time"),
            Child("ReasonCode", "id", "?", "reason_code"),
            Child("Reason", "id", "*", "reasons"),
            Child("StateChange", "any", "*"),
            Child("UserArea", "any", "?"),
        ),
    ),
    "ResponseCriteria": ComplexType(
        builds=message.ResponseCriteria,
        children=(
            Child("ResponseExpression", "ResponseExpression", "?", "expression"),
            Child("ChangeStatus", "ChangeStatus", "?", "change_status"),
        ),
    ),
    "ResponseVerb": ComplexType(
        builds=message.ResponseVerb,
        children=(
            Child("OriginalApplicationArea", "ApplicationArea", "?", "original_application_area"),
            Child("ResponseCriteria", "ResponseCriteria", "*", "criteria"),
        ),
    ),
}

_NOUNS: Final[Mapping[str, ComplexType]] = {
    "ErrorMessage": ComplexType(
        builds=message.ErrorMessage,
        children=(
            Child("ErrorDescription", "text", "*", "descriptions"),
            Child("ThrownFrom", "text", "1", "thrown_from"),
            Child("TimeStamp", "time", "1", "time"),
            Child("ErrorType", "ErrorType", "1", "error_type"),
            Child("ErrorCode", "text", "?", "error_code"),
            Child("CausedBy", "any", "?"),
        ),
    ),
    "ErrorArea": ComplexType(
        builds=message.UserArea,
        children=(Child("ErrorMessage", "ErrorMessage", "*", "error_messages"),),
    ),
    "BOD": ComplexType(
        builds=message.Bod,
        children=(
            Child("OriginalApplicationArea", "ApplicationArea", "?", "original_application_area"),
            Child("Description", "text", "*", "descriptions"),
            Child("Note", "text", "*", "notes"),
            Child("UserArea", "ErrorArea", "?", "user_area"),
        ),
    ),
    "SupportedAction": ComplexType(
        builds=message.SupportedAction,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Description", "text", "*", "descriptions"),
            Child("TransactionVerb", "TransactionVerb", "1", "verb"),
            Child("TransactionNoun", "TransactionNoun", "1", "noun"),
            Child("InformationUser", "any", "?"),
            Child("InformationProvider", "any", "?"),
            Child("InformationSender", "boolean", "?", "sender"),
            Child("InformationReceiver", "boolean", "?", "receiver"),
            Child("ObjectWildcardSupported", "any", "?"),
            Child("PropertyWildcardSupported", "any", "?"),
        ),
        attributes=_RELEASE,
    ),
    "TransactionProfile": ComplexType(
        builds=message.TransactionProfile,
        children=(
            Child("ID", "id", "1", "id"),
            Child("Description", "text", "*", "descriptions"),
            Child("HierarchyScope", "any", "?"),
            Child("PublishedDate", "any", "?"),
            Child("SupportedAction", "SupportedAction", "*", "actions"),
        ),
        attributes=_RELEASE,
    ),
}

_DATA_AREAS: Final[Mapping[str, ComplexType]] = {
    "ProcessScheduleArea": _data_area("Process", "Process", "OperationsSchedule"),
    "AcknowledgeScheduleArea": _data_area("Acknowledge", "ResponseVerb", "OperationsSchedule"),
    "ProcessPerformanceArea": _data_area("Process", "Process", "OperationsPerformance"),
    "ConfirmArea": _data_area("Confirm", "ResponseVerb", "BOD"),
    "ShowProfileArea": _data_area("Show", "ResponseVerb", "TransactionProfile"),
}

_DOCUMENTS: Final[Mapping[str, ComplexType]] = {
    "ProcessOperationsSchedule": _transaction("ProcessScheduleArea"),
    "AcknowledgeOperationsSchedule": _transaction("AcknowledgeScheduleArea"),
    "ProcessOperationsPerformance": _transaction("ProcessPerformanceArea"),
    "ShowTransactionProfile": _transaction("ShowProfileArea"),
    "ConfirmBOD": _transaction("ConfirmArea", released=False),
}

V0701: Final = Version(
    name="V0701",
    release_id="0701",
    namespace="http://www.mesa.org/xml/B2MML",
    documents=MappingProxyType(
        {name: name for name in _DOCUMENTS}
        | {name: name for name in ("OperationsSchedule", "OperationsPerformance")}
    ),
    inbound=frozenset({"ProcessOperationsSchedule", "OperationsSchedule"}),
    types=MappingProxyType(
        {
            **_ENVELOPE,
            **_VERBS,
            **_NOUNS,
            **_DATA_AREAS,
            **_DOCUMENTS,
            **v0701_schedule.TYPES,
            **v0701_performance.TYPES,
        }
    ),
    enumerations=ENUMERATIONS,
)
