# Writes a record after each deployment. Nothing is kept in the state, so the
# record is sent every time.
action "cloudtap_azure_log_ingest" "deployed" {
  config {
    logs_ingestion = {
      endpoint = "https://captures-abcd.westeurope-1.ingest.monitor.azure.com"
      rule_id  = "dcr-0123456789abcdef0123456789abcdef"
      stream   = "Custom-Deployment_CL"
    }
    records = jsonencode([{ TimeGenerated = plantimestamp(), Release = "2026-11-20.1" }])
  }
}

resource "terraform_data" "release" {
  input = "2026-11-20.1"

  lifecycle {
    action_trigger {
      events  = [after_create, after_update]
      actions = [action.cloudtap_azure_log_ingest.deployed]
    }
  }
}
