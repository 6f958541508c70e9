# Captures of the region that run right now.
data "cloudtap_azure_packet_captures" "all" {
  network_watcher_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope"
  name_regex         = "^web-"
  include_status     = true
}

output "running" {
  value = [for capture in data.cloudtap_azure_packet_captures.all.packet_captures : capture.name if capture.status == "Running"]
}
