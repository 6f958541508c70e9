# Two records through the Logs Ingestion API. Adding a record later sends only
# that one. The provider's credential needs the role Monitoring Metrics
# Publisher on the data collection rule.
resource "cloudtap_azure_log_ingest" "captures" {
  logs_ingestion = {
    endpoint = "https://captures-abcd.westeurope-1.ingest.monitor.azure.com"
    rule_id  = "dcr-0123456789abcdef0123456789abcdef"
    stream   = "Custom-PacketCapture_CL"
  }

  records = jsonencode([
    { TimeGenerated = "2026-11-20T10:00:00Z", Name = "web", Packets = 12 },
    { TimeGenerated = "2026-11-20T10:05:00Z", Name = "mail", Packets = 7 },
  ])

  # With an id on each record it can be checked that the rows arrived.
  ingest_id_column = "IngestId"
  verify = {
    workspace_id = "00000000-0000-0000-0000-000000000000"
    timeout      = "5m"
  }
}
