"""A server on loopback that answers with the bytes that a test gives it, whatever they are."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Raw:
    """Where the server is, and the first line and the headers of what it was asked, one per connection."""

    address: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def serve_raw(
    answers: Sequence[bytes | Iterable[bytes]], secure: ssl.SSLContext | None = None
) -> Iterator[Raw]:
    """Give one answer to each connection, the last of them to all that follow, for the length of a `with` block."""
    raw = Raw()
    listener = socket.create_server(("127.0.0.1", 0))
    scheme = "https" if secure else "http"
    raw.address = f"{scheme}://127.0.0.1:{listener.getsockname()[1]}"

    def answer() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError):
                connection = secure.wrap_socket(connection, server_side=True) if secure else connection
                raw.asked.append(connection.recv(1 << 16).decode("latin-1"))
                given = answers[min(len(raw.asked), len(answers)) - 1]
                for piece in [given] if isinstance(given, bytes) else given:
                    connection.sendall(piece)
            connection.close()

    thread = threading.Thread(target=answer)
    thread.start()
    try:
        yield raw
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
