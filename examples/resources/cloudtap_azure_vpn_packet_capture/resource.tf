variable "capture_container" {
  description = "URL of a container with a SAS: https://webcaptures.blob.core.windows.net/vpn?sv=...&sp=cw&se=...&sig=..."
  type        = string
  ephemeral   = true
  sensitive   = true
}

# Ten minutes of one connection: IKE, ESP, and the TLS packets inside the tunnel.
resource "cloudtap_azure_vpn_packet_capture" "office" {
  target_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/edge/providers/Microsoft.Network/connections/office"
  duration_in_seconds = 600

  filter = {
    tracing_flags                   = ["ESP", "IKE"]
    max_packet_buffer_size_in_bytes = 1500
    destination_subnets             = ["192.168.10.0/24"]
    destination_ports               = [443]
    protocols                       = [6]
  }

  sas_url_wo         = var.capture_container
  sas_url_wo_version = 1
}

# An interrupted apply leaves the capture running.
check "office_was_captured" {
  assert {
    condition     = cloudtap_azure_vpn_packet_capture.office.status == "completed"
    error_message = "The capture is ${cloudtap_azure_vpn_packet_capture.office.status}: apply again, which stops it."
  }
}
