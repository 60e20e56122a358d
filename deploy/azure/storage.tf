resource "azurerm_resource_group" "rumbo" {
  name     = var.name
  location = var.location
  tags     = var.tags
}

resource "azurerm_storage_account" "lake" {
  name                = var.storage_account_name
  resource_group_name = azurerm_resource_group.rumbo.name
  location            = azurerm_resource_group.rumbo.location

  account_kind             = "StorageV2"
  account_tier             = "Standard"
  account_replication_type = var.replication
  access_tier              = "Hot"
  is_hns_enabled           = true # folders with rights of their own, and renames in one step

  https_traffic_only_enabled       = true
  min_tls_version                  = "TLS1_2"
  allow_nested_items_to_be_public  = false
  shared_access_key_enabled        = false # a key would pass by every ACL
  default_to_oauth_authentication  = true
  local_user_enabled               = false
  cross_tenant_replication_enabled = false

  # No versioning: accounts with a hierarchical namespace do not have it.
  blob_properties {
    delete_retention_policy {
      days = var.soft_delete_days
    }
    container_delete_retention_policy {
      days = var.soft_delete_days
    }
  }

  network_rules {
    default_action = length(var.allowed_ip_ranges) == 0 ? "Allow" : "Deny"
    bypass         = ["AzureServices"]
    ip_rules       = var.allowed_ip_ranges
  }

  tags = var.tags
}

# Owning the subscription says nothing about its data: without this role, setting the ACLs below is a 403.
resource "azurerm_role_assignment" "operator" {
  count = var.grant_operator ? 1 : 0

  scope                = azurerm_storage_account.lake.id
  role_definition_name = "Storage Blob Data Owner"
  principal_id         = data.azurerm_client_config.current.object_id
}

resource "time_sleep" "operator_known" {
  create_duration = "${var.grant_operator ? var.propagation_s : 0}s"
  triggers        = { assignment = join("", azurerm_role_assignment.operator[*].id) }
}

locals {
  # All that Rumbo's identities may do. Nobody has a role on the account, so what is not here is refused.
  rights = {
    landing = { stream = "rwx", batch = "r-x", reader = "r-x" }
    staging = { batch = "rwx", reader = "r-x" }
    common  = { batch = "rwx", reader = "r-x" }
  }

  # Each place is the root of its container: there is no parent folder on which anybody would need `x`.
  # `access` is for the root itself; `default` is what files and folders made below it get.
  # Azure wants the three entries without an id in every ACL, and the mask where there are entries with one.
  acls = {
    for place, rights in local.rights : place => flatten([
      for scope in ["access", "default"] : concat(
        [
          { scope = scope, type = "user", id = null, permissions = "rwx" },
          { scope = scope, type = "group", id = null, permissions = "r-x" },
          { scope = scope, type = "mask", id = null, permissions = "rwx" },
          { scope = scope, type = "other", id = null, permissions = "---" },
        ],
        [
          for role, permissions in rights : {
            scope = scope
            type  = "user"
            # The service principal's object id. With the application's, Azure says yes and the ACL does nothing.
            id          = azuread_service_principal.role[role].object_id
            permissions = permissions
          } if contains(local.roles, role)
        ],
      )
    ])
  }
}

resource "azurerm_storage_data_lake_gen2_filesystem" "place" {
  for_each = local.acls

  name               = each.key
  storage_account_id = azurerm_storage_account.lake.id

  dynamic "ace" {
    for_each = each.value

    content {
      scope       = ace.value.scope
      type        = ace.value.type
      id          = ace.value.id
      permissions = ace.value.permissions
    }
  }

  depends_on = [time_sleep.operator_known]
}
