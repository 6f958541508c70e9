# A task that the huaweicloud provider manages moves over without being made
# again.
moved {
  from = huaweicloud_cfw_capture_task.tls
  to   = cloudtap_huaweicloud_capture_task.tls
}
