output "watcher" {
  value = provider::cloudtap::parse_packet_capture_id("/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope/packetCaptures/web-tls").network_watcher_name
}
