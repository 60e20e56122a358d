resource "time_static" "budget" {}

resource "azurerm_consumption_budget_resource_group" "month" {
  name              = "${var.name}-month"
  resource_group_id = azurerm_resource_group.rumbo.id

  amount     = var.budget_amount
  time_grain = "Monthly"

  time_period {
    start_date = formatdate("YYYY-MM-'01T00:00:00Z'", time_static.budget.rfc3339) # Azure wants the first of a month
  }

  dynamic "notification" {
    for_each = {
      nearly  = { threshold = 80, type = "Actual" }
      spent   = { threshold = 100, type = "Actual" }
      will_be = { threshold = 100, type = "Forecasted" }
    }

    content {
      operator       = "GreaterThanOrEqualTo"
      threshold      = notification.value.threshold
      threshold_type = notification.value.type
      contact_emails = var.budget_emails
    }
  }
}
