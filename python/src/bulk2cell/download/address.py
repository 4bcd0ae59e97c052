"""Addresses that may be contacted: https, or http on this machine only; redirections must lead to such addresses, too."""

import http.client
import re
import urllib.request
from collections.abc import Mapping
from typing import IO, cast

from bulk2cell import __version__
from bulk2cell.errors import DownloadError
from bulk2cell.printable import printable

ADDRESS = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?([/?][!-~]*)?", re.IGNORECASE)
THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")
REDIRECTIONS = 5  # a provider's name, its mirror, the store behind it; more is a loop


def fault_of(url: str) -> str:
    """Return what is wrong with an address, or an empty text.

    It must be https and all ASCII, without user name and password. Plain http is for a server on this machine.
    """
    found = ADDRESS.fullmatch(url)
    if url.partition("://")[0].lower() not in ("https", "http"):
        return "not https"
    if not found or int((found[3] or ":0")[1:]) > 65535:
        return (
            "not an address like https://server/path, in ASCII without spaces; write other characters as %C3%A9, "
            "a server's as xn--, and no user name"
        )
    return "not https" if found[1].lower() == "http" and found[2].lower() not in THIS_MACHINE else ""


def open_address(url: str, headers: Mapping[str, str], timeout: float) -> http.client.HTTPResponse:
    """Ask a server for a file; only the head of the answer has been read.

    Parameters
    ----------
    url
        Its address.
    headers
        Headers in addition to the program's name.
    timeout
        Seconds that the server may be silent.

    Raises
    ------
    DownloadError
        If the address, or one that the server redirects to, is not allowed; it has not been contacted then.
    OSError, http.client.HTTPException, ValueError
        If there is no answer, or one that cannot be understood.
    """
    fault = fault_of(url)
    if fault:
        raise DownloadError(f"{printable(url, 300)}: {fault}")
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirections(),
    ):
        opener.add_handler(handler)
    request = urllib.request.Request(url, headers={"User-Agent": f"bulk2cell/{__version__}", **headers})
    return cast(http.client.HTTPResponse, opener.open(request, timeout=timeout))


class _Redirections(urllib.request.HTTPRedirectHandler):
    max_redirections = REDIRECTIONS

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Follow a redirection to an address that is allowed; from https only to https."""
        secure = req.full_url.lower().startswith("https:")
        fault = fault_of(newurl) or (
            "not https" if secure and not newurl.lower().startswith("https:") else ""
        )
        if fault:
            raise DownloadError(f"{req.full_url}: leads to {printable(newurl, 300)}: {fault}; refused")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
