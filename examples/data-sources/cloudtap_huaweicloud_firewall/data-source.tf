data "cloudtap_huaweicloud_firewall" "edge" {
  name = "edge"
}

output "can_capture" {
  value = data.cloudtap_huaweicloud_firewall.edge.supports_capture
}
