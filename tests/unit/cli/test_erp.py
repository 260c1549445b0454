"""The ERP of the demo, against an HTTP server that notes what comes in."""

import base64
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typing_extensions import override

from server.cli.erp import ErpRefusedError, fill_order, send
from server.cli.installation import ORDER_TEMPLATE
from server.faces.b2mml.codec import Codec, Received
from server.faces.b2mml.translate import translate

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)


class Noting(BaseHTTPRequestHandler):
    status = 200
    came: tuple[str, bytes] = ("", b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Noting.came = (self.headers["Authorization"], body)
        self.send_response(Noting.status)
        self.end_headers()
        self.wfile.write(b"<answer/>")

    @override
    def log_message(self, *_: object) -> None:
        """Say nothing on the screen."""


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Noting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/b2mml/erp"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "accepted"), [(200, True), (422, False)])
def test_the_answer_comes_back_whatever_its_status(
    url: str, status: int, *, accepted: bool
) -> None:
    Noting.status = status
    reply = send(url, b"<order/>", "erp-01", "p:w")
    assert (reply.status, reply.document, reply.accepted) == (status, "<answer/>", accepted)
    login = base64.b64encode(b"erp-01:p:w").decode()
    assert Noting.came == (f"Basic {login}", b"<order/>")


def test_a_server_that_is_away_is_said() -> None:
    with pytest.raises(ErpRefusedError, match="does not answer"):
        send("http://127.0.0.1:1/b2mml/erp", b"", "erp-01", "p")


def test_only_http_is_spoken() -> None:
    with pytest.raises(ValueError, match="not an address of HTTP"):
        send("file:///etc/passwd", b"", "erp-01", "p")


def test_the_order_is_one_that_the_server_takes() -> None:
    document = fill_order(ORDER_TEMPLATE, "VITC-1", "VC-1", NOW)
    received = Codec().read(document)
    assert isinstance(received, Received), received
    asked, objections = translate(received)
    assert not objections
    command = asked[0].command
    assert (command.job_order_id, command.work_master_id) == ("VITC-1", "WM-VITC-500")
    assert (str(command.quantity), command.material_lot_id) == ("15.150 kg", "VC-1")
    assert command.allowed_to_start
