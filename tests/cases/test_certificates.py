"""Messages about certificates name the variable and the file that count."""

from __future__ import annotations

import http.server
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.run import dfsync, write

MAKE = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
PAGE = b'{"success": true, "data": [], "p_number": 1, "p_size": 1, "total": 0, "total_pages": 0}'


class Api(http.server.BaseHTTPRequestHandler):
    """Answers as an API without sites."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """Make a certificate for localhost that no usual authority knows."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    certificate = tmp_path / "ca.pem"
    subprocess.run(
        [*MAKE.split(), "-keyout", str(tmp_path / "key.pem"), "-out", str(certificate)],
        check=True,
        capture_output=True,
    )
    return certificate


@pytest.fixture
def url(authority: Path) -> Iterator[str]:
    """Serve the API under that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority, authority.with_name("key.pem"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"https://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


def export(root: Path, url: str, **variables: str) -> tuple[int, str]:
    write(root / "repo", {"dfsync.yaml": "version: 1\ntargets: {p: {customer_id: 1}}\n"})
    environment = {
        "DFSYNC_TOKEN": "x",
        "DFSYNC_BASE_URL": url,
        "DFSYNC_AUTH_URL": url,
        "SSL_CERT_FILE": "",
        "SSL_CERT_DIR": "",
        **variables,
    }
    done = dfsync(root / "repo", "export", environment=environment)
    return done.code, done.err


def test_a_private_authority_is_trusted_once_the_variable_names_it(tmp_path: Path, authority: Path, url: str) -> None:
    """Until then the message names the variable, and what is trusted instead."""
    code, said = export(tmp_path, url)
    assert code == 1
    assert "not trusted" in said
    assert "set SSL_CERT_FILE to your organisation's certificates" in said
    assert "neither SSL_CERT_FILE nor SSL_CERT_DIR is set" in said
    assert export(tmp_path, url, SSL_CERT_FILE=str(authority))[0] == 0


def test_a_file_that_is_missing_or_holds_none_is_named(tmp_path: Path, url: str) -> None:
    """Nothing is sent, and nothing crashes."""
    (tmp_path / "empty.pem").write_text("no certificate\n")
    for name in ("nowhere.pem", "empty.pem"):
        code, said = export(tmp_path, url, SSL_CERT_FILE=str(tmp_path / name))
        assert code == 1
        assert f"SSL_CERT_FILE is {tmp_path / name}" in said


def test_a_certificate_of_another_host_is_no_matter_of_authorities(tmp_path: Path, authority: Path, url: str) -> None:
    code, said = export(tmp_path, url.replace("localhost", "127.0.0.1"), SSL_CERT_FILE=str(authority))
    assert code == 1
    assert "check base_url and auth_url" in said
