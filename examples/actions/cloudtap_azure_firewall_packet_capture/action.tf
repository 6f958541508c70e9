# export CLOUDTAP_AZURE_CAPTURE_SAS_URL='https://webcaptures.blob.core.windows.net/edge?sv=...&sp=cw&se=...&sig=...'
# terraform apply -invoke=action.cloudtap_azure_firewall_packet_capture.tls
action "cloudtap_azure_firewall_packet_capture" "tls" {
  config {
    firewall_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/edge/providers/Microsoft.Network/azureFirewalls/hub"
    file_name             = "hub-tls"
    time_limit_in_seconds = 120
    filters = [{
      sources           = ["10.1.0.0/16"]
      destinations      = ["203.0.113.7"]
      destination_ports = [443]
    }]
  }
}
