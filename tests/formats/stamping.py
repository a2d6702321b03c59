"""A time stamp service that runs: certificates made here, and OpenSSL's own `openssl ts` behind them."""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STAMPING = (ExtendedKeyUsageOID.TIME_STAMPING,)
POLICY = "1.2.3.4.1"
CONFIGURATION = """
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/ca.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = {policy}
digests = {digests}
accuracy = secs:1, millisecs:500
ordering = yes
tsa_name = {names}
ess_cert_id_chain = no
ess_cert_id_alg = {ess}
"""


@dataclass
class Authority:
    """A certificate authority with one time stamp service.

    Attributes:
        folder: for its files.
        purposes, critical: of the service's certificate.
        valid: how many days before and after now its certificate is valid.
        ess: by which digest the signature names its certificate; `sha1` is the older form.
    """

    folder: Path
    purposes: tuple[x509.ObjectIdentifier, ...] = STAMPING
    critical: bool = True
    valid: tuple[int, int] = (1, 1)
    ess: str = "sha256"
    digests: str = "sha256, sha384, sha512"
    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Make the keys and the certificates."""
        self.folder.mkdir(parents=True, exist_ok=True)
        root, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
        issuer, subject = named("Example Root, synthetic"), named("Example Time Stamps, synthetic")
        basic = (x509.BasicConstraints(ca=True, path_length=None), True)
        signing = (x509.ExtendedKeyUsage(self.purposes), self.critical)
        now = dt.datetime.now(dt.UTC)
        own = self.valid
        certificate(self.folder / "ca.pem", issuer, issuer, root.public_key(), root, (now, (4000, 4000)), basic)
        certificate(self.folder / "tsa.pem", subject, issuer, key.public_key(), root, (now, own), signing)
        (self.folder / "tsa.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        (self.folder / "serial").write_text("01")
        text = CONFIGURATION.format(
            folder=self.folder,
            policy=POLICY,
            ess=self.ess,
            digests=self.digests,
            names="yes" if self.critical else "no",
        )
        (self.folder / "ts.cnf").write_text(text)

    @property
    def certificates(self) -> bytes:
        """What who trusts this service is given: the root alone."""
        return (self.folder / "ca.pem").read_bytes()

    def answer(self, request: bytes) -> bytes:
        """The service's response to a request, by OpenSSL."""
        self.asked.append(request)
        (self.folder / "request.tsq").write_bytes(request)
        command = ["openssl", "ts", "-reply", "-config", "ts.cnf", "-section", "it", "-queryfile", "request.tsq"]
        subprocess.run([*command, "-out", "response.tsr"], cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "response.tsr").read_bytes()


def named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(
    path: Path,
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    valid: tuple[dt.datetime, tuple[int, int]],
    extension: tuple[x509.ExtensionType, bool],
) -> None:
    """Write a certificate as PEM."""
    now, (before, after) = valid
    made = (
        x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=before))
        .not_valid_after(now + dt.timedelta(days=after))
        .add_extension(extension[0], critical=extension[1])
        .sign(signer, hashes.SHA256())
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))


@contextmanager
def served(authority: Authority, broken: list[str] | None = None) -> Iterator[str]:
    """Runs the service over HTTP; yields its address. While `broken` holds something, that is its answer instead."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if broken:
                self.send_error(503, broken[0])
                return
            answer = authority.answer(body)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/stamp"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
