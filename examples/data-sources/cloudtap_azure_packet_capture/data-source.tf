data "cloudtap_azure_packet_capture" "tls" {
  name               = "web-tls"
  network_watcher_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope"
}

output "tls_capture" {
  value = join(": ", compact([
    data.cloudtap_azure_packet_capture.tls.status,
    data.cloudtap_azure_packet_capture.tls.stop_reason,
  ]))
}
