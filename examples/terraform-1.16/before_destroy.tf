# Needs Terraform 1.16: an action before a destroy stops the capture, so that its
# file is complete before the machine goes. The order of the destroy is: the
# guard with its action, the capture, and last the machine.
terraform {
  required_version = ">= 1.16"

  required_providers {
    cloudtap = {
      source  = "cloudtap/cloudtap"
      version = "~> 0.1"
    }
  }
}

variable "vm_id" {
  type        = string
  description = "ARM ID of the virtual machine."
}

variable "network_watcher_id" {
  type        = string
  description = "ARM ID of the network watcher of its region."
}

variable "storage_account_id" {
  type        = string
  description = "ARM ID of the storage account for the file."
}

resource "cloudtap_azure_packet_capture" "tls" {
  name               = "web-tls"
  network_watcher_id = var.network_watcher_id
  target_id          = var.vm_id
  storage_location   = { storage_account_id = var.storage_account_id }
}

action "cloudtap_azure_packet_capture_stop" "tls" {
  config {
    packet_capture_id = cloudtap_azure_packet_capture.tls.id
  }
}

resource "terraform_data" "guard" {
  input = cloudtap_azure_packet_capture.tls.id

  lifecycle {
    action_trigger {
      events  = [before_destroy]
      actions = [action.cloudtap_azure_packet_capture_stop.tls]
    }
  }
}
