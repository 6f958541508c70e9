variable "workspace_key" {
  type        = string
  ephemeral   = true
  description = "Primary or secondary shared key of the workspace."
}

# The HTTP Data Collector API, which Microsoft retired on 2026-09-14. The key
# is write-only: neither plan nor state holds it.
resource "cloudtap_azure_log_ingest" "classic" {
  data_collector = {
    workspace_id          = "00000000-0000-0000-0000-000000000000"
    log_type              = "PacketCapture" # the table is PacketCapture_CL
    shared_key_wo         = var.workspace_key
    shared_key_wo_version = 1
    time_generated_field  = "CapturedAt"
    azure_resource_id     = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/web/providers/Microsoft.Compute/virtualMachines/web-1"
  }

  records = jsonencode([{ CapturedAt = "2026-11-20T10:00:00Z", Name = "web", Packets = 12 }])
}
