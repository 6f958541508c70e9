# terraform query (Terraform 1.14 and later) lists what can be imported.
list "cloudtap_huaweicloud_capture_task" "all" {
  provider = cloudtap
  config {
    fw_instance_id = "546af3f8-88e9-47f2-a205-2346d7090925"
    name_regex     = "^web-"
  }
}
