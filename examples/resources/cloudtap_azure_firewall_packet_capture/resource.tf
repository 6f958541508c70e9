variable "capture_container" {
  description = "URL of a container with a SAS: https://webcaptures.blob.core.windows.net/edge?sv=...&sp=cw&se=...&sig=..."
  type        = string
  ephemeral   = true
  sensitive   = true
}

# One minute of the TLS connections that a firewall lets through. The files, one
# of each instance, are in the root of the container.
resource "cloudtap_azure_firewall_packet_capture" "tls" {
  firewall_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/edge/providers/Microsoft.Network/azureFirewalls/hub"
  file_name   = "hub-tls"
  protocol    = "TCP"

  filters = [{
    sources           = ["10.1.0.0/16"]
    destinations      = ["203.0.113.7"]
    destination_ports = [443]
  }]

  sas_url_wo         = var.capture_container
  sas_url_wo_version = 1
}
