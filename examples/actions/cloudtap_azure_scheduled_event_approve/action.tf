data "cloudtap_azure_scheduled_events" "coming" {}

# terraform apply -invoke=action.cloudtap_azure_scheduled_event_approve.reboots
action "cloudtap_azure_scheduled_event_approve" "reboots" {
  config {
    event_ids = [
      for event in data.cloudtap_azure_scheduled_events.coming.events : event.event_id
      if event.event_type == "Reboot" && event.event_status == "Scheduled"
    ]
  }
}
