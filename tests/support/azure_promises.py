"""What deploy/azure promises, each a check on its files' text. Nothing is evaluated: `terraform test` does that."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from rumbo.lake.storage import checked_place
from rumbo.lake.tables import Layer
from rumbo.settings import PREFIX, Settings
from support.terraform import Configuration, references

PLAIN_ATTRIBUTES = {"end_date", "client_id", "object_id", "name"}
"""What an output without `sensitive` may show of a resource."""

Files = Mapping[str, str]


def the_only(made: Configuration, prefix: str) -> dict[str, Any]:
    found = made.of_kind(prefix)
    assert len(found) == 1, f"{prefix} {sorted(found)}"
    (body,) = found.values()
    return dict(body)


def references_resolve(files: Files) -> None:
    made = Configuration.parse(files)
    for address, body in made.blocks.items():
        unknown = references(body) - made.blocks.keys()
        assert not unknown, f"{address} refers to {unknown}"


def variables_are_described_typed_and_used(files: Files) -> None:
    made = Configuration.parse(files)
    used = {name for address, body in made.blocks.items() for name in references(body) if name != address}
    for name, body in made.of_kind("var.").items():
        assert len(body.get("description", "")) > 20, name
        assert "type" in body, name
        assert f"var.{name}" in used, f"{name} is used nowhere"
        assert body["type"] in {"bool", "${map(string)}"} or body.get("validation"), f"{name} takes anything"


def outputs_are_described(files: Files) -> None:
    for name, body in Configuration.parse(files).of_kind("output.").items():
        assert len(body.get("description", "")) > 15, name


def versions_are_exact(files: Files) -> None:
    made = Configuration.parse(files)
    (providers,) = made.blocks["terraform"]["required_providers"]
    for name, provider in providers.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", provider["version"]), name
    used = {address.split("_")[0] for address in made.blocks if re.match(r"[a-z]+_", address)}
    assert used == set(providers)


def account_is_closed(files: Files) -> None:
    made = Configuration.parse(files)
    told = the_only(made, "azurerm_storage_account.")
    for name, value in {
        "is_hns_enabled": True,
        "min_tls_version": "TLS1_2",
        "https_traffic_only_enabled": True,
        "allow_nested_items_to_be_public": False,
        "shared_access_key_enabled": False,
        "default_to_oauth_authentication": True,
        "local_user_enabled": False,
        "cross_tenant_replication_enabled": False,
    }.items():
        assert told.get(name) == value, name
    assert made.blocks["provider.azurerm"].get("storage_use_azuread") is True, "no key, so no ACL either"


def deleted_files_come_back(files: Files) -> None:
    (blob,) = the_only(Configuration.parse(files), "azurerm_storage_account.")["blob_properties"]
    for policy in ("delete_retention_policy", "container_delete_retention_policy"):
        assert blob.get(policy) == [{"days": "${var.soft_delete_days}"}], policy


def places_are_three_containers(files: Files) -> None:
    made = Configuration.parse(files)
    place = the_only(made, "azurerm_storage_data_lake_gen2_filesystem.")
    assert set(made.blocks["local.rights"]) == {layer.value for layer in Layer}
    assert place["for_each"] == "${local.acls}"
    assert made.blocks["local.acls"].startswith("${{for place, rights in local.rights : place => ")
    assert place["name"] == "${each.key}"
    assert place["storage_account_id"] == "${azurerm_storage_account.lake.id}"
    assert not made.of_kind("azurerm_storage_container."), "a container beside them"


def stream_writes_landing_only(files: Files) -> None:
    rights = Configuration.parse(files).blocks["local.rights"]
    assert {place: told["stream"] for place, told in rights.items() if "stream" in told} == {"landing": "rwx"}


def batch_reads_landing_and_writes_the_rest(files: Files) -> None:
    rights = Configuration.parse(files).blocks["local.rights"]
    assert {place: told.get("batch") for place, told in rights.items()} == {
        "landing": "r-x",
        "staging": "rwx",
        "common": "rwx",
    }


def reader_only_reads(files: Files) -> None:
    rights = Configuration.parse(files).blocks["local.rights"]
    assert {told.get("reader") for told in rights.values()} == {"r-x"}


def acls_name_object_ids_in_both_scopes(files: Files) -> None:
    made = Configuration.parse(files)
    acls = made.blocks["local.acls"]
    assert 'for scope in ["access", "default"]' in acls
    assert "id = azuread_service_principal.role[role].object_id" in acls
    assert 'type = "other", id = null, permissions = "---"' in acls
    for entry in ("user", "group", "mask"):
        assert f'type = "{entry}", id = null' in acls, "Azure takes no ACL without it"
    place = the_only(made, "azurerm_storage_data_lake_gen2_filesystem.")
    (ace,) = place["dynamic"]
    assert ace["ace"]["for_each"] == "${each.value}"
    assert ace["ace"]["content"] == [
        {name: f"${{ace.value.{name}}}" for name in ("scope", "type", "id", "permissions")}
    ]


def only_the_operator_has_a_role(files: Files) -> None:
    made = Configuration.parse(files)
    role = the_only(made, "azurerm_role_assignment.")
    assert role["principal_id"] == "${data.azurerm_client_config.current.object_id}"
    assert role["role_definition_name"] == "Storage Blob Data Owner"
    assert role["scope"] == "${azurerm_storage_account.lake.id}"


def acls_wait_for_the_operators_role(files: Files) -> None:
    made = Configuration.parse(files)
    place = the_only(made, "azurerm_storage_data_lake_gen2_filesystem.")
    assert place.get("depends_on") == ["${time_sleep.operator_known}"]
    assert "azurerm_role_assignment.operator" in references(made.blocks["time_sleep.operator_known"])


def secrets_are_outputs_that_are_sensitive(files: Files) -> None:
    made = Configuration.parse(files)
    for name, body in made.of_kind("output.").items():
        if body.get("sensitive") is True:
            continue
        reached = made.reaches(f"output.{name}")
        text = str(body) + "".join(str(made.blocks[one]) for one in reached if one.startswith("local."))
        if any(one.startswith("azuread_application_password.") for one in reached):
            shown = set(re.findall(r"\bmade\.(\w+)", text))
            assert shown, f"{name} shows all of a secret"
            assert shown <= PLAIN_ATTRIBUTES, f"{name} shows {shown - PLAIN_ATTRIBUTES}"


def secrets_are_in_no_default_and_no_file(files: Files) -> None:
    for name, body in Configuration.parse(files).of_kind("var.").items():
        assert not re.search(r"(password|token|client_secret|access_key|sas)", name), (
            f"{name} asks for a secret"
        )
        assert not re.search(r"[A-Za-z0-9~._-]{34,}", str(body.get("default", ""))), name
    for name, text in files.items():
        given = re.findall(r"(?im)^\s*\w*(?:secret|password|key)\s*=\s*\S.*$", text)
        assert not given, f"{name}: {given}"


def secrets_end(files: Files) -> None:
    made = Configuration.parse(files)
    for name, body in made.of_kind("azuread_application_password.").items():
        assert "timeadd(" in body.get("end_date", ""), f"{name} is valid for two years"
        assert {"var.secret_days", "time_static.secret"} <= references(body)
        assert "timestamp()" not in str(body), "each apply would make new ones"


def workloads_need_no_secret(files: Files) -> None:
    made = Configuration.parse(files)
    workload = the_only(made, "azuread_application_federated_identity_credential.")
    assert workload["for_each"] == "${var.federated_credentials}"
    assert workload["application_id"] == "${azuread_application.role[each.value.role].id}"
    assert made.blocks["var.federated_credentials"]["default"] == {}


def budget_tells_somebody(files: Files) -> None:
    made = Configuration.parse(files)
    budget = the_only(made, "azurerm_consumption_budget_resource_group.")
    assert budget["amount"] == "${var.budget_amount}"
    (notification,) = budget["dynamic"]
    assert notification["notification"]["content"][0]["contact_emails"] == "${var.budget_emails}"
    told = str(notification["notification"]["for_each"])
    assert "Actual" in told
    assert "Forecasted" in told
    assert "default" not in made.blocks["var.budget_emails"], "nobody of ours is to be told"


def what_must_stay_here_is_ignored(files: Files) -> None:
    ignored = files[".gitignore"].split("\n")
    assert {"*.tfstate", "*.tfstate.*", "*.tfvars", "*.secret", "rumbo.env", ".terraform/"} <= set(ignored)


def env_names_are_settings(files: Files) -> None:
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    names = [line.partition("=")[0] for line in files["rumbo.env.example"].splitlines() if line[0] != "#"]
    assert names
    assert set(names) <= known, set(names) - known
    template = files["rumbo.env.tftpl"]
    for place in Layer:
        assert template.replace("${upper(place)}", place.value.upper()) != template
        assert f"{PREFIX}LAKE_{place.value.upper()}" in names
    for role in ("STREAM", "BATCH", "READER"):
        written = re.findall(r"(?m)^(RUMBO_\w+)=", template.replace("${upper(role)}", role))
        assert set(written) - {PREFIX + "LAKE_"} <= known, set(written) - known
        if role != "READER":
            assert set(written) - set(names) == {f"{PREFIX}AZURE_{role}_FEDERATED_TOKEN_FILE"}


def env_example_has_places_that_rumbo_takes(files: Files) -> None:
    for layer in Layer:
        (place,) = re.findall(rf"(?m)^{PREFIX}LAKE_{layer.value.upper()}=(.*)$", files["rumbo.env.example"])
        assert place.startswith(f"abfss://{layer.value}@")
        assert checked_place(place) == place


CHECKS: tuple[Callable[[Files], None], ...] = (
    references_resolve,
    variables_are_described_typed_and_used,
    outputs_are_described,
    versions_are_exact,
    account_is_closed,
    deleted_files_come_back,
    places_are_three_containers,
    stream_writes_landing_only,
    batch_reads_landing_and_writes_the_rest,
    reader_only_reads,
    acls_name_object_ids_in_both_scopes,
    only_the_operator_has_a_role,
    acls_wait_for_the_operators_role,
    secrets_are_outputs_that_are_sensitive,
    secrets_are_in_no_default_and_no_file,
    secrets_end,
    workloads_need_no_secret,
    budget_tells_somebody,
    what_must_stay_here_is_ignored,
    env_names_are_settings,
    env_example_has_places_that_rumbo_takes,
)
