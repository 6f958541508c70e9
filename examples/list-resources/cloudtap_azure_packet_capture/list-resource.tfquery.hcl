# terraform query (Terraform 1.14 and later) lists what can be imported.
list "cloudtap_azure_packet_capture" "all" {
  provider = cloudtap
  config {
    network_watcher_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope"
    name_regex         = "^web-"
  }
}
