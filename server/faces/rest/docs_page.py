"""The list of routes as one page that needs nothing from anywhere else."""

from collections.abc import Iterator
from html import escape
from typing import Any, Final

from models.execution.outcome import Accepted, Denied, Fault, Invalid, Refused
from server.faces.rest.outcomes import STATUS

_STYLE: Final = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem;
       color: #1b1f23; background: #fff; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #d0d7de; }
dt { margin-top: 1rem; font-family: ui-monospace, monospace; }
dt b { display: inline-block; min-width: 4.5rem; }
dd { margin: 0 0 0 4.5rem; }
code { font-family: ui-monospace, monospace; }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; } }
"""

_MEANINGS: Final = {
    Accepted: "It happened, and it is on record; <code>decision_id</code> finds the evidence.",
    Refused: "Understood and permitted, but not now. <code>refusals</code> lists everything that "
    "stands in the way, each with its remedy.",
    Denied: "It is not this account's to do. The attempt is on record.",
    Invalid: "It could not be understood. <code>problems</code> says where, and why.",
    Fault: "We failed; nothing was acknowledged. <code>retry</code> says whether to try again.",
}


def docs_page(openapi: dict[str, Any]) -> str:
    """Return the page for an OpenAPI document."""
    title = escape(f"{openapi['info']['title']} {openapi['info']['version']}")
    answers = "".join(
        f'<dt id="{STATUS[kind]}"><b>{STATUS[kind]}</b> {kind.__name__}</dt><dd>{text}</dd>'
        for kind, text in _MEANINGS.items()
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f"<p>{escape(openapi['info']['description'])}</p>"
        '<p>For programs: <a href="/openapi.json">openapi.json</a></p>'
        f"<h2>Answers to a command</h2><dl>{answers}</dl>{''.join(_sections(openapi))}"
        "</body></html>\n"
    )


def _sections(openapi: dict[str, Any]) -> Iterator[str]:
    tagged: dict[str, list[str]] = {}
    for path, methods in openapi["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["other"])[0]
            tagged.setdefault(tag, []).append(_entry(method, path, operation))
    for tag, entries in tagged.items():
        yield f"<h2>{escape(tag.capitalize())}</h2><dl>{''.join(entries)}</dl>"


def _entry(method: str, path: str, operation: dict[str, Any]) -> str:
    names = [item["name"] for item in operation.get("parameters", []) if item["in"] == "query"]
    query = f"?{'&'.join(f'{name}=' for name in names)}" if names else ""
    text = escape(operation.get("description", ""))
    return f"<dt><b>{method.upper()}</b> {escape(path + query)}</dt><dd>{text}</dd>"
