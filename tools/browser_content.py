"""Serves the folder ``browser/`` (style, guide, favourites) to the Neo4j Browser.

The Browser fetches a guide from another origin than its own, so it asks first (an OPTIONS request)
and wants the permission in every answer; without it a guide is "Not found". Uses the standard
library alone, so that any Python can run the file. By hand::

    python -m tools.browser_content --port 8765
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

FOLDER = Path(__file__).resolve().parent.parent / "browser"
HOST = "127.0.0.1"
PORT = 8765
STYLE, GUIDE = "style.grass", "guide.html"


class ContentHandler(SimpleHTTPRequestHandler):
    """Reads files of one folder for pages of any origin; lists no folders."""

    # What the folder holds and mimetypes does not know is text.
    extensions_map = {  # noqa: RUF012 - the base class declares it as an instance's dict
        **SimpleHTTPRequestHandler.extensions_map,
        ".grass": "text/plain; charset=utf-8",
        ".cypher": "text/plain; charset=utf-8",
        ".html": "text/html; charset=utf-8",
    }

    def end_headers(self) -> None:
        """Allow every origin: the folder is public, and the server takes nothing in."""
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
        self.send_header("Access-Control-Allow-Headers", "*")
        # An edited guide shows at the next :play.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def do_OPTIONS(self) -> None:
        """Answer the preflight."""
        self.send_response(HTTPStatus.NO_CONTENT)
        self.end_headers()

    def list_directory(self, path: object) -> None:  # noqa: ARG002 - the base passes it
        """Folders have no page."""
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing; the Browser shows what it could not fetch."""


def make_server(*, host: str = HOST, port: int = 0, folder: Path = FOLDER) -> ThreadingHTTPServer:
    """A server that listens already; ``serve_forever()`` runs it. Port 0 stands for a free one."""
    return ThreadingHTTPServer((host, port), partial(ContentHandler, directory=str(folder)))


@contextmanager
def serving(folder: Path = FOLDER) -> Iterator[str]:
    """Serve in a thread while the block runs; gives the address, without a slash at its end."""
    with make_server(folder=folder) as server:
        thread = Thread(target=server.serve_forever, name="browser-content")
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tools.browser_content", description=__doc__)
    parser.add_argument("--host", default=HOST, help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=PORT, help="port (default: %(default)s)")
    chosen = parser.parse_args()
    with make_server(host=chosen.host, port=chosen.port) as server:
        print(f"http://{chosen.host}:{server.server_port}/{GUIDE}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("stopped")


if __name__ == "__main__":
    main()
