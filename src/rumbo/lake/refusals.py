"""What a storage account or its sign-in answered, in plain words: who was refused what, where, and what to do.

Spark's driver and deltalake's client word the same refusals differently; both name the service's own codes, by which
they are known here. Codes: https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes and
https://learn.microsoft.com/entra/identity-platform/reference-error-codes
"""

from __future__ import annotations

import re

from rumbo.errors import CannotStart, RumboError, Unavailable
from rumbo.lake.access import Access
from rumbo.lake.places import Lake
from rumbo.lake.storage import container_of, is_remote
from rumbo.lake.tables import Layer

_SIGN_IN = {
    "7000215": (
        "its client secret is wrong",
        "Set the secret's value, not its id; make a new one where it is lost.",
    ),
    "7000222": ("its client secret has expired", "Make a new client secret for the application and set it."),
    "700016": ("the tenant has no such application", "Look at the client id and the tenant id."),
    "700213": (
        "its federated token is not one that the application trusts",
        "Look at the subject and issuer.",
    ),
    "700024": ("its federated token has expired", "Whoever writes the token file must renew it."),
    "90002": ("there is no such tenant", "Look at RUMBO_AZURE_TENANT_ID."),
    "900023": ("there is no such tenant", "Look at RUMBO_AZURE_TENANT_ID."),
}
_RIGHTS = {"read": "r and x", "write": "w and x", "list": "r and x", "rename": "w and x", "delete": "w and x"}


def explain(failure: object, lake: Lake, place: str = "", doing: str = "") -> RumboError | None:
    """The error for a person behind what a client of a lake in an account failed with; None for any other failure.

    `place` is what was reached for and `doing` is read, list, write, rename or delete; where they are not given they
    are found in the failure's text. What is returned holds no secret.
    """
    text = str(failure)
    place = place or _place_in(text, lake)
    if not is_remote(place):
        return None
    at, access = container_of(place), lake.access
    who = f"The {access.role or 'batch'}'s identity ({access.identity})"
    refused = re.search(r"AADSTS(\d+)", text)
    if refused:
        why, hint = _SIGN_IN.get(refused[1], ("sign-in was refused", f"Look up AADSTS{refused[1]}."))
        return CannotStart(
            f"{who} cannot sign in at {access.authority}: {why} (AADSTS{refused[1]}).", hint=hint
        )
    if re.search(r"InvalidAuthenticationInfo|AuthenticationFailed|\b401\b", text):
        return CannotStart(
            f"The storage account {at.account} does not take the token of {who[0].lower()}{who[1:]}.",
            hint="Look whether the account is in the tenant of RUMBO_AZURE_TENANT_ID, and at this machine's clock.",
        )
    if "AuthorizationFailure" in text:
        return Unavailable(
            f"The storage account {at.account} refuses this machine: its network rules do not let it in.",
            hint="Add this network to the account's firewall, or use a private endpoint.",
        )
    if re.search(r"AuthorizationPermissionMismatch|InsufficientAccountPermissions|\b403\b", text):
        doing = doing or _doing_in(text)
        return Unavailable(
            f"{who} may not {doing} in the container {at.name} of {at.account}.",
            hint=f"Give its service principal, by its object id, {_RIGHTS.get(doing, 'rwx')} on {_folder(at.folder)}, "
            "as an access and a default entry, and x on every folder above (docs/azure.md).",
        )
    return _unreachable(text, at.account, at.name, access)


def _place_in(text: str, lake: Lake) -> str:
    """The place that a failure names, else the first that is in an account."""
    remote = [lake.place(layer) for layer in Layer if is_remote(lake.place(layer))]
    named = [p for p in remote if f"{container_of(p).name}@" in text or f"/{container_of(p).name}/" in text]
    return next(iter([*named, *remote]), "")


def _doing_in(text: str) -> str:
    """By the method of the call that Hadoop's driver names after the status."""
    method = re.search(r"403, (GET|HEAD|PUT|PATCH|DELETE)", text)
    return {"GET": "read", "HEAD": "read", "DELETE": "delete"}.get(method[1] if method else "GET", "write")


def _unreachable(text: str, account: str, container: str, access: Access) -> RumboError | None:
    if re.search(
        r"FilesystemNotFound|ContainerNotFound|specified (filesystem|container) does not exist", text
    ):
        return Unavailable(
            f"The storage account {account} has no container {container}.",
            hint="Make it, or look at RUMBO_LAKE_LANDING, RUMBO_LAKE_STAGING and RUMBO_LAKE_COMMON.",
        )
    if re.search(r"PKIX|certificate|UnknownIssuer|SSLHandshake", text, re.IGNORECASE):
        return CannotStart(
            f"The certificate that {account} or the sign-in shows is not trusted here.",
            hint="Where a proxy opens TLS, set RUMBO_AZURE_CA_FILE to its certificate authority.",
        )
    signing_in = re.search(r"AzureADAuthenticator|Error performing token request|HttpException", text)
    if re.search(
        r"UnknownHost|dns error|failed to lookup|ConnectException|Connection refused|error sending request|timed out",
        text,
    ):
        where = f"The sign-in at {access.authority}" if signing_in else f"The storage account {account}"
        return Unavailable(
            f"{where} cannot be reached.",
            hint="Look at its name and at this machine's network; nothing is lost, the work goes on from where it is.",
        )
    if re.search(r"ServerBusy|\b503\b|\b429\b|OperationTimedOut", text):
        return Unavailable(
            f"The storage account {account} is too busy to answer.",
            hint="Try again in a minute; nothing is lost, the work goes on from where it is.",
        )
    return None


def _folder(folder: str) -> str:
    return f"the folder {folder}" if folder else "the container"
