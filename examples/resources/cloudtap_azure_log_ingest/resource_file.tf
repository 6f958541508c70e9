# A file of JSON lines, of any size: it is read piece by piece. All of it is
# sent once, and again for every new build.
resource "cloudtap_azure_log_ingest" "inventory" {
  logs_ingestion = {
    endpoint = "https://captures-abcd.westeurope-1.ingest.monitor.azure.com"
    rule_id  = "dcr-0123456789abcdef0123456789abcdef"
    stream   = "Custom-Inventory_CL"
  }

  records_file = "inventory.jsonl"
  triggers     = { build = "2026-11-20.1" }
}
