"""What is on record after a demo script: every attempt with its evidence, and nothing else.

The attempts went through OPC UA; the record of them is read through REST, because OPC UA shows
an event when it happens and has no service that finds the evidence of a decision later.
"""

import base64
import json
import textwrap
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from server.cli.demo_script_stage import Tried

_TIMEOUT_S: Final = 30.0
_PAGE: Final = 500
_MAX_PAGES: Final = 10_000


class EvidenceError(Exception):
    """The record can't be read; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """One blocked attempt as the log has it; ``codes`` each behind the gate that refused."""

    decision_id: str
    time: str
    account: str
    person: str
    face: str
    context: str
    command: str
    arguments: Mapping[str, Any]
    codes: tuple[str, ...]
    gates: tuple[str, ...]
    rule_version: str
    inputs: int
    hash: str


@dataclass(frozen=True, slots=True)
class Archive:
    """The execution log behind REST, read as an observer."""

    url: str
    account: str
    password: str

    def denials(self, job_order_id: str) -> list[Denial]:
        """Return every blocked attempt about a job order, oldest first; blocks."""
        found, after = list[Denial](), "0-0"
        for _ in range(_MAX_PAGES):
            query = {"job_order_id": job_order_id, "after": after, "limit": str(_PAGE)}
            page = self._get(f"/execution-log?{urllib.parse.urlencode(query)}")
            rows = (
                row for row in page["rows"] if row["type"] in ("CommandRefused", "CommandDenied")
            )
            found += (_denial(row) for row in rows)
            if page["complete"]:
                return found
            after = page["next"]
        raise EvidenceError(f"the log of {self.url} does not come to an end")

    def _get(self, path: str) -> Any:
        login = base64.b64encode(f"{self.account}:{self.password}".encode()).decode()
        address = f"{self.url.rstrip('/')}{path}"
        if not address.startswith(("http://", "https://")):
            raise EvidenceError(f"{self.url} is not an address of HTTP")
        request = urllib.request.Request(  # noqa: S310 -- the scheme is checked above
            address, headers={"Authorization": f"Basic {login}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:  # noqa: S310
                return json.loads(answer.read())
        except (OSError, ValueError, urllib.error.HTTPError) as error:
            raise EvidenceError(f"{address} does not answer: {error}; is the server up?") from error


def _denial(row: Mapping[str, Any]) -> Denial:
    said = row["payload"]
    refusals = said.get("refusals", ())
    arguments = json.loads(said["arguments"])
    order = said.get("job_order_id") or arguments.get("job_order_id") or ""
    places = (row["station"] or "", order, said.get("step_id") or "")
    return Denial(
        decision_id=row["command_id"],
        time=row["server_time"],
        account=said["account"],
        person=row["person"] or "",
        face=row["face"],
        context=" ".join(place for place in places if place),
        command=said["command"],
        arguments=arguments,
        codes=tuple(item["code"] for item in refusals) or (said.get("code", ""),),
        gates=tuple(item["gate"] for item in refusals) or ("authorize",),
        rule_version=row["rule_version"],
        inputs=len(said.get("seen", ())) + len(said.get("live", ())),
        hash=row["hash"],
    )


def shortcomings(tried: Sequence[Tried], found: Sequence[Denial]) -> Iterator[str]:
    """Yield what the record lacks, and what is on it that nobody tried."""
    on_record = {one.decision_id: one for one in found}
    for attempt in tried:
        if not attempt.held:
            yield f"{attempt.title}: {attempt.remark}"
        denial = on_record.pop(attempt.decision_id, None)
        if denial is None:
            yield f"{attempt.title}: the attempt is not on record"
            continue
        lacking = [
            name
            for name in ("time", "account", "context", "rule_version", "inputs", "hash")
            if not getattr(denial, name)
        ]
        if lacking:
            yield f"{attempt.title}: the record lacks {', '.join(lacking)}"
        if attempt.expected not in denial.codes:
            yield f"{attempt.title}: the record says {', '.join(denial.codes)}"
    for denial in on_record.values():
        yield f"on record is also {denial.command} ({', '.join(denial.codes)}), which nobody tried"


def denial_table(found: Sequence[Denial]) -> Table:
    """Return the blocked attempts as the log has them."""
    table = Table(title="Blocked attempts on record", title_justify="left", title_style="bold")
    table.add_column("Time (UTC), user", overflow="fold")
    table.add_column("Context", overflow="fold")
    table.add_column("What was asked", overflow="fold")
    table.add_column("Gate, and its code", overflow="fold", min_width=35)
    table.add_column("Decision", no_wrap=True)
    for one in found:
        who = " / ".join(name for name in (one.account, one.person) if name)
        gates = (f"{gate}\n  {code}" for gate, code in zip(one.gates, one.codes, strict=True))
        table.add_row(
            Text(f"{one.time[:19].replace('T', ' ')}\n{who}"),
            Text(f"{one.context}\n{one.inputs} inputs kept"),
            Text(f"{one.command}\n{_asked(one.arguments)}".rstrip()),
            Text("\n".join(gates)),
            Text("\n".join([*textwrap.wrap(one.decision_id, 10), f"rules {one.rule_version}"])),
        )
    return table


def _asked(arguments: Mapping[str, Any]) -> str:
    """Return the words of a command that say what was asked, without context and signer."""
    hidden = {"_", "station", "job_order_id", "step_id"}
    words = (v for k, v in arguments.items() if k not in hidden and isinstance(v, str))
    signer = arguments.get("identity") or {}
    by = f"by {signer['account']}" if signer else ""
    return " ".join(word for word in (*words, by) if word)


def summary(tried: Sequence[Tried], lacking: Sequence[str]) -> Text:
    """Return whether all that had to be blocked was blocked and recorded."""
    if not lacking:
        return Text(f"all {len(tried)} wrong actions were blocked and are on record",
                    style="bold green")  # fmt: skip
    return Text("\n".join(["NOT HELD:", *(f"  {one}" for one in lacking)]), style="bold red")
