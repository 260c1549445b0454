"""Decisions about lots and containers: receipt, disposition, places."""

from collections.abc import Iterator
from dataclasses import replace

from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.decision import Decision, Verdict, ask
from models.execution.decisions.job_orders import role_is_suitable
from models.execution.decisions.lot_tests import lot_is_known, missing_tests
from models.execution.decisions.signing import sign_record, signer_view
from models.execution.finished import is_live
from models.execution.gates import SIGNER_GATES
from models.execution.lot_disposition import (
    LOT_TRANSITIONS,
    QUARANTINE,
    possible_from,
)
from models.execution.outcome import Refusal
from models.execution.principal import Identity, Principal, Role
from models.execution.records import MaterialLotRecord
from models.execution.refusal_codes import refuse
from models.execution.snapshot import Snapshot
from models.isa95.material import Disposition, MaterialSublot


def receive(command: c.ReceiveMaterialLot, principal: Principal, snapshot: Snapshot) -> Decision:
    """Take a lot into quarantine, whatever disposition its sender gives it."""
    sent = command.lot
    refusals = Verdict.of(_receivable(command, snapshot), _containers(command, snapshot)).refusals
    if refusals:
        return Decision(refusals=refusals, person_id=principal.person_id)
    received = min(sent.received_time or snapshot.time, snapshot.time)
    lot = replace(
        sent, disposition=Disposition.RESTRICTED, status=QUARANTINE, received_time=received
    )
    events: list[e.Event] = [
        e.MaterialLotDefined(material_lot=lot),
        e.MaterialLotListed(
            material_definition_id=lot.material_definition_id, material_lot_id=lot.material_lot_id
        ),
    ]
    for sublot in command.sublots:
        events += contained(sublot)
    return Decision(events=tuple(events), person_id=principal.person_id, result=lot.material_lot_id)


def contained(sublot: MaterialSublot) -> tuple[e.Event, e.Event]:
    """Return that a container came to be, as one of its lot."""
    return (
        e.MaterialSublotDefined(material_sublot=sublot),
        e.MaterialSublotListed(
            material_lot_id=sublot.material_lot_id, material_sublot_id=sublot.material_sublot_id
        ),
    )


def _receivable(command: c.ReceiveMaterialLot, snapshot: Snapshot) -> Iterator[Refusal]:
    lot = command.lot
    if snapshot.material_definition(lot.material_definition_id) is None:
        name = lot.material_definition_id
        yield refuse("material-unknown", name, f"there is no material {name}")
    if snapshot.material_lot(lot.material_lot_id) is not None:
        name = lot.material_lot_id
        yield refuse("material-lot-not-new", name, f"lot {name} is already on record")


def _containers(command: c.ReceiveMaterialLot, snapshot: Snapshot) -> Iterator[Refusal]:
    lot = command.lot
    record = snapshot.material_definition(lot.material_definition_id)
    seen = set[str]()
    for sublot in command.sublots:
        name, amount = sublot.material_sublot_id, sublot.quantity
        if sublot.material_lot_id != lot.material_lot_id:
            text = f"container {name} is of lot {sublot.material_lot_id}"
            yield refuse("container-not-of-lot", name, f"{text}, not {lot.material_lot_id}")
        if name in seen or snapshot.material_sublot(name) is not None:
            yield refuse("container-not-new", name, f"there is already a container {name}")
        seen.add(name)
        unit = record.material_definition.unit if record else amount.unit
        if amount.value <= 0 or not amount.converts_to(unit):
            text = f"container {name} can't hold {amount}; the stock is kept in {unit}"
            yield refuse("container-quantity-not-possible", name, text)


def change_disposition(command: c.ChangeLotDisposition, snapshot: Snapshot) -> Decision:
    """Release, hold or reject a lot, signed by the quality unit."""
    who, record = command.identity, snapshot.material_lot(command.material_lot_id)
    refusals = Verdict.of(
        lot_is_known(command.material_lot_id, record),
        ask(SIGNER_GATES, signer_view(who, snapshot)),
        role_is_suitable(who, {Role.QUALITY}, "decide about a lot"),
        _possible(record, command.disposition) if record else (),
        _not_in_production(record, command.disposition, snapshot) if record else (),
        _tests_have_passed(record, command.disposition, snapshot) if record else (),
    ).refusals
    if refusals:
        return Decision(refusals=refusals, person_id=who.person_id)
    meaning = f"lot {command.disposition.value}"
    changed = e.MaterialLotDispositionChanged(
        material_lot_id=command.material_lot_id,
        disposition=command.disposition,
        status=command.status,
        reason=command.reason,
        signature=sign_record(
            who,
            snapshot.person(who.person_id),
            streams.material_lot(command.material_lot_id),
            snapshot,
            meaning,
            command.reason,
        ),
    )
    return Decision(events=(changed,), person_id=who.person_id, result=command.status)


def _possible(record: MaterialLotRecord, wanted: Disposition) -> Iterator[Refusal]:
    now, lot_id = record.material_lot.disposition, record.material_lot.material_lot_id
    if (now, wanted) not in LOT_TRANSITIONS:
        text = f"lot {lot_id} is {now.value} and does not become {wanted.value} from there"
        offers = possible_from(now)
        yield refuse("lot-disposition-not-possible", lot_id, text, offers)


def _not_in_production(
    record: MaterialLotRecord, wanted: Disposition, snapshot: Snapshot
) -> Iterator[Refusal]:
    """Refuse to decide about a lot past its job order, which alone releases it."""
    order = snapshot.job_order(record.job_order_id)
    if order is None or order.release is not None:
        return
    if is_live(order) or wanted is Disposition.UNRESTRICTED:
        lot_id = record.material_lot.material_lot_id
        text = f"lot {lot_id} is made by job order {order.job_order_id}, which is"
        yield refuse("lot-of-job-order", lot_id, f"{text} {order.state.value} and not released")


def _tests_have_passed(
    record: MaterialLotRecord, wanted: Disposition, snapshot: Snapshot
) -> Iterator[Refusal]:
    lot = record.material_lot
    definition = snapshot.material_definition(lot.material_definition_id)
    if wanted is not Disposition.UNRESTRICTED:
        return
    if definition is None:
        name = lot.material_definition_id
        yield refuse("material-unknown", name, f"there is no material {name} with its tests")
        return
    names = (test.test_id for test in definition.material_definition.tests)
    yield from missing_tests(record, tuple(names))


def reverse_rejection(command: c.ReverseLotRejection, snapshot: Snapshot) -> Decision:
    """Bring a closed lot back into quarantine, signed by two people of the quality unit."""
    lot_id, who, second = command.material_lot_id, command.identity, command.second
    record = snapshot.material_lot(lot_id)
    refusals = Verdict.of(
        lot_is_known(lot_id, record),
        *(ask(SIGNER_GATES, signer_view(one, snapshot)) for one in (who, second)),
        *(role_is_suitable(x, {Role.QUALITY}, "reverse a rejection") for x in (who, second)),
        _two_people(who, second),
        _closed(record) if record else (),
    ).refusals
    if refusals:
        return Decision(refusals=refusals, person_id=who.person_id)
    signed, countersigned = (
        sign_record(
            one,
            snapshot.person(one.person_id),
            streams.material_lot(lot_id),
            snapshot,
            "rejection reversed",
            command.reason,
        )
        for one in (who, second)
    )
    changed = e.MaterialLotDispositionChanged(
        material_lot_id=lot_id,
        disposition=Disposition.RESTRICTED,
        status=QUARANTINE,
        reason=command.reason,
        signature=signed,
        second=countersigned,
    )
    return Decision(events=(changed,), person_id=who.person_id, result=QUARANTINE)


def _two_people(first: Identity, second: Identity) -> Iterator[Refusal]:
    if first.person_id is not None and first.person_id == second.person_id:
        accounts = f"accounts {first.account} and {second.account}"
        text = f"{accounts} are both {first.person_id}"
        yield refuse("second-person-same", str(first.person_id), text)


def _closed(record: MaterialLotRecord) -> Iterator[Refusal]:
    lot = record.material_lot
    if lot.disposition is not Disposition.CLOSED:
        text = f"lot {lot.material_lot_id} is {lot.disposition.value}, so nothing is to be reversed"
        offers = possible_from(lot.disposition)
        yield refuse("lot-disposition-not-possible", lot.material_lot_id, text, offers)


def move_sublot(command: c.MoveSublot, principal: Principal, snapshot: Snapshot) -> Decision:
    """Put on record where a container stands now."""
    name, place = command.material_sublot_id, command.storage_location
    if snapshot.material_sublot(name) is None:
        no = refuse("container-unknown", name, f"there is no container {name}")
        return Decision(refusals=(no,), person_id=principal.person_id)
    moved = e.MaterialSublotMoved(material_sublot_id=name, storage_location=place)
    return Decision(events=(moved,), person_id=principal.person_id, result=place)
