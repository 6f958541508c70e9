# Filters in the language of tcpdump: TCP of a network, without the SSH session
# that you look at it with. What the service cannot filter by is an error at plan.
resource "cloudtap_azure_packet_capture" "web" {
  name               = "web-without-ssh"
  network_watcher_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope"
  target_id          = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web-1"

  filters = provider::cloudtap::azure_capture_filters("tcp and net 10.0.0.0/24 and not port 22")

  storage_location = {
    storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web/providers/Microsoft.Storage/storageAccounts/webcaptures"
  }
}

# The same selection for tcpdump on another machine.
output "tcpdump" {
  value = "tcpdump -i any '${provider::cloudtap::capture_filter_expression(cloudtap_azure_packet_capture.web.filters)}'"
}
