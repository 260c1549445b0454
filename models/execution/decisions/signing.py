"""Signing: who signs for what, bound to the content of the record as it is signed."""

import hashlib

from models.execution.codec import dumps
from models.execution.outcome import Refusal
from models.execution.principal import Identity
from models.execution.refusal_codes import refuse
from models.execution.signature import Signature
from models.execution.snapshot import Snapshot
from models.execution.views import SignerView, SigningView


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
        time=snapshot.time,
        step=step,
        specification=directive.work_directive.step(step_id) if step_id is not None else None,
    )


def signer_view(identity: Identity, snapshot: Snapshot) -> SignerView:
    """Return who signs for what is neither a job order nor a step: a lot, a WorkMaster."""
    return SignerView(
        identity=identity, person=snapshot.person(identity.person_id), time=snapshot.time
    )


def sign(view: SigningView, meaning: str, remark: str) -> Signature:
    """Return the signature of the view's person over the record as it is now (21 CFR 11.70)."""
    return _signature(view, meaning, content_hash(view, meaning, remark))


def sign_for(
    view: SignerView, subject: str, signed: object, meaning: str, remark: str = ""
) -> Signature:
    """Return the signature over any record; ``subject`` is its id, ``signed`` its content."""
    text = f"{subject}\x1f{dumps(signed)}\x1f{meaning}\x1f{remark}"
    return _signature(view, meaning, hashlib.sha256(text.encode()).hexdigest())


def _signature(view: SignerView, meaning: str, signed_hash: str) -> Signature:
    return Signature(
        person_id=str(view.identity.person_id),
        account=view.identity.account,
        name=view.person.person.name if view.person else "",
        meaning=meaning,
        time=view.time,
        content_hash=signed_hash,
    )


def content_hash(view: SigningView, meaning: str, remark: str) -> str:
    """Return the SHA-256 of the signed record with the meaning and the remark of the signature."""
    signed = dumps(view.step if view.step is not None else view.job_order)
    text = f"{view.job_order.job_order_id}\x1f{signed}\x1f{meaning}\x1f{remark}"
    return hashlib.sha256(text.encode()).hexdigest()
