"""A web server on this machine's loopback address, whose every path behaves, or misbehaves, as a test wants."""

import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.log.append((self.path, self.headers.get("Range")))
        with suppress(BrokenPipeError, ConnectionResetError):  # the client has heard enough
            self.server.behaviours.get(self.path, status(404))(self)

    def log_message(self, *arguments):
        pass

    def head(self, code: int, **headers: object) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()


Behaviour = Callable[[Handler], None]


class Server(ThreadingHTTPServer):
    """behaviours: what is done at each path; 404 elsewhere. log: (path, its Range header) of every request."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.behaviours: dict[str, Behaviour] = {}
        self.log: list[tuple[str, str | None]] = []
        self.stopping = threading.Event()

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *exception):
        self.stopping.set()
        self.shutdown()
        self.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def at(self, path: str, behaviour: Behaviour) -> str:
        """The address at which it behaves so."""
        self.behaviours[path] = behaviour
        return self.url + path

    def ranges(self, path: str) -> list[str | None]:
        """The Range headers of all requests of `path`."""
        return [range_ for asked, range_ in self.log if asked == path]


def whole(content: bytes, ranges: bool = True, **headers: object) -> Behaviour:
    """A file. ranges: whether a part of it can be had; else all of it is given."""

    def behave(handler):
        start = int((handler.headers.get("Range") or "bytes=0-")[6:-1]) if ranges else 0
        if start >= len(content) > 0:
            handler.head(416, Content_Range=f"bytes */{len(content)}")
            return
        place = {"Content_Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
        handler.head(206 if start else 200, Content_Length=len(content) - start, **place, **headers)
        handler.wfile.write(content[start:])

    return behave


def cut(content: bytes, by: int, times: int, ranges: bool = True) -> Behaviour:
    """A file, of which the connection gives only `by` bytes, so many times; all that is asked for afterwards."""
    left = [times]

    def behave(handler):
        if not left[0]:
            whole(content, ranges)(handler)
            return
        left[0] -= 1
        start = int((handler.headers.get("Range") or "bytes=0-")[6:-1]) if ranges else 0
        place = {"Content_Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
        handler.head(206 if start else 200, Content_Length=len(content) - start, **place)
        handler.wfile.write(content[start : start + by])

    return behave


def wrong_range(content: bytes) -> Behaviour:
    """It calls the start of the file the part that was asked for."""

    def behave(handler):
        handler.head(206, Content_Length=len(content), Content_Range=f"bytes 0-{len(content) - 1}/{len(content)}")
        handler.wfile.write(content)

    return behave


def status(code: int, times: int = -1, then: Behaviour | None = None) -> Behaviour:
    """An error page, so many times; then something else."""
    left = [times]

    def behave(handler):
        if left[0] == 0:
            then(handler)
            return
        left[0] -= 1
        page = b"<html>No such luck.</html>"
        handler.head(code, Content_Length=len(page), Content_Type="text/html")
        handler.wfile.write(page)

    return behave


def redirect(to: str) -> Behaviour:
    return lambda handler: handler.head(302, Location=to, Content_Length=0)


def trickle(seconds: float) -> Behaviour:
    """A large file that comes byte by byte."""

    def behave(handler):
        handler.head(200, Content_Length=10**9)
        while not handler.server.stopping.wait(seconds):
            handler.wfile.write(b"x")

    return behave


def late(seconds: float, then: Behaviour) -> Behaviour:
    def behave(handler):
        handler.server.stopping.wait(seconds)
        then(handler)

    return behave
