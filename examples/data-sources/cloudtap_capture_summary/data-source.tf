# What a file on this machine says about one host, without any account.
data "cloudtap_capture_summary" "web" {
  source = { files = ["captures/web.pcap"] }
  filter = "tcp and host 10.0.0.4"
}

output "slowest_handshake_in_milliseconds" {
  value = try(data.cloudtap_capture_summary.web.handshake_rtt.maximum_in_milliseconds, null)
}
