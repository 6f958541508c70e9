variable "virtual_machine_id" {
  type = string
}

variable "storage_account_id" {
  type = string
}

data "cloudtap_azure_network_watcher" "here" {
  location = "westeurope"
}

# The TCP traffic of a network, without the SSH session that you look at it with.
resource "cloudtap_azure_packet_capture" "web" {
  name               = "web-without-ssh"
  network_watcher_id = data.cloudtap_azure_network_watcher.here.id
  target_id          = var.virtual_machine_id

  filters = provider::cloudtap::azure_capture_filters("tcp and net 10.0.0.0/24 and not port 22")

  storage_location = { storage_account_id = var.storage_account_id }
}

# [{ protocol = "TCP", local_port = "443", ... }, { protocol = "TCP", remote_port = "443", ... }]
output "filters" {
  value = provider::cloudtap::azure_capture_filters("tcp port 443")
}
