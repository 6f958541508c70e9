# A ring of ten files of 100 MiB on two instances of a scale set, overwritten
# for up to seven days: whatever happened last is there when it is needed.
resource "cloudtap_azure_packet_capture" "ring" {
  name               = "workers-ring"
  network_watcher_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope"
  target_id          = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web/providers/Microsoft.Compute/virtualMachineScaleSets/workers"
  instances          = { include = ["0", "1"] }

  continuous_capture = true
  capture_settings = {
    file_count                    = 10
    file_size_in_bytes            = 104857600
    session_time_limit_in_seconds = 604800
  }

  storage_location = {
    file_path = "/var/captures/ring.cap"
  }

  # Set this to "stopped" when the incident has happened: the files stay.
  desired_state = "running"
}
