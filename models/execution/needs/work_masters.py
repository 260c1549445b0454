"""What decisions about WorkMasters and documents look at."""

from collections.abc import Iterator

from models.execution import commands as c
from models.execution import streams
from models.execution.snapshot import Snapshot
from models.execution.work_master_views import documents_of, ordered_version, version_view
from models.isa95.work_definition import WorkMaster


def work_master_needs(command: c.Command, known: Snapshot) -> Iterator[str]:
    """Name what the command names, and what follows from it."""
    match command:
        case c.DraftWorkMaster():
            yield streams.work_master(command.work_master.work_master_id)
        case c.ReviewWorkMaster() | c.ApproveWorkMaster() | c.RetireWorkMaster():
            yield streams.work_master(command.work_master_id)
            found = version_view(command.work_master_id, command.version, known)
            yield from _documents(found.master)
        case c.ReleaseDocument():
            yield streams.document(command.revision.document_id)
        case c.StoreJobOrder() | c.UpdateJobOrder():
            ordered = ordered_version(command.work_master_id, command.work_master_version, known)
            yield from _documents(ordered.master)
        case c.StartStep() | c.ConfirmInstruction():
            yield from _step(command.station, command.step_id, known)
        case _:
            return


def _documents(master: WorkMaster | None) -> Iterator[str]:
    for document_id, _ in documents_of(master) if master else ():
        yield streams.document(document_id)


def _step(station: str, step_id: str, known: Snapshot) -> Iterator[str]:
    """Name the instruction of the step, and the label of what is made."""
    session = known.station(station)
    order_id = session.job_order_id if session else None
    directive = known.work_directive(order_id) if order_id else None
    if directive is None:
        return
    master = directive.work_directive
    step = master.step(step_id)
    if step and step.instruction.document_id:
        yield streams.document(step.instruction.document_id)
    if master.label:
        yield streams.document(master.label_document[0])
