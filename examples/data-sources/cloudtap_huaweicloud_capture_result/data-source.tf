# The link is stored in the state. The ephemeral resource of the same name leaves
# no trace.
data "cloudtap_huaweicloud_capture_result" "tls" {
  fw_instance_id = "546af3f8-88e9-47f2-a205-2346d7090925"
  task_id        = "39ba0ed5-a3f6-4b3a-8d5c-5a1d7e1f1234"
}

# terraform output -raw link
output "link" {
  value     = data.cloudtap_huaweicloud_capture_result.tls.url
  sensitive = true
}
