# What runs on a firewall right now.
data "cloudtap_huaweicloud_capture_tasks" "running" {
  fw_instance_id = "546af3f8-88e9-47f2-a205-2346d7090925"
  status         = "running"
}

# The latest capture of a name.
data "cloudtap_huaweicloud_capture_tasks" "tls" {
  fw_instance_id = "546af3f8-88e9-47f2-a205-2346d7090925"
  name           = "web-tls"
}

output "latest" {
  value = one(slice(data.cloudtap_huaweicloud_capture_tasks.tls.capture_tasks[*].task_id, 0, 1))
}
