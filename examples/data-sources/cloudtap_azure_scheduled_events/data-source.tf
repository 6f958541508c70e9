data "cloudtap_azure_instance_metadata" "this" {}

# Reading enables Scheduled Events for the machine's service.
data "cloudtap_azure_scheduled_events" "coming" {}

# Events reach all machines of an availability set; these are for this one.
output "maintenance_of_this_machine" {
  value = [
    for event in data.cloudtap_azure_scheduled_events.coming.events : event
    if contains(event.resources, data.cloudtap_azure_instance_metadata.this.compute.name)
  ]
}
