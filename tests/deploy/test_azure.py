"""deploy/azure keeps its promises, and each check of them sees a fault."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support import azure_promises as promises
from support.azure_promises import CHECKS, Files
from support.promises import promised
from support.terraform import Configuration, read_folder

ROOT = Path(__file__).parents[2]

STREAM_ROLE = """
resource "azurerm_role_assignment" "stream" {
  scope                = azurerm_storage_account.lake.id
  role_definition_name = "Storage Blob Data Contributor"
  principal_id         = azuread_service_principal.role["stream"].object_id
}
"""

FAULTS: tuple[tuple[Callable[[Files], None], str, str, str], ...] = (
    (promises.references_resolve, "outputs.tf", "local.places", "local.locations"),
    (promises.references_resolve, "budget.tf", "var.budget_amount", "var.budget"),
    (
        promises.references_resolve,
        "storage.tf",
        "azuread_service_principal.role",
        "azuread_service_principal.roles",
    ),
    (promises.variables_are_described_typed_and_used, "budget.tf", "var.budget_amount", "50"),
    (
        promises.variables_are_described_typed_and_used,
        "variables.tf",
        "Name of the storage account. Nobody else in the world may have it.",
        "",
    ),
    (promises.outputs_are_described, "outputs.tf", "What stands in the ACLs.", ""),
    (promises.versions_are_exact, "versions.tf", '"5.2.0"', '"~> 5.2"'),
    (promises.account_is_closed, "storage.tf", "is_hns_enabled           = true", "is_hns_enabled = false"),
    (promises.account_is_closed, "storage.tf", "shared_access_key_enabled        = false", ""),
    (promises.account_is_closed, "versions.tf", "storage_use_azuread = true", ""),
    (
        promises.deleted_files_come_back,
        "storage.tf",
        "container_delete_retention_policy {",
        "restore_policy {",
    ),
    (promises.places_are_three_containers, "storage.tf", "staging = {", "stage = {"),
    (promises.stream_writes_landing_only, "storage.tf", "staging = { ", 'staging = { stream = "r-x", '),
    (promises.stream_writes_landing_only, "storage.tf", 'stream = "rwx"', 'stream = "r-x"'),
    (promises.batch_reads_landing_and_writes_the_rest, "storage.tf", 'batch = "r-x"', 'batch = "rwx"'),
    (promises.batch_reads_landing_and_writes_the_rest, "storage.tf", 'batch = "rwx"', 'batch = "r-x"'),
    (promises.reader_only_reads, "storage.tf", 'reader = "r-x"', 'reader = "rwx"'),
    (promises.acls_name_object_ids_in_both_scopes, "storage.tf", '["access", "default"]', '["access"]'),
    (
        promises.acls_name_object_ids_in_both_scopes,
        "storage.tf",
        "service_principal.role[",
        "application.role[",
    ),
    (
        promises.acls_name_object_ids_in_both_scopes,
        "storage.tf",
        'permissions = "---"',
        'permissions = "r-x"',
    ),
    (promises.only_the_operator_has_a_role, "storage.tf", "\nlocals {", f"{STREAM_ROLE}\nlocals {{"),
    (promises.acls_wait_for_the_operators_role, "storage.tf", "depends_on = [time_sleep.operator_known]", ""),
    (promises.secrets_are_outputs_that_are_sensitive, "outputs.tf", "sensitive   = true", ""),
    (promises.secrets_are_outputs_that_are_sensitive, "outputs.tf", "made.end_date", "made.value"),
    (
        promises.secrets_are_in_no_default_and_no_file,
        "rumbo.env.example",
        "_SECRET_FILE=$HOME",
        "_SECRET=$HOME",
    ),
    (promises.secrets_are_in_no_default_and_no_file, "variables.tf", '"secret_labels"', '"client_secret"'),
    (promises.secrets_end, "identities.tf", "  end_date ", "  #"),
    (promises.secrets_end, "identities.tf", "time_static.secret[each.key].rfc3339", "timestamp()"),
    (
        promises.workloads_need_no_secret,
        "identities.tf",
        "for_each = var.federated_credentials",
        "for_each = {}",
    ),
    (
        promises.budget_tells_somebody,
        "budget.tf",
        "contact_emails = var.budget_emails",
        "contact_emails = []",
    ),
    (promises.what_must_stay_here_is_ignored, ".gitignore", "*.tfstate\n", ""),
    (promises.env_names_are_settings, "rumbo.env.example", "AZURE_TENANT_ID", "AZURE_TENANT"),
    (promises.env_names_are_settings, "rumbo.env.tftpl", "_CLIENT_ID", "_APP_ID"),
    (
        promises.env_example_has_places_that_rumbo_takes,
        "rumbo.env.example",
        "abfss://common@",
        "https://common@",
    ),
)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return read_folder(ROOT / "deploy" / "azure")


(test_the_configuration_keeps_its_promise, test_a_fault_is_seen, test_every_promise_is_proved_by_a_fault) = (
    promised(CHECKS, FAULTS)
)


@pytest.mark.parametrize("page", ["docs/azure.md"])
def test_each_variable_is_in_the_docs(page: str, files: Files) -> None:
    text = (ROOT / page).read_text()
    for name in Configuration.parse(files).of_kind("var."):
        assert f"`{name}`" in text, name
