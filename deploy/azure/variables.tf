variable "subscription_id" {
  description = "Subscription that pays: `az account show --query id -o tsv`."
  type        = string

  validation {
    condition     = can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.subscription_id))
    error_message = "A subscription id is 32 hexadecimal digits in five groups, in lower case."
  }
}

variable "storage_account_name" {
  description = "Name of the storage account. Nobody else in the world may have it."
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9]{3,24}$", var.storage_account_name))
    error_message = "3 to 24 lower-case letters and digits, nothing else."
  }
}

variable "name" {
  description = "Beginning of the names of all else: the resource group, the applications, the budget."
  type        = string
  default     = "rumbo"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,38}[a-z0-9]$", var.name))
    error_message = "2 to 40 lower-case letters, digits and hyphens, with a letter first and no hyphen last."
  }
}

variable "location" {
  description = "Azure region, as `az account list-locations -o table` names it."
  type        = string
  default     = "westeurope"

  validation {
    condition     = can(regex("^[a-z][a-z0-9]+$", var.location))
    error_message = "The short name: lower-case letters and digits, such as westeurope."
  }
}

variable "replication" {
  description = "Copies that Azure keeps: LRS (one building), ZRS (one region), GRS, RAGRS, GZRS or RAGZRS (two regions)."
  type        = string
  default     = "LRS"

  validation {
    condition     = contains(["LRS", "ZRS", "GRS", "RAGRS", "GZRS", "RAGZRS"], var.replication)
    error_message = "One of LRS, ZRS, GRS, RAGRS, GZRS, RAGZRS."
  }
}

variable "soft_delete_days" {
  description = "Days that deleted files and containers can be brought back. They cost as much as before meanwhile."
  type        = number
  default     = 7

  validation {
    condition     = var.soft_delete_days >= 1 && var.soft_delete_days <= 365 && floor(var.soft_delete_days) == var.soft_delete_days
    error_message = "A whole number from 1 to 365."
  }
}

variable "allowed_ip_ranges" {
  description = "Public IPv4 addresses or ranges that may reach the account, yours among them; empty: any that signs in."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for range in var.allowed_ip_ranges : can(regex("^\\d{1,3}(\\.\\d{1,3}){3}(/([0-9]|[12][0-9]|30))?$", range))])
    error_message = "IPv4 addresses, or ranges no smaller than /30: the storage firewall takes no /31 and no /32."
  }
}

variable "reader" {
  description = "Whether there is a third identity that only reads, for analysts and `rumbo sql`, `export`, `trace`, `audit`."
  type        = bool
  default     = false
}

variable "secret_labels" {
  description = "One client secret per label and identity; the last label's is the one in use. Two while you rotate, none with federated credentials alone."
  type        = list(string)
  default     = ["1"]

  validation {
    condition     = length(var.secret_labels) <= 2 && length(distinct(var.secret_labels)) == length(var.secret_labels)
    error_message = "At most two labels, and no label twice."
  }

  validation {
    condition     = alltrue([for label in var.secret_labels : can(regex("^[a-z0-9-]{1,20}$", label))])
    error_message = "A label is 1 to 20 lower-case letters, digits and hyphens, such as 2026-11."
  }
}

variable "secret_days" {
  description = "Days that a client secret is valid. Another number replaces all secrets at once."
  type        = number
  default     = 90

  validation {
    condition     = var.secret_days >= 1 && var.secret_days <= 180 && floor(var.secret_days) == var.secret_days
    error_message = "A whole number from 1 to 180."
  }
}

variable "federated_credentials" {
  description = "Workloads that may act as an identity without a secret: a Kubernetes service account, a CI job. Key: a name of yours."
  type = map(object({
    role     = string # stream, batch or reader
    issuer   = string # the cluster's OIDC issuer, say
    subject  = string # system:serviceaccount:NAMESPACE:NAME, say
    audience = optional(string, "api://AzureADTokenExchange")
  }))
  default = {}

  validation {
    condition     = alltrue([for one in var.federated_credentials : contains(var.reader ? ["stream", "batch", "reader"] : ["stream", "batch"], one.role)])
    error_message = "A role is stream, batch, or, with `reader = true`, reader."
  }

  validation {
    condition     = alltrue([for one in var.federated_credentials : startswith(one.issuer, "https://") && one.subject != ""])
    error_message = "An issuer is an https:// address, and a subject is not empty."
  }
}

variable "grant_operator" {
  description = "Whether whoever runs this is made Storage Blob Data Owner of the account. Without that role nobody can set ACLs, an Owner of the subscription neither."
  type        = bool
  default     = true
}

variable "propagation_s" {
  description = "Seconds to wait until that role is known everywhere. Azure says up to 10 minutes; where 403 comes, apply once more."
  type        = number
  default     = 120

  validation {
    condition     = var.propagation_s >= 0 && var.propagation_s <= 900
    error_message = "From 0 to 900."
  }
}

variable "budget_amount" {
  description = "Cost of the resource group in a month, in your billing currency, at which e-mails are sent. Nothing is stopped."
  type        = number
  default     = 50

  validation {
    condition     = var.budget_amount >= 1
    error_message = "At least 1."
  }
}

variable "budget_emails" {
  description = "Who is told when the budget is nearly spent, spent, or will be."
  type        = list(string)

  validation {
    condition     = length(var.budget_emails) >= 1 && length(var.budget_emails) <= 50 && alltrue([for one in var.budget_emails : can(regex("^[^@ ]+@[^@ ]+[.][^@ ]+$", one))])
    error_message = "1 to 50 e-mail addresses."
  }
}

variable "secrets_dir" {
  description = "Folder on the machine that runs Rumbo where you put the secrets' files; it stands in the output `env`."
  type        = string
  default     = "$HOME/.config/rumbo"

  validation {
    condition     = can(regex("^(/|\\$HOME/)[A-Za-z0-9._/-]+$", var.secrets_dir))
    error_message = "An absolute folder, or one under $HOME, without spaces."
  }
}

variable "tags" {
  description = "Tags of the resource group, the account."
  type        = map(string)
  default     = { project = "rumbo" }
}
