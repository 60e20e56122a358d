locals {
  places = {
    for place, made in azurerm_storage_data_lake_gen2_filesystem.place :
    place => "abfss://${made.name}@${azurerm_storage_account.lake.primary_dfs_host}"
  }
}

output "lake" {
  description = "The three places, as Rumbo's settings take them."
  value       = local.places
}

output "tenant_id" {
  description = "The tenant that the identities are in."
  value       = data.azurerm_client_config.current.tenant_id
}

output "client_ids" {
  description = "What each identity signs in as."
  value       = { for role, made in azuread_application.role : role => made.client_id }
}

output "object_ids" {
  description = "What stands in the ACLs."
  value       = { for role, made in azuread_service_principal.role : role => made.object_id }
}

output "secret_end_dates" {
  description = "When each secret stops working."
  value       = { for key, made in azuread_application_password.secret : key => made.end_date }
}

output "env" {
  description = "Settings for the machine that runs Rumbo, without a secret: `terraform output -raw env > rumbo.env`."
  value = templatefile("${path.module}/rumbo.env.tftpl", {
    places      = local.places
    tenant_id   = data.azurerm_client_config.current.tenant_id
    client_ids  = { for role, made in azuread_application.role : role => made.client_id }
    secrets_dir = length(var.secret_labels) == 0 ? null : var.secrets_dir
  })
}

output "client_secrets" {
  description = "The secret in use of each identity: `terraform output -json client_secrets`. It stands in the state as well."
  sensitive   = true
  value = length(var.secret_labels) == 0 ? {} : {
    for role in local.roles :
    role => azuread_application_password.secret["${role}-${var.secret_labels[length(var.secret_labels) - 1]}"].value
  }
}
