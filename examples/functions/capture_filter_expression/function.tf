# tcp and (port 80 or port 443)
output "expression" {
  value = provider::cloudtap::capture_filter_expression([
    { protocol = "TCP", local_port = "80;443" },
    { protocol = "TCP", remote_port = "80;443" },
  ])
}

# tcp and src host 10.0.0.4 and dst host 10.1.0.5 and dst port 443
output "firewall" {
  value = provider::cloudtap::capture_filter_expression({
    source_address      = "10.0.0.4"
    destination_address = "10.1.0.5"
    protocol            = "tcp"
    destination_port    = "443"
  })
}
