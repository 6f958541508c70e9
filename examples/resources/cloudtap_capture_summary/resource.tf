resource "cloudtap_azure_packet_capture" "tls" {
  name                  = "web-tls"
  network_watcher_id    = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_westeurope"
  target_id             = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web-1"
  filters               = provider::cloudtap::azure_capture_filters("tcp port 443")
  time_limit_in_seconds = 600

  storage_location = {
    storage_account_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web/providers/Microsoft.Storage/storageAccounts/webcaptures"
  }
}

# Waits for the capture's end and its pcap, reads it once, keeps the file for
# Wireshark, and writes a page.
resource "cloudtap_capture_summary" "tls" {
  source        = { azure_packet_capture_id = cloudtap_azure_packet_capture.tls.id }
  include_names = true
  save_to       = "captures"
  report_to     = "captures/tls.html"
}

# The apply ends with the answer.
check "tls_is_answered" {
  assert {
    condition     = cloudtap_capture_summary.tls.connections.established > 0
    error_message = "No TLS connection was established."
  }
  assert {
    condition     = cloudtap_capture_summary.tls.connections.refused + cloudtap_capture_summary.tls.connections.unanswered == 0
    error_message = "Connections were refused or got no answer:\n${cloudtap_capture_summary.tls.report}"
  }
}

output "report" {
  value = cloudtap_capture_summary.tls.report
}

# The files of a firewall or a VPN gateway, in the container that its shared access
# signature (SAS) names. A gateway puts them into folders by the time of the start:
# here those of the capture's day.
variable "capture_container_sas_url" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "cloudtap_azure_vpn_packet_capture" "office" {
  target_id           = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/edge/providers/Microsoft.Network/connections/office"
  duration_in_seconds = 600
  sas_url_wo          = var.capture_container_sas_url
  sas_url_wo_version  = 1
}

resource "cloudtap_capture_summary" "vpn" {
  source = {
    azure_container_sas_url_wo         = var.capture_container_sas_url
    azure_container_sas_url_wo_version = 1
    azure_container_prefix             = formatdate("YYYY/MM/DD/", cloudtap_azure_vpn_packet_capture.office.started_at)
  }
}

output "packets_by_instance" {
  value = { for file in cloudtap_capture_summary.vpn.files : file.name => "${coalesce(file.instance, "?")}: ${file.packet_count} packets" }
}
