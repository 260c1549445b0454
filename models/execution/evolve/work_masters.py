"""What an event makes of WorkMasters and controlled documents."""

from dataclasses import replace
from datetime import datetime

from models.execution import events as e
from models.execution import records as r
from models.isa95.work_definition import WorkMasterState


def work_masters(record: r.Record | None, event: e.Event, _: datetime) -> r.Record | None:
    """Take in where the versions of a WorkMaster stand, and which documents are in force."""
    match event, record:
        case e.WorkMasterDrafted(), None | r.WorkMasterRecord():
            return _drafted(record, event)
        case e.WorkMasterReviewed(), r.WorkMasterRecord():
            was = record.lifecycle(event.version)
            reviewed = replace(was, state=WorkMasterState.REVIEWED, review=event.signature)
            return _moved(record, reviewed)
        case e.WorkMasterApproved(), r.WorkMasterRecord():
            return _moved(record, _approved(record.lifecycle(event.version), event))
        case e.WorkMasterRetired(), r.WorkMasterRecord():
            was = record.lifecycle(event.version)
            gone = replace(was, state=WorkMasterState.RETIRED, retired_reason=event.reason)
            return _moved(record, gone)
        case e.DocumentDefined() | e.DocumentReleased(), None | r.DocumentRecord():
            before = record.revisions if record else ()
            return r.DocumentRecord(
                document_id=event.revision.document_id, revisions=(*before, event.revision)
            )
        case _:
            return None


def _drafted(record: r.WorkMasterRecord | None, event: e.WorkMasterDrafted) -> r.WorkMasterRecord:
    draft = event.work_master.content
    began = r.WorkMasterLifecycle(
        version=draft.version, state=WorkMasterState.DRAFT, author=event.person_id
    )
    known = record or r.WorkMasterRecord(versions=())
    return replace(known, versions=(*known.versions, draft), lifecycles=(*known.lifecycles, began))


def _approved(was: r.WorkMasterLifecycle, event: e.WorkMasterApproved) -> r.WorkMasterLifecycle:
    return replace(
        was,
        state=WorkMasterState.APPROVED,
        approval=event.signature,
        effective_from=event.effective_from,
        effective_until=event.effective_until,
    )


def _moved(record: r.WorkMasterRecord, now: r.WorkMasterLifecycle) -> r.WorkMasterRecord:
    """Return the record with a version in another state; its flag says whether it is approved."""
    approved = now.state is WorkMasterState.APPROVED
    lives = {item.version: item for item in record.lifecycles} | {now.version: now}
    return replace(
        record,
        versions=tuple(
            replace(item, approved=approved) if item.version == now.version else item
            for item in record.versions
        ),
        lifecycles=tuple(lives.values()),
    )
