# What runs on a firewall right now.
data "cloudtap_huaweicloud_capture_tasks" "running" {
  fw_instance_id = "546af3f8-88e9-47f2-a205-2346d7090925"
  status         = "running"
}

# The latest capture of a name; null if there is none.
data "cloudtap_huaweicloud_capture_tasks" "tls" {
  fw_instance_id = "546af3f8-88e9-47f2-a205-2346d7090925"
  name           = "web-tls"
}

output "latest" {
  value = try(data.cloudtap_huaweicloud_capture_tasks.tls.capture_tasks[0].task_id, null)
}
