// Package imds simulates the Azure Instance Metadata Service: the plain HTTP
// endpoint that a virtual machine asks about itself. It is as strict as the
// published rules are, serves every published api-version with the fields of
// that version, and signs attested documents with an authority of its own.
//
// Sources: "Azure Instance Metadata Service", "Scheduled Events" and
// "Retrieve load balancer metadata" on learn.microsoft.com, and the service's
// published OpenAPI definitions (Microsoft.InstanceMetadataService).
package imds
