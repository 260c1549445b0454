"""The batch record of a job order, as built: from the events of the execution log alone.

One document with everything that a reviewer, an inspector or a recall asks for: what was to be done
(the frozen work directive), what was done by whom, when and where, on which instruments and with
which lots, every signature, exception and refused attempt, and the audit trail. The text is
canonical, so its SHA-256 identifies the record: made anew from the same log, on another machine or
years later, it is the same to the byte (21 CFR 111.260, 211.188; EU GMP Annex 11, 8).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models.execution import codec, streams
from models.execution import events as e
from models.execution import records as r
from models.execution.log_row import LogRow
from models.execution.signature import Signature
from models.isa95.work_definition import WorkMaster
from server.command_path.ports import ExecutionLog
from server.queries.batch_record_rows import BatchRows, Happened, collect, state_at
from server.queries.review import Review, review

FORMAT: Final = "interlock-batch-record/1"
"""The form of the document; another number when a reader has to read it otherwise.

What a later release knows more of is written only where there is any: the records of before keep
their text, and with it their hash.
"""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """A batch record: ``text`` is canonical JSON, ``sha256`` the hexadecimal digest of it.

    ``summary`` is what was not routine, for the reviewer; it follows from the same events
    and is no part of the text.
    """

    job_order_id: str
    text: str
    sha256: str
    summary: Review | None = None

    def document(self) -> Document:
        """Return the record as plain values."""
        found: Document = json.loads(self.text)
        return found


async def batch_record(log: ExecutionLog, job_order_id: str) -> BatchRecord | None:
    """Return the batch record of a job order, or None when there is no such job order.

    That of a job order which has ended never changes again, whatever happens in the plant; until
    then it is the record so far.
    """
    rows = await collect(log, job_order_id)
    if rows is None:
        return None
    text = codec.dumps(_document(rows))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return BatchRecord(job_order_id, text, sha256, _review(rows))


def _review(rows: BatchRows) -> Review | None:
    if rows.directive is None:
        return None
    attempts = (one.event for one in rows.refused if isinstance(one.event, e.CommandRefused))
    return review(rows.order, rows.directive, attempts)


def _document(rows: BatchRows) -> Document:
    order, directive = rows.order, rows.directive
    return {
        "format": FORMAT,
        "header": _header(rows),
        "versions": _versions(rows),
        "steps": [_step(rows, step) for step in order.steps],
        "earlier_passes": [_step(rows, step) for step in order.earlier_passes],
        "materials": [_material(rows, step, item) for step, item in _consumed(order)],
        "produced_units": order.units,
        "substitutions": order.substitutions,
        "equipment": _equipment(rows),
        "persons": _persons(rows),
        "signatures": list(_signatures(rows)),
        "exceptions": [_exception(rows, item) for item in order.exceptions],
        "refused_attempts": [_refused(one) for one in rows.refused],
        "denied_attempts": [_denied(one) for one in rows.denied],
        "work_directive": directive,
        **({"alarms": [_audited(one.row) for one in rows.alarms]} if rows.alarms else {}),
        "audit_trail": [_audited(one.row) for one in rows.own],
    }


def _header(rows: BatchRows) -> Document:
    order = rows.order
    return {
        "job_order_id": order.job_order_id,
        "state": order.state,
        "material_definition_id": order.material_definition_id,
        "material_lot_id": order.material_lot_id,
        "quantity": order.quantity,
        "stored_time": order.stored_time,
        "start_time": order.start_time,
        "end_time": order.end_time,
        "planned_start": order.planned_start,
        "planned_end": order.planned_end,
        "priority": order.priority,
        "operations_schedule_id": order.operations_schedule_id,
        "erp_reference": order.erp_reference,
        "lot_allocations": order.lot_allocations,
        "part_of": order.part_of,
        "parts": order.parts,
        "release": order.release,
        "abort_reason": order.abort_reason,
        **({"stop_reason": order.stop_reason} if order.stop_reason else {}),
        "is_final": rows.is_final,
        "as_of": rows.as_of,
    }


def _versions(rows: BatchRows) -> Document:
    directive = rows.directive
    text = codec.dumps(directive)
    return {
        "work_master_id": rows.order.work_master_id,
        "work_master_version": rows.order.work_master_version,
        "work_directive_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "label": directive.label if directive else "",
        "documents": sorted(_documents(directive)),
        "rule_versions": sorted({one.row.rule_version for one in rows.own}),
    }


def _documents(directive: WorkMaster | None) -> set[tuple[str, str]]:
    steps = directive.steps if directive else ()
    instructions = (step.instruction for step in steps)
    return {(one.document_id, one.revision) for one in instructions if one.document_id}


def _step(rows: BatchRows, step: r.StepRecord) -> Document:
    specified = rows.directive.step(step.step_id) if rows.directive else None
    return {
        "step_id": step.step_id,
        "description": specified.description if specified else "",
        "iteration": step.iteration,
        "state": step.state,
        "station": step.station,
        "performers": step.performers,
        "start_time": step.start_time,
        "end_time": step.end_time,
        "verification": step.verification,
        "confirmations": step.confirmations,
        "instruction_readers": step.instruction_readers,
        "consumed": step.consumed,
        "evidence": step.evidence,
        "samples": step.samples,
        "attachments": step.attachments,
        "overrides": step.overrides,
        "readings": [_reading(one) for one in rows.readings(step)],
    }


def _reading(one: Happened) -> Document:
    """Return what a device or a person gave, with where it came from."""
    event = one.event
    assert isinstance(event, e.WeightCaptured | e.EvidenceRecorded)
    return {
        "of": event.material_definition_id
        if isinstance(event, e.WeightCaptured)
        else event.evidence_id,
        "source": one.row.source,
        "instrument_id": event.instrument_id,
        "reading": event.reading,
        "person_id": event.person_id,
        "station": one.row.station,
        "source_time": one.row.source_time,
        "server_time": one.row.server_time,
        "decision_id": one.row.command_id,
    }


def _consumed(order: r.JobOrderRecord) -> Iterator[tuple[r.StepRecord, r.ConsumedMaterial]]:
    for step in (*order.earlier_passes, *order.steps):
        for item in step.consumed:
            yield step, item


def _material(rows: BatchRows, step: r.StepRecord, item: r.ConsumedMaterial) -> Document:
    """Return a lot that was used, as it was known when it was used."""
    lot = state_at(rows.others[streams.material_lot(item.material_lot_id)], item.time)
    known = lot.material_lot if isinstance(lot, r.MaterialLotRecord) else None
    return {
        "step_id": step.step_id,
        "iteration": step.iteration,
        "consumed": item,
        "lot": known,
        "test_results": lot.test_results if isinstance(lot, r.MaterialLotRecord) else (),
    }


def _equipment(rows: BatchRows) -> Document:
    return {
        "stations": sorted(rows.stations),
        "sessions": [_audited(one.row) for one in rows.sessions],
        "use": [_audited(one.row) for one in rows.equipment_events],
        "instruments": [_instrument(rows, *use) for use in sorted(rows.instruments)],
    }


def _instrument(rows: BatchRows, name: str, time: datetime) -> Document:
    """Return an instrument with the calibration that it had when it was used."""
    found = state_at(rows.others[streams.physical_asset(name)], time)
    known = found if isinstance(found, r.PhysicalAssetRecord) else None
    return {
        "physical_asset_id": name,
        "used_time": time,
        "serial_number": known.defined.serial_number if known else "",
        "calibration_due_time": known.calibration_due_time if known else None,
        "certificate": known.certificate if known else "",
        "verified": known.verified if known else None,
    }


def _persons(rows: BatchRows) -> list[Document]:
    """Return everybody who appears in the record, as known when the record ends."""
    found = []
    for name in sorted(rows.persons):
        state = state_at(rows.others[streams.person(name)], rows.as_of)
        person = state.person if isinstance(state, r.PersonRecord) else None
        found.append(
            {
                "person_id": name,
                "name": person.name if person else "",
                "personnel_classes": person.personnel_classes if person else (),
            }
        )
    return found


def _signatures(rows: BatchRows) -> Iterator[Document]:
    for one in rows.own:
        for name in ("signature", "second", "opened", "recorded", "closed"):
            signature = getattr(one.event, name, None)
            if isinstance(signature, Signature):
                yield {
                    "signed": one.row.type,
                    "step_id": getattr(one.event, "step_id", None),
                    "decision_id": one.row.command_id,
                    "signature": signature,
                }


def _exception(rows: BatchRows, item: r.ExceptionRecord) -> Document:
    actions = [rows.corrective_action(name) for name in item.corrective_actions]
    return {"exception": item, "corrective_actions": actions}


def _refused(one: Happened) -> Document:
    event = one.event
    assert isinstance(event, e.CommandRefused)
    return {
        **_attempted(one.row, event),
        "step_id": event.step_id,
        "refusals": event.refusals,
        "seen": event.seen,
        "live": event.live,
    }


def _denied(one: Happened) -> Document:
    event = one.event
    assert isinstance(event, e.CommandDenied)
    return {**_attempted(one.row, event), "code": event.code, "reason": event.reason}


def _attempted(row: LogRow, event: e.CommandRefused | e.CommandDenied) -> Document:
    return {
        "time": row.server_time,
        "account": event.account,
        "person_id": row.person,
        "station": row.station,
        "face": row.face,
        "command": event.command,
        "arguments": json.loads(event.arguments),
        "rule_version": row.rule_version,
        "decision_id": row.command_id,
        "hash": row.hash,
    }


def _audited(row: LogRow) -> Document:
    return {
        "stream": row.stream,
        "version": row.version,
        "type": row.type,
        "time": row.server_time,
        "source_time": row.source_time,
        "source": row.source,
        "account": row.account,
        "person_id": row.person,
        "station": row.station,
        "face": row.face,
        "decision_id": row.command_id,
        "rule_version": row.rule_version,
        "payload": json.loads(row.payload),
        "hash": row.hash,
    }
