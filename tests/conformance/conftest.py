"""The types as a client sees them over a socket, crawled once."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from server.faces.opcua.address_tree import AddressTree
from server.faces.opcua.namespaces import OWN_URIS
from server.faces.opcua.secure.server import SecureServer
from server.faces.opcua.settings import SecureServerLimits, SecureServerSettings
from server.faces.opcua.types.companion_nodesets import (
    read_companion_nodesets,
    serve_companion_nodesets,
)
from server.faces.opcua.types.type_nodes import type_links, type_nodes
from tests.conformance.crawl import Space, crawl
from tests.conformance.nodesets import NODESETS
from tests.conformance.reviewed import COMPANIONS
from tests.opcua_plant import Plant, Rules, authenticate, client, client_certificate, trust, utc_now


async def _crawl_the_types(folder: Path) -> Space:
    trust(folder, client_certificate())
    rules = Rules()
    server = await SecureServer.open(
        SecureServerSettings(
            endpoint_host="127.0.0.1",
            port=0,
            application_uri="urn:test:interlock",
            server_name="Interlock under test",
            certificates_dir=folder,
            limits=SecureServerLimits(login_refusal_after_s=0.05),
        ),
        authenticate=authenticate,
        permissions=rules,
        clock=utc_now,
        on_denied_write=rules.record,
    )
    for index, uri in OWN_URIS:
        assert await server.register_namespace(uri) == index
    tree = AddressTree(server.iserver.aspace)
    tree.insert(type_nodes())
    for link in type_links():
        tree.link(link)
    if all((NODESETS / name).is_file() for name in COMPANIONS):
        found = read_companion_nodesets(NODESETS, COMPANIONS)
        await serve_companion_nodesets(found, server, tree)
    await server.start()
    try:
        async with client(Plant(server, rules, folder, {})) as one:
            return await crawl(one)
    finally:
        await server.stop()


@pytest.fixture(scope="session")
def served_types(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return all that a server with our types serves, read over a secured connection."""
    return asyncio.run(_crawl_the_types(tmp_path_factory.mktemp("types")))
