variable "fw_instance_id" {
  type = string
}

locals {
  filter = provider::cloudtap::huaweicloud_capture_filter("src host 10.0.0.4 and dst host 10.1.0.5 and tcp dst port 443")
}

resource "cloudtap_huaweicloud_capture_task" "tls" {
  fw_instance_id      = var.fw_instance_id
  name                = "tls"
  duration_in_minutes = 10
  max_packets         = 100000

  source_address      = local.filter.source_address
  destination_address = local.filter.destination_address
  protocol            = local.filter.protocol
  source_port         = local.filter.source_port
  destination_port    = local.filter.destination_port
}
