terraform {
  required_providers {
    cloudtap = {
      source  = "cloudtap/cloudtap"
      version = "~> 0.1"
    }
  }
}

# HW_ACCESS_KEY and HW_SECRET_KEY, or another kind of credential, come from the
# environment.
provider "cloudtap" {
  huaweicloud = {
    region = "cn-north-4"
  }
}

data "cloudtap_huaweicloud_firewall" "edge" {
  name = "edge"
}

resource "cloudtap_huaweicloud_capture_task" "tls" {
  fw_instance_id      = data.cloudtap_huaweicloud_firewall.edge.fw_instance_id
  name                = "web-tls"
  duration_in_minutes = 5
  max_packets         = 100000
  source_address      = "203.0.113.7"
  destination_address = "198.51.100.20"
  protocol            = "tcp"
  destination_port    = "443"
}
