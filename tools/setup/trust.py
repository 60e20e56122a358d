"""The machine's trusted certificates as a Java trust store.

A Java brings its own list; behind a company's proxy only the machine's list knows the proxy's certificate, and pip, uv
and npm already go by that one.
"""

from __future__ import annotations

import hashlib
import os
import re
import ssl
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

PASSWORD = "changeit"  # noqa: S105 - Java's customary one; the store holds nothing secret
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # Alpine, macOS
)
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def trust_options(folder: Path, env: Mapping[str, str] = os.environ) -> list[str]:
    """Options that make a JVM trust what the machine trusts; none where the machine keeps no list we know."""
    bundle = next(
        (path for path in map(Path, (env.get("SSL_CERT_FILE", ""), *BUNDLES)) if path.is_file()), None
    )
    if bundle is None:
        return []
    found = _CERTIFICATE.findall(bundle.read_text(encoding="utf-8", errors="replace"))
    if not found:
        return []
    store = folder / "trusted.jks"
    store.write_bytes(jks([ssl.PEM_cert_to_DER_cert(text) for text in found]))
    return [
        f"-Djavax.net.ssl.trustStore={store}",
        f"-Djavax.net.ssl.trustStorePassword={PASSWORD}",
        "-Djavax.net.ssl.trustStoreType=JKS",
    ]


def jks(certificates: Sequence[bytes]) -> bytes:
    """A trust store in Java's JKS format, version 2, from certificates in DER.

    The format is that of OpenJDK's `sun.security.provider.JavaKeyStore`: big-endian; a trusted certificate is tag 2,
    alias, time, type and the certificate; a SHA-1 over password, a fixed phrase and the content ends the file.
    """
    body = struct.pack(">III", 0xFEEDFEED, 2, len(certificates))
    for number, der in enumerate(certificates):
        body += struct.pack(">I", 2) + _utf(f"trusted-{number}") + struct.pack(">Q", 0)
        body += _utf("X.509") + struct.pack(">I", len(der)) + der
    seal = hashlib.sha1(PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + body)  # noqa: S324 - the format's own
    return body + seal.digest()


def _utf(text: str) -> bytes:
    return struct.pack(">H", len(text)) + text.encode("ascii")
