# The machine that Terraform runs on.
data "cloudtap_azure_instance_metadata" "this" {}

# Capture on it.
data "cloudtap_azure_network_watcher" "here" {
  location        = data.cloudtap_azure_instance_metadata.this.compute.location
  subscription_id = data.cloudtap_azure_instance_metadata.this.compute.subscription_id
}

output "public_ip_addresses" {
  value = flatten([
    for interface in data.cloudtap_azure_instance_metadata.this.network.interfaces : [
      for address in interface.ipv4.ip_addresses : address.public_ip_address if address.public_ip_address != null
    ]
  ])
}

# For a configuration that people also apply from elsewhere.
data "cloudtap_azure_instance_metadata" "maybe" {
  on_unavailable = "null"
}

locals {
  location = data.cloudtap_azure_instance_metadata.maybe.available ? data.cloudtap_azure_instance_metadata.maybe.compute.location : "westeurope"
}

# Attributes that this provider does not know are in raw_json.
output "is_in_standby_pool" {
  value = try(jsondecode(data.cloudtap_azure_instance_metadata.this.raw_json).compute.isVmInStandbyPool, null)
}
