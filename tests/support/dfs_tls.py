"""A certificate authority of a test's own, and a certificate by it for loopback, made by openssl."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Authority:
    ca_file: Path
    certificate: Path
    key: Path


def make_authority(folder: Path) -> Authority:
    """New keys each time; the certificate is good for 127.0.0.1 and localhost."""
    folder.mkdir(parents=True, exist_ok=True)
    ca, ca_key, key = folder / "ca.pem", folder / "ca.key", folder / "server.key"
    request, certificate, names = folder / "server.csr", folder / "server.pem", folder / "names"
    names.write_text(
        "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n", encoding="utf-8"
    )
    ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    _openssl(
        "req", "-x509", *ec, "-keyout", ca_key, "-out", ca, "-days", "2", "-subj", "/CN=Rumbo test authority",
        "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    )  # fmt: skip
    _openssl("req", *ec, "-keyout", key, "-out", request, "-subj", "/CN=127.0.0.1")
    _openssl(
        "x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-days", "2",
        "-extfile", names, "-out", certificate,
    )  # fmt: skip
    return Authority(ca, certificate, key)


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
