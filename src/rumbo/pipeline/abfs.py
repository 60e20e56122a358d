"""What Hadoop's ABFS driver is told, so that Spark reaches the storage accounts of a lake.

All of it goes into the running JVM's Hadoop configuration, never into Spark's settings: Spark's settings stand on the
JVM's command line, and SQL settings go into plans and checkpoints. The keys end in the account's name, so other
accounts and other sessions of the same JVM are not touched.

Keys: https://hadoop.apache.org/docs/stable/hadoop-azure/index.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from rumbo.lake.access import Access, Identity
from rumbo.lake.places import Lake
from rumbo.lake.storage import Container, container_of, is_remote, no_identity
from rumbo.lake.tables import Layer

PROVIDERS = "org.apache.hadoop.fs.azurebfs.oauth2"
TRUST_STORE = "trusted.p12"
TRUST_STORE_PASSWORD = "changeit"  # noqa: S105  # Java wants one; the store holds public certificates only
RETRIES = 12
"""Of one operation. With the driver's growing pauses of at most 25 s this comes to some minutes; then the query ends,
and the supervisor starts it again."""


def reach_accounts(session: Any, lake: Lake, work_dir: Path) -> None:
    """Tell a session's JVM who it is to the accounts that the lake is in; nothing where the lake is in folders.

    Raises CannotStart where the process has no identity.
    """
    places = [lake.place(layer) for layer in Layer if is_remote(lake.place(layer))]
    if not places:
        return
    if lake.access.identity is None:
        raise no_identity(places[0], lake.access)
    if lake.access.ca_file is not None:
        store = work_dir / TRUST_STORE
        _trust(session.sparkContext._gateway, lake.access.ca_file, store)  # noqa: SLF001  # PySpark's one way
        if not session.sparkContext.master.startswith("local"):
            session.sparkContext.addFile(str(store))  # for executors elsewhere: `trusting`
    configuration = session._jsc.hadoopConfiguration()  # noqa: SLF001  # as above
    for place in places:
        for name, value in abfs_options(container_of(place), lake.access, lake.access.identity):
            configuration.set(name, value)


def trusting(lake: Lake | None) -> str:
    """Options of Java for executors elsewhere, with which they trust the lake's authorities.

    The store that `reach_accounts` makes is in their folders before their first task.
    """
    if lake is None or lake.access.ca_file is None:
        return ""
    return "".join(
        f" -Djavax.net.ssl.trustStore{name}={value}" for name, value in _store(TRUST_STORE).items()
    )


def abfs_options(at: Container, access: Access, identity: Identity) -> Iterator[tuple[str, str]]:
    """The driver's options for one account. They hold the secret: never show them."""
    for name, value in _options(access, identity).items():
        yield f"fs.azure.{name}.{at.host}", value


def _options(access: Access, identity: Identity) -> Mapping[str, str]:
    options = {
        "account.auth.type": "OAuth",
        "account.oauth2.client.id": identity.client_id,
        # The tables' folders are made by us; the container and its rights by whoever set the account up.
        "createRemoteFileSystemDuringInitialization": "false",
        "networking.library": "JDK_HTTP_URL_CONNECTION",
        "metrics.collection.enabled": "false",  # else the driver sends figures of its own use to the account
        "io.retry.max.retries": str(RETRIES),
        # Asked of the account otherwise, with a call that reads the container's rights.
        "account.hns.enabled": str(not access.is_flat).lower(),
    }
    if access.is_flat:
        options |= {"fns.account.service.type": "BLOB", "ingress.service.type": "BLOB"}
    if access.endpoint:
        options["abfs.endpoint"] = urlsplit(access.endpoint).netloc
    if identity.token_file is not None:
        return options | {
            "account.oauth.provider.type": f"{PROVIDERS}.WorkloadIdentityTokenProvider",
            "account.oauth2.msi.authority": access.authority + "/",
            "account.oauth2.msi.tenant": identity.tenant_id,
            "account.oauth2.token.file": str(identity.token_file),
        }
    return options | {
        "account.oauth.provider.type": f"{PROVIDERS}.ClientCredsTokenProvider",
        "account.oauth2.client.endpoint": access.token_url,
        "account.oauth2.client.secret": identity.secret.reveal() if identity.secret else "",
    }


def _trust(gateway: Any, ca_file: Path, store: Path) -> None:
    """Make a running JVM trust the authorities of a PEM file instead of its own.

    Java reads these properties when it first speaks TLS, which nothing here does before.
    """
    jvm = gateway.jvm
    keys = jvm.java.security.KeyStore.getInstance("PKCS12")
    keys.load(None, None)
    pem = jvm.java.io.FileInputStream(str(ca_file))
    try:
        found = jvm.java.security.cert.CertificateFactory.getInstance("X.509").generateCertificates(pem)
    finally:
        pem.close()
    for number, certificate in enumerate(found.toArray()):
        keys.setCertificateEntry(f"trusted-{number}", certificate)
    password = gateway.new_array(jvm.char, len(TRUST_STORE_PASSWORD))
    for at, letter in enumerate(TRUST_STORE_PASSWORD):
        password[at] = letter
    out = jvm.java.io.FileOutputStream(str(store))
    try:
        keys.store(out, password)
    finally:
        out.close()
    for name, value in _store(str(store)).items():
        jvm.java.lang.System.setProperty(f"javax.net.ssl.trustStore{name}", value)


def _store(path: str) -> dict[str, str]:
    return {"": path, "Type": "PKCS12", "Password": TRUST_STORE_PASSWORD}
