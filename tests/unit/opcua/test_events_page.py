"""docs/opcua-events.md is what the tables say; UPDATE_GOLDEN=1 writes it anew."""

from asyncua import ua

from models.execution import alarm_kinds as k
from server.command_path.authorize import COMMAND_ROLES
from server.faces.opcua.events.alarms import condition_methods, conditions
from server.faces.opcua.events.alarms.condition_state import TYPES
from server.faces.opcua.events.audit import audit_trail
from server.faces.opcua.events.event_history import MAX_EVENTS, MAX_ROWS
from server.faces.opcua.events.event_table import EVENT_ROWS
from server.faces.opcua.types.alarm_table import ALARM_TYPES, CONDITION_FIELDS, OWN_NAMES
from server.faces.opcua.types.execution_table import EVENT_FIELDS, EVENT_TYPES
from server.workers import watch_alarms as w
from tests.golden.documents import agrees, table
from tests.tree import ROOT

PAGE = ROOT / "docs/opcua-events.md"
_NAMES = {int(row.number): row.name for row in (*EVENT_TYPES, *ALARM_TYPES)}


def test_the_page_is_what_is_told() -> None:
    assert agrees(PAGE, page()), "run it again with UPDATE_GOLDEN=1, and read what changed"


def page() -> str:
    parts = (_introduction(), _types(), _log(), _history(), _alarms(), _answers(), _audit())
    return "\n".join(parts)


def _introduction() -> str:
    return (
        "# Events, alarms and audit over OPC UA\n\n"
        "What a SCADA system is told without asking, what it can answer, and what it can read\n"
        "later. This page is made from the tables of the server; why alarms are records stands in\n"
        "[decision 0022](decisions/0022-alarms-are-records.md).\n\n"
        "Subscribe to the events of the Server object to hear everything, to `ns=4;s=Interlock`\n"
        "for what happens at stations and to job orders, or to one station, job order, lot, piece\n"
        "of equipment or instrument. An event is told at the node it comes from "
        "(`SourceNode`), at\n"
        "whatever else it concerns, at the folders above, and at the Server object, once each.\n"
    )


def _types() -> str:
    kinds = ((f"`{r.name}`", f"`ns=3;i={r.number}`", r.description) for r in EVENT_TYPES)
    fields = (
        (f"`{r.name}`", r.variant_type.name + "[]" * r.is_array, r.description)
        for r in EVENT_FIELDS
    )
    return (
        "## Types of events\n\n"
        f"{table(('type', 'NodeId', 'when'), kinds)}\n"
        "A filter `OfType(StateChangeEventType)` gets all of its subtypes. Beside the fields of\n"
        "BaseEventType each has, in namespace 3:\n\n"
        f"{table(('field', 'type', 'meaning'), fields)}\n"
        "`EventId` is made from the row of the log, and `LogPosition` is its place "
        "there: both are\n"
        "the same whenever and however the event is read.\n"
    )


def _log() -> str:
    rows = (
        (
            f"`{kind.__name__}`",
            f"`{_NAMES[int(row.event_type.Identifier)]}`",
            str(row.severity),
            " ".join(filter(None, (row.job_order_state, row.step_state))),
        )
        for kind, row in EVENT_ROWS.items()
    )
    return (
        "## Which event is which\n\n"
        "Each row of the execution log is one event; the first of `Codes` is its name, that of a\n"
        "refusal its codes.\n\n"
        f"{table(('in the log', 'type', 'severity', 'state it leads to'), rows)}\n"
        "The severity of an exception is that of its gravity, that of an alarm its own.\n"
    )


def _history() -> str:
    return (
        "## Event history\n\n"
        "HistoryRead with ReadEventDetails answers for every node that has events, from the\n"
        "execution log: forwards and backwards, by a window or by a number from one end, with the\n"
        "select and where clauses of subscriptions and the same permissions. One answer has at\n"
        f"most {MAX_EVENTS} events and looks at {MAX_ROWS} rows; the continuation point leads on,\n"
        "and may come with an answer that has fewer events than were asked for, or none.\n\n"
        "After a reconnect, read the Server object from the `Time` of the last event on, "
        "and leave\n"
        "out what is there already by `EventId`. Conditions are not in the history as such: what\n"
        "was said about them is, as `AlarmRecordEventType`. Audit events are not kept.\n"
    )


def _alarms() -> str:
    kinds = (
        (
            f"`{kind.name}`",
            f"`{_NAMES[int(TYPES[kind.name].Identifier)]}`",
            kind.meaning,
            kind.ends,
            _yes(kind.shelvable),
            _yes(kind.can_be_disabled),
        )
        for kind in k.ALARM_KINDS.values()
    )
    head = ("kind", "type", "when", "what ends it", "can be shelved", "can be disabled")
    types = ((f"`{r.name}`", f"`ns=3;i={r.number}`", r.description) for r in ALARM_TYPES)
    fields = ", ".join(f"`{row.path}`" for row in CONDITION_FIELDS if row.path not in OWN_NAMES)
    own = ", ".join(f"`{name}`" for name in sorted(OWN_NAMES))
    return (
        "## Alarms and conditions\n\n"
        "A condition stands below `ns=4;s=Alarms`, and its source has a HasCondition reference to\n"
        "it; its NodeId is `ns=4;s=Alarms/ID`, with the id that REST and the log use, and stays\n"
        f"the same. The first {conditions.MAX_SHOWN} stand in the address space; more are told of\n"
        "and can be answered with their ConditionId.\n\n"
        f"{table(head, kinds)}\n"
        f"{table(('type', 'NodeId', 'meaning'), types)}\n"
        f"Fields beside those of BaseEventType: {fields}; in namespace 3: {own}.\n\n"
        "Acknowledging or confirming settles nothing: an exception stays open, and stands in the\n"
        "way of the release, until it has its signed disposition. That also says that it was\n"
        "seen, so nothing is left to acknowledge. What the server finds out itself stays until\n"
        "somebody has acknowledged and confirmed it. Something that becomes graver is a new\n"
        "occurrence; BranchId is always null.\n\n"
        f"A calibration is due soon {w.CALIBRATION_WARNING.days} days before its end; a reading\n"
        f"has to lie beyond the `range` of its line file (High, Low) or its `instrument_range`\n"
        f"(HighHigh, LowLow) for {w.LIMIT_DELAY.seconds} s; a device is lost after "
        f"{w.SILENCE.seconds} s without\na good reading, or three polls if that is longer.\n"
    )


def _answers() -> str:
    methods = (
        (f"`{path}`", f"`{kind.__name__}`", ", ".join(sorted(x.value for x in COMMAND_ROLES[kind])))
        for path, kind in condition_methods.COMMANDS.items()
    )
    codes = (
        (f"`{code}`", f"`{ua.StatusCode(ua.UInt32(number)).name}`")
        for code, number in condition_methods._CODES.items()
    )
    return (
        "### Answering an alarm\n\n"
        "Each method is a command of the one command path: the roles of the account "
        "count, and who\n"
        "did it is on record. Call it on the instance, or with the MethodId of the type and the\n"
        "ConditionId as object.\n\n"
        f"{table(('method', 'command', 'roles'), methods)}\n"
        f"Shelving lasts at most {k.MAX_SHELVING_S // 3600} hours, and no longer than until "
        "the alarm becomes\ngraver than it was. The same commands are "
        "methods of\n"
        "`ns=4;s=Alarms`, which take the id of the alarm, and routes of REST.\n\n"
        f"{table(('refusal', 'status of the call'), codes)}\n"
        "An EventId that is not of this condition is BadEventIdUnknown.\n\n"
        "ConditionRefresh and ConditionRefresh2 tell one subscription, or one item of "
        "it, again of\n"
        "all that stands, between RefreshStartEvent and RefreshEndEvent. That happens at once, so\n"
        "BadRefreshInProgress is never answered.\n"
    )


def _audit() -> str:
    rows = (
        ("`AuditUpdateMethodEventType`", "each call of a method, whatever came of it, once"),
        ("`AuditCondition…EventType`", "the same for the methods of conditions"),
        ("`AuditWriteUpdateEventType`", "each attempt to write, which is always denied"),
        ("`AuditOpenSecureChannelEventType`", "a channel is opened, renewed or refused"),
        ("`AuditCreateSessionEventType`", "a session is made or refused"),
        ("`AuditActivateSessionEventType`", "somebody logs in, or fails to"),
        ("`AuditSessionEventType`", "a session ends: Session/CloseSession or Session/Timeout"),
        ("`AuditCertificate…EventType`", "the certificate of a client is refused"),
    )
    return (
        "## Audit events\n\n"
        "Server/Auditing is true. Audit events are told at the Server object to sessions with the\n"
        "role quality or administrator, and to nobody else.\n\n"
        f"{table(('type', 'when'), rows)}\n"
        "`ClientUserId` is the account, `ClientAuditEntryId` that of the request, "
        "`Status` whether\n"
        "it was done. Passwords and other secrets are shown as `***`, also inside of "
        "JSON; where a\n"
        "call did not go as it is declared (a wrong number of arguments, a login that "
        "failed) every\n"
        "text is, because nobody can tell which of them is the password.\n\n"
        f"At most {audit_trail.PER_SECOND} events of channels and sessions are told in a "
        "second, and\n"
        f"{audit_trail.PER_SECOND_OF_ACCOUNTS} of calls and writes; one event then says how many\n"
        "were left out. They are not kept: logins, commands, denials and denied writes are on\n"
        "record in the execution log, whichever door they came through; what is not on record is\n"
        "who opened a channel or a session without doing anything.\n"
    )


def _yes(value: bool) -> str:  # noqa: FBT001 -- the value of a cell
    return "yes" if value else "no"
