import {
  to = cloudtap_azure_packet_capture.tls
  identity = {
    subscription_id      = "00000000-0000-0000-0000-000000000000"
    resource_group_name  = "NetworkWatcherRG"
    network_watcher_name = "NetworkWatcher_westeurope"
    name                 = "web-tls"
  }
}
