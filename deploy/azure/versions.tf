# Exact versions, because no lock file is committed: `terraform init` would write the registry's address into it.
terraform {
  required_version = ">= 1.9.0" # validations below look at other variables

  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "5.2.0"
    }
    azuread = {
      source  = "hashicorp/azuread"
      version = "3.9.0"
    }
    time = {
      source  = "hashicorp/time"
      version = "0.14.0"
    }
  }
}

provider "azurerm" {
  subscription_id = var.subscription_id

  # The account has no usable keys (storage.tf), so the provider too must sign in as somebody.
  storage_use_azuread = true

  # Version 5 registers nothing by itself.
  resource_providers_to_register = ["Microsoft.Consumption", "Microsoft.Storage"]

  features {}
}

provider "azuread" {
  tenant_id = data.azurerm_client_config.current.tenant_id
}

# Who runs this.
data "azurerm_client_config" "current" {}
