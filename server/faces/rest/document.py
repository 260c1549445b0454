"""The OpenAPI document: what stands around the operations, so that it is worth reading."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from server.command_path.catalogue import Subject
from server.faces.rest.work_master_route import definitions_moved

ABOUT: Final = (
    "Commands that the gates decide, the present records, the execution log and tag values.\n\n"
    "Send the credentials of an account (HTTP Basic). Any command takes `?check=true`, which says "
    "what it would come to and does nothing, and `Idempotency-Key`, under which it is decided "
    "once however often it is sent. Every no is `application/problem+json` (RFC 9457): 403 is not "
    "this account's to do, 409 not now, with every reason and its remedy, 422 not understood, 503 "
    "our fault. Lists have a cursor and a `Link` to the next page (RFC 8288). Exact numbers are "
    "text, times are ISO 8601 with their offset."
)

_TAGS: Final = {
    Subject.STATIONS: "What a person does at a station, through the terminal that is bound to it. "
    "A device's value is never sent along: the server reads it.",
    Subject.JOB_ORDERS: "Planning, holding, releasing: what is done with a job order as a whole.",
    Subject.EXCEPTIONS: "Deviations, and what is done about them.",
    Subject.MATERIAL_LOTS: "Receipt, laboratory results and the release of lots for use.",
    Subject.CONTAINERS: "Where containers stand.",
    Subject.EQUIPMENT: "Cleaning, maintenance, and what may be used.",
    Subject.INSTRUMENTS: "Calibrations.",
    Subject.PERSONS: "Qualifications and temporary authorizations.",
    Subject.ACCOUNTS: "Locking and unlocking.",
    Subject.WORK_MASTERS: "The life of master batch records: draft, review, approval, retirement.",
    Subject.DOCUMENTS: "Controlled documents: which revision is in force.",
    Subject.CORRECTIVE_ACTIONS: "Corrective and preventive actions (CAPA).",
    Subject.ALARMS: "Alarms that are seen, confirmed, commented and put aside; none is settled so.",
}
_READ: Final = {
    "now": "The present records, list by list.",
    "records": "What is made of the execution log: batch records, versions used, logbooks.",
    "execution log": "What happened, in order, with the hashes that prove it; and as it happens.",
    "tag values": "What devices delivered.",
    "attachments": "Files that belong to evidence.",
}


def tags() -> list[dict[str, Any]]:
    """Return every heading of the document, with what stands below it."""
    commands = [{"name": subject.value, "description": text} for subject, text in _TAGS.items()]
    return commands + [{"name": name, "description": text} for name, text in _READ.items()]


def documented(app: FastAPI) -> dict[str, Any]:
    """Return the document of the application; it is made once."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            tags=app.openapi_tags,
            routes=app.routes,
        )
        definitions_moved(made)
        made["components"]["securitySchemes"] = {
            "account": {
                "type": "http",
                "scheme": "basic",
                "description": "Name and password of an account; over TLS, or on a loopback only.",
            }
        }
        made["security"] = [{"account": []}]
        app.openapi_schema = made
    return app.openapi_schema
