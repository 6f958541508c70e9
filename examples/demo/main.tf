# What make demo applies. By hand: start the simulated clouds with
#
#   make sim
#
# and in another shell, as it says there, source the environment that it wrote
# and run terraform apply here.

terraform {
  required_providers {
    cloudtap = {
      source = "cloudtap/cloudtap"
    }
  }
}

variable "location" {
  type        = string
  description = "Region of the virtual machine."
}

variable "virtual_machine_id" {
  type        = string
  description = "ARM ID of the virtual machine to capture on."
}

variable "storage_account_id" {
  type        = string
  description = "ARM ID of the storage account for the captured packets."
}

# Everything that the provider needs comes from the environment.
provider "cloudtap" {}

data "cloudtap_azure_network_watcher" "here" {
  location = var.location
}

resource "cloudtap_azure_packet_capture" "tls" {
  name               = "demo-tls"
  network_watcher_id = data.cloudtap_azure_network_watcher.here.id
  target_id          = var.virtual_machine_id

  time_limit_in_seconds = 60
  filters = [{
    protocol   = "TCP"
    local_port = "443"
  }]
  storage_location = {
    storage_account_id = var.storage_account_id
  }

  wait_for_completion = true
}

output "azure_capture" {
  description = "How the capture on the virtual machine ended."
  value = {
    status       = cloudtap_azure_packet_capture.tls.status
    stop_reason  = cloudtap_azure_packet_capture.tls.stop_reason
    storage_path = cloudtap_azure_packet_capture.tls.storage_location.storage_path
  }
}
