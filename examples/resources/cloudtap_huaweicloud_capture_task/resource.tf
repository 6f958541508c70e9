data "cloudtap_huaweicloud_firewall" "edge" {
  name = "edge"
}

# Five minutes of the TLS traffic between two machines, or a million packets.
# Creating it waits until the firewall runs no other capture, and takes as long
# as the capture itself.
resource "cloudtap_huaweicloud_capture_task" "tls" {
  fw_instance_id = data.cloudtap_huaweicloud_firewall.edge.fw_instance_id
  name           = "web-tls"

  duration_in_minutes = 5
  max_packets         = 1000000
  source_address      = "203.0.113.7"
  destination_address = "198.51.100.20"
  protocol            = "tcp"
  destination_port    = "443"

  wait_for_completion = true

  # Another value captures again. That the service drops its record after
  # about seven days does not.
  recapture_triggers = {
    incident = "4711"
  }

  lifecycle {
    precondition {
      condition     = data.cloudtap_huaweicloud_firewall.edge.supports_capture != false
      error_message = "This firewall cannot capture packets."
    }
  }
}

output "capture" {
  value = "${cloudtap_huaweicloud_capture_task.tls.status}, ${coalesce(cloudtap_huaweicloud_capture_task.tls.capture_size, "nothing captured")}"
}
