data "cloudtap_azure_network_watcher" "westeurope" {
  location = "westeurope"
}

# Ten minutes of the TLS traffic of a virtual machine, into a storage account.
# Creating it takes as long as the capture, and status reports how it ended.
resource "cloudtap_azure_packet_capture" "tls" {
  name               = "web-tls"
  network_watcher_id = data.cloudtap_azure_network_watcher.westeurope.id
  target_id          = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web-1"

  time_limit_in_seconds = 600
  filters = [{
    protocol   = "TCP"
    local_port = "443"
  }]

  storage_location = {
    storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web/providers/Microsoft.Storage/storageAccounts/webcaptures"
  }

  wait_for_completion = true
}

output "capture_file" {
  value = cloudtap_azure_packet_capture.tls.storage_location.storage_path
}
