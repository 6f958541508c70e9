# The one of a region.
data "cloudtap_azure_network_watcher" "region" {
  location = "westeurope"
}

# One by name.
data "cloudtap_azure_network_watcher" "named" {
  name                = "NetworkWatcher_northeurope"
  resource_group_name = "NetworkWatcherRG"
}
