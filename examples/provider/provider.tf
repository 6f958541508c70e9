terraform {
  required_providers {
    cloudtap = {
      source  = "cloudtap/cloudtap"
      version = "~> 0.1"
    }
  }
}

# Credentials come from `az login`, or from the environment.
provider "cloudtap" {
  azure = {
    subscription_id = "00000000-0000-0000-0000-000000000000"
  }
}

data "cloudtap_azure_network_watcher" "region" {
  location = "westeurope"
}

resource "cloudtap_azure_packet_capture" "tls" {
  name                  = "web-tls"
  network_watcher_id    = data.cloudtap_azure_network_watcher.region.id
  target_id             = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web-1"
  time_limit_in_seconds = 60
  filters               = [{ protocol = "TCP", local_port = "443" }]
  storage_location      = { storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web/providers/Microsoft.Storage/storageAccounts/webcaptures" }
}
