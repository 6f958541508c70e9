variable "virtual_wan_container" {
  description = "URL of a container with a SAS."
  type        = string
  ephemeral   = true
  sensitive   = true
}

resource "cloudtap_azure_vpn_packet_capture" "branch" {
  target_id             = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/edge/providers/Microsoft.Network/vpnGateways/hub/vpnConnections/branch"
  link_connection_names = ["branch-link-1"]
  sas_url_wo            = var.virtual_wan_container
  sas_url_wo_version    = 1
}
