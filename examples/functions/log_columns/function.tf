# [{ name = "Name_s", type = "string" }, { name = "Packets_d", type = "real" }]
output "columns" {
  value = provider::cloudtap::log_columns(jsonencode([{ Name = "web", Packets = 12 }]))
}
