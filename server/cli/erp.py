"""The ERP of the demo: sends one order as a B2MML document over HTTP."""

import base64
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from string import Template

TIMEOUT_S = 30.0
_PLANNED = timedelta(hours=8)


class ErpRefusedError(Exception):
    """The server can't be reached over HTTP; the text says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpReply:
    """The HTTP status, and the document that came back."""

    status: int
    document: str

    @property
    def accepted(self) -> bool:
        """Tell whether the document was taken."""
        return self.status == HTTPStatus.OK


def fill_order(template: Path, job_order_id: str, material_lot_id: str, now: datetime) -> bytes:
    """Return the document that asks for one job order."""
    text = Template(template.read_text("utf-8")).substitute(
        JOB_ORDER_ID=job_order_id,
        MATERIAL_LOT_ID=material_lot_id,
        BOD_ID=f"BOD-{job_order_id}",
        CREATED=_time(now),
        START=_time(now),
        END=_time(now + _PLANNED),
    )
    return text.encode()


def send(url: str, document: bytes, account: str, password: str) -> ErpReply:
    """Post a document and return the answer, whatever its status; blocks."""
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"{url} is not an address of HTTP")
    login = base64.b64encode(f"{account}:{password}".encode()).decode()
    request = urllib.request.Request(  # noqa: S310 -- the scheme is checked above
        url,
        data=document,
        headers={"Content-Type": "application/xml", "Authorization": f"Basic {login}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 -- as above
            return ErpReply(status=answer.status, document=answer.read().decode())
    except urllib.error.HTTPError as refused:
        with refused:
            return ErpReply(status=refused.code, document=refused.read().decode())
    except OSError as error:
        raise ErpRefusedError(f"{url} does not answer: {error}; is the server up?") from error


def _time(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
