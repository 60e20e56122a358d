# `terraform test`: plans all of it with made-up providers. Needs the providers' binaries, no account and no sign-in.

mock_provider "azurerm" {
  mock_data "azurerm_client_config" {
    defaults = {
      tenant_id = "00000000-0000-0000-0000-0000000000aa"
      object_id = "00000000-0000-0000-0000-0000000000ff"
    }
  }
  mock_resource "azurerm_resource_group" {
    defaults = { id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rumbo" }
  }
  mock_resource "azurerm_storage_account" {
    defaults = {
      id               = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rumbo/providers/Microsoft.Storage/storageAccounts/rumbolake"
      primary_dfs_host = "rumbolake.dfs.core.windows.net"
    }
  }
}

mock_provider "azuread" {}

mock_provider "time" {
  mock_resource "time_static" {
    defaults = { rfc3339 = "2026-11-28T10:00:00Z" }
  }
}

override_resource {
  target = azuread_application.role["stream"]
  values = { id = "/applications/00000000-0000-0000-0000-0000000000a1", client_id = "00000000-0000-0000-0000-0000000000c1" }
}
override_resource {
  target = azuread_application.role["batch"]
  values = { id = "/applications/00000000-0000-0000-0000-0000000000a2", client_id = "00000000-0000-0000-0000-0000000000c2" }
}
override_resource {
  target = azuread_application.role["reader"]
  values = { id = "/applications/00000000-0000-0000-0000-0000000000a3", client_id = "00000000-0000-0000-0000-0000000000c3" }
}
override_resource {
  target = azuread_service_principal.role["stream"]
  values = { object_id = "00000000-0000-0000-0000-0000000000d1" }
}
override_resource {
  target = azuread_service_principal.role["batch"]
  values = { object_id = "00000000-0000-0000-0000-0000000000d2" }
}
override_resource {
  target = azuread_service_principal.role["reader"]
  values = { object_id = "00000000-0000-0000-0000-0000000000d3" }
}

variables {
  subscription_id      = "00000000-0000-0000-0000-000000000000"
  storage_account_name = "rumbolake"
  budget_emails        = ["you@example.com"]
}

run "two_identities" {
  command = apply

  assert {
    condition     = toset(keys(azurerm_storage_data_lake_gen2_filesystem.place)) == toset(["landing", "staging", "common"])
    error_message = "There are not three places."
  }
  assert {
    condition = toset([
      for one in azurerm_storage_data_lake_gen2_filesystem.place["landing"].ace : "${one.scope} ${one.permissions}"
      if one.id == azuread_service_principal.role["stream"].object_id
    ]) == toset(["access rwx", "default rwx"])
    error_message = "The stream cannot write landing."
  }
  assert {
    condition = alltrue([
      for place in ["staging", "common"] : alltrue([
        for one in azurerm_storage_data_lake_gen2_filesystem.place[place].ace : one.id != azuread_service_principal.role["stream"].object_id
      ])
    ])
    error_message = "The stream has a right beside landing."
  }
  assert {
    condition = toset([
      for one in azurerm_storage_data_lake_gen2_filesystem.place["landing"].ace : "${one.scope} ${one.permissions}"
      if one.id == azuread_service_principal.role["batch"].object_id
    ]) == toset(["access r-x", "default r-x"])
    error_message = "The batch does not just read landing."
  }
  assert {
    condition = alltrue([
      for place in ["staging", "common"] : toset([
        for one in azurerm_storage_data_lake_gen2_filesystem.place[place].ace : "${one.scope} ${one.permissions}"
        if one.id == azuread_service_principal.role["batch"].object_id
      ]) == toset(["access rwx", "default rwx"])
    ])
    error_message = "The batch cannot write staging and common."
  }
  assert {
    condition     = output.lake.landing == "abfss://landing@rumbolake.dfs.core.windows.net"
    error_message = "The place is not as Rumbo takes it."
  }
  assert {
    condition     = output.secret_end_dates["stream-1"] == "2027-02-26T10:00:00Z"
    error_message = "The secret does not end after 90 days."
  }
  assert {
    condition     = strcontains(output.env, "RUMBO_AZURE_STREAM_CLIENT_ID=00000000-0000-0000-0000-0000000000c1\nRUMBO_AZURE_STREAM_CLIENT_SECRET_FILE=$HOME/.config/rumbo/stream.secret\n")
    error_message = "The settings are wrong."
  }
  assert {
    condition     = alltrue([for secret in values(output.client_secrets) : !strcontains(output.env, secret)])
    error_message = "The settings hold a secret."
  }
}

run "a_reader_and_no_secret" {
  command = apply

  variables {
    reader        = true
    secret_labels = []
    federated_credentials = {
      aks = { role = "stream", issuer = "https://issuer.example", subject = "system:serviceaccount:rumbo:stream" }
    }
  }

  assert {
    condition = alltrue([
      for place in ["landing", "staging", "common"] : toset([
        for one in azurerm_storage_data_lake_gen2_filesystem.place[place].ace : "${one.scope} ${one.permissions}"
        if one.id == azuread_service_principal.role["reader"].object_id
      ]) == toset(["access r-x", "default r-x"])
    ])
    error_message = "The reader does not just read."
  }
  assert {
    condition     = length(azuread_application_password.secret) == 0 && length(output.client_secrets) == 0
    error_message = "There is a secret."
  }
  assert {
    condition     = azuread_application_federated_identity_credential.workload["aks"].application_id == azuread_application.role["stream"].id
    error_message = "The workload acts for another."
  }
}

run "two_secrets_while_rotating" {
  command = apply

  variables {
    secret_labels = ["1", "2"]
  }

  assert {
    condition     = length(azuread_application_password.secret) == 4 && output.client_secrets["stream"] == azuread_application_password.secret["stream-2"].value
    error_message = "The last label's secret is not the one in use."
  }
}

run "a_role_that_is_not_there" {
  command = plan

  variables {
    federated_credentials = {
      nobody = { role = "reader", issuer = "https://issuer.example", subject = "s" }
    }
  }

  expect_failures = [var.federated_credentials]
}

run "an_account_name_with_capitals" {
  command = plan

  variables {
    storage_account_name = "RumboLake"
  }

  expect_failures = [var.storage_account_name]
}
