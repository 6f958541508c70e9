# export CLOUDTAP_AZURE_CAPTURE_SAS_URL='https://webcaptures.blob.core.windows.net/vpn?sv=...&sp=cw&se=...&sig=...'
# terraform apply -invoke=action.cloudtap_azure_vpn_packet_capture.gateway
action "cloudtap_azure_vpn_packet_capture" "gateway" {
  config {
    target_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/edge/providers/Microsoft.Network/virtualNetworkGateways/gateway"
    duration_in_seconds = 600
  }
}
