# terraform apply -invoke=action.cloudtap_azure_packet_capture_stop.tls
action "cloudtap_azure_packet_capture_stop" "tls" {
  config {
    packet_capture_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope/packetCaptures/web-tls"
  }
}
