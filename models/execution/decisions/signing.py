"""Signing: who signs for what, bound to the content of the record as it is signed."""

from dataclasses import replace

from models.execution import commands as c
from models.execution import streams
from models.execution.outcome import Refusal
from models.execution.principal import Identity
from models.execution.records import PersonRecord
from models.execution.refusal_codes import refuse
from models.execution.signature import Signature
from models.execution.signing_check import SCHEME, content_hash
from models.execution.snapshot import Snapshot
from models.execution.views import SignerView, SigningView, session_view


def signing_view(
    job_order_id: str, identity: Identity, snapshot: Snapshot, step_id: str | None = None
) -> SigningView | Refusal:
    """Return what is signed and by whom, or why there is nothing to sign."""
    order, directive = snapshot.job_order(job_order_id), snapshot.work_directive(job_order_id)
    if order is None or directive is None:
        return refuse("job-order-unknown", job_order_id, f"there is no job order {job_order_id}")
    step = order.step(step_id) if step_id is not None else None
    if step_id is not None and step is None:
        text = f"job order {job_order_id} has no step {step_id}"
        return refuse("step-unknown", step_id, text)
    return SigningView(
        identity=identity,
        person=snapshot.person(identity.person_id),
        job_order=order,
        directive=directive,
        snapshot=snapshot,
        step=step,
        specification=directive.work_directive.step(step_id) if step_id is not None else None,
    )


def signer_view(identity: Identity, snapshot: Snapshot) -> SignerView:
    """Return who signs for what is neither a job order nor a step: a lot, a WorkMaster."""
    return SignerView(
        identity=identity, person=snapshot.person(identity.person_id), snapshot=snapshot
    )


def sign(view: SigningView, meaning: str, remark: str) -> Signature:
    """Return the signature of the view's person over the job order as it is now (11.70)."""
    stream = streams.job_order(view.job_order.job_order_id)
    return sign_record(view.identity, view.person, stream, view.snapshot, meaning, remark)


def sign_for(
    view: SignerView, subject: str, signed: object, meaning: str, remark: str = ""
) -> Signature:
    """Return the signature over any record; ``subject`` is its id, ``signed`` its content."""
    states = view.snapshot.states
    found = [name for name, state in states.items() if state is not None and state is signed]
    found += [name for name in states if subject in (name, name.partition(":")[2])]
    return sign_record(view.identity, view.person, found[0], view.snapshot, meaning, remark)


def sign_record(
    identity: Identity,
    person: PersonRecord | None,
    stream: str,
    snapshot: Snapshot,
    meaning: str,
    remark: str = "",
) -> Signature:
    """Return the signature over the record of a stream as it is now (21 CFR 11.50, 11.70).

    The stream has to be among the needs of the command, or there is nothing to bind to.
    """
    head = snapshot.heads[stream]
    unbound = Signature(
        person_id=str(identity.person_id),
        account=identity.account,
        name=person.person.name if person else "",
        meaning=meaning,
        time=snapshot.time,
        content_hash="",
        scheme=SCHEME,
        stream=stream,
        version=head.version,
        remark=remark,
        continued=identity.continued,
    )
    return replace(unbound, content_hash=content_hash(unbound, head.hash))


def not_continued(command: c.Command, snapshot: Snapshot) -> tuple[Refusal, ...]:
    """Return why a signature with the password alone does not count, if it does not.

    It continues the session of its own account at the station, which began with both components
    and in which the person has not been idle (21 CFR 11.200(a)(1)(i) and (ii)).
    """
    station = getattr(command, "station", None)
    signers = (getattr(command, name, None) for name in ("identity", "second"))
    for who in signers:
        if who is None or not who.continued:
            continue
        session = snapshot.station(station) if station is not None else None
        if session is None or session.account != who.account:
            text = f"no session of account {who.account} is open at {station}"
            return (refuse("session-not-continued", str(station), text),)
        view = session_view(str(station), snapshot)
        if isinstance(view, Refusal):
            return (view,)
    return ()
