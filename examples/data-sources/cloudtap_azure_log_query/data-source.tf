data "cloudtap_azure_log_query" "captures" {
  workspace_id = "00000000-0000-0000-0000-000000000000"
  query        = "PacketCapture_CL | summarize Packets = sum(Packets) by Name | order by Name asc"
  timespan     = "P1D"

  # To read what a resource of the same configuration sends, wait for it:
  # depends_on = [cloudtap_azure_log_ingest.captures]
}

output "packets" {
  value = { for row in jsondecode(data.cloudtap_azure_log_query.captures.rows_json) : row.Name => row.Packets }
}
