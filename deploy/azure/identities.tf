locals {
  roles = var.reader ? ["batch", "reader", "stream"] : ["batch", "stream"]

  does = {
    stream = "writes landing, and sees nothing else"
    batch  = "reads landing, writes staging and common"
    reader = "reads landing, staging and common"
  }

  secrets = {
    for pair in setproduct(local.roles, var.secret_labels) :
    "${pair[0]}-${pair[1]}" => { role = pair[0], label = pair[1] }
  }
}

resource "azuread_application" "role" {
  for_each = toset(local.roles)

  display_name            = "${var.name}-${each.key}"
  description             = "Rumbo: ${local.does[each.key]}."
  owners                  = [data.azurerm_client_config.current.object_id]
  sign_in_audience        = "AzureADMyOrg"
  prevent_duplicate_names = true
}

resource "azuread_service_principal" "role" {
  for_each = azuread_application.role

  client_id   = each.value.client_id
  description = each.value.description
  owners      = [data.azurerm_client_config.current.object_id]
}

# When a secret was made; its end is counted from there, so that the next apply does not move it.
resource "time_static" "secret" {
  for_each = local.secrets
}

resource "azuread_application_password" "secret" {
  for_each = local.secrets

  application_id = azuread_application.role[each.value.role].id
  display_name   = "rumbo ${each.value.label}"
  end_date       = timeadd(time_static.secret[each.key].rfc3339, "${var.secret_days * 24}h")
}

resource "azuread_application_federated_identity_credential" "workload" {
  for_each = var.federated_credentials

  application_id = azuread_application.role[each.value.role].id
  display_name   = each.key
  description    = "Rumbo's ${each.value.role} as a workload identity"
  issuer         = each.value.issuer
  subject        = each.value.subject
  audiences      = [each.value.audience]
}
