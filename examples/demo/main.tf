# What make demo applies: find this machine, capture its TLS traffic and what
# passes the Huawei firewall, wait for both, record the results in Log
# Analytics, and query them back; and say what is in the first capture.
#
# By hand: `make install` the provider and run `make sim`. Then, in this folder
# of another shell:
#
#   . ../../sim.env
#   terraform init && terraform apply -var-file=../../sim.auto.tfvars
#
# The captures take a minute, or less if somebody moves the simulated clock:
#
#   curl -d '{"advance": "1m"}' "$CLOUDTAP_SIM_URL/clock"

terraform {
  required_providers {
    cloudtap = {
      source = "cloudtap/cloudtap"
    }
  }
}

variable "storage_account_id" {
  type        = string
  description = "ARM ID of the storage account for the captured packets."
}

variable "fw_instance_id" {
  type        = string
  description = "ID of the Huawei Cloud firewall to capture at."
}

variable "workspace_id" {
  type        = string
  description = "ID of the Log Analytics workspace to query."
}

variable "logs_ingestion" {
  type = object({
    endpoint   = string
    rule_id    = string
    stream     = string
    table_name = string
  })
  description = "Data collection rule that takes the records, and the table that it fills."
}

# Credentials and endpoints come from the environment.
provider "cloudtap" {}

# The machine that Terraform runs on, and the network watcher of its region.
data "cloudtap_azure_instance_metadata" "here" {}

data "cloudtap_azure_network_watcher" "here" {
  location = data.cloudtap_azure_instance_metadata.here.compute.location
}

resource "cloudtap_azure_packet_capture" "tls" {
  name               = "demo-tls"
  network_watcher_id = data.cloudtap_azure_network_watcher.here.id
  target_id          = data.cloudtap_azure_instance_metadata.here.compute.resource_id

  time_limit_in_seconds = 60
  filters = [{
    protocol   = "TCP"
    local_port = "443"
  }]
  storage_location = {
    storage_account_id = var.storage_account_id
  }

  wait_for_completion = true
}

resource "cloudtap_huaweicloud_capture_task" "dns" {
  fw_instance_id = var.fw_instance_id
  name           = "demo-dns"

  duration_in_minutes = 1
  max_packets         = 10000
  source_address      = "10.0.0.0/24"
  destination_address = "192.0.2.53"
  protocol            = "udp"
  destination_port    = "53"

  wait_for_completion = true
}

# What the captured file says.
resource "cloudtap_capture_summary" "tls" {
  source        = { azure_packet_capture_id = cloudtap_azure_packet_capture.tls.id }
  include_names = true
}

check "tls_is_answered" {
  assert {
    condition     = cloudtap_capture_summary.tls.connections.established > 0 && cloudtap_capture_summary.tls.connections.refused == 0
    error_message = cloudtap_capture_summary.tls.report
  }
}

resource "cloudtap_azure_log_ingest" "captures" {
  logs_ingestion = var.logs_ingestion

  records = jsonencode([
    {
      TimeGenerated = cloudtap_azure_packet_capture.tls.start_time
      Cloud         = "Azure"
      Name          = cloudtap_azure_packet_capture.tls.name
      Status        = cloudtap_azure_packet_capture.tls.status
      Target        = cloudtap_azure_packet_capture.tls.storage_location.storage_path
    },
    {
      # Huawei Cloud's dates have no time zone, so this record has the time of the first one.
      TimeGenerated = cloudtap_azure_packet_capture.tls.start_time
      Cloud         = "Huawei Cloud"
      Name          = cloudtap_huaweicloud_capture_task.dns.name
      Status        = cloudtap_huaweicloud_capture_task.dns.status
      Target        = cloudtap_huaweicloud_capture_task.dns.id
    },
  ])

  # With an id on each record it can be checked that the rows arrived.
  ingest_id_column = "IngestId"
  verify           = { workspace_id = var.workspace_id }
}

data "cloudtap_azure_log_query" "captures" {
  workspace_id = var.workspace_id
  query        = "${cloudtap_azure_log_ingest.captures.table_name} | project Cloud, Name, Status | order by Cloud asc"

  # The table's name is known before its rows are there.
  depends_on = [cloudtap_azure_log_ingest.captures]
}

output "azure_capture" {
  description = "How the capture on the virtual machine ended."
  value = {
    status       = cloudtap_azure_packet_capture.tls.status
    stop_reason  = cloudtap_azure_packet_capture.tls.stop_reason
    storage_path = cloudtap_azure_packet_capture.tls.storage_location.storage_path
  }
}

output "azure_tls" {
  description = "What the capture on the virtual machine says."
  value = {
    packets              = cloudtap_capture_summary.tls.packet_count
    established          = cloudtap_capture_summary.tls.connections.established
    refused              = cloudtap_capture_summary.tls.connections.refused
    retransmissions      = cloudtap_capture_summary.tls.retransmissions
    server_names         = cloudtap_capture_summary.tls.server_names
    median_handshake_rtt = "${try(cloudtap_capture_summary.tls.handshake_rtt.median_in_milliseconds, 0)} ms"
  }
}

output "huawei_capture" {
  description = "How the capture at the firewall ended."
  value = {
    status       = cloudtap_huaweicloud_capture_task.dns.status
    capture_size = cloudtap_huaweicloud_capture_task.dns.capture_size
  }
}

output "recorded" {
  description = "What Log Analytics answers."
  value       = jsondecode(data.cloudtap_azure_log_query.captures.rows_json)
}
