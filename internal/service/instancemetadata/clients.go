// Package instancemetadata is the Terraform side of the Azure Instance
// Metadata Service: what the machine that Terraform runs on is, what
// maintenance is coming to it, and a signed proof of it.
package instancemetadata

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/imds"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// The types' names without the provider's.
const (
	TypeName                = "azure_instance_metadata"
	ScheduledEventsTypeName = "azure_scheduled_events"
	AttestedTypeName        = "azure_attested_document"
	ApproveTypeName         = "azure_scheduled_event_approve"
)

const (
	// defaultReadTimeout is longer than the client keeps trying while a host
	// is updated.
	defaultReadTimeout = 2 * time.Minute
	// defaultEventsTimeout leaves room for the first request, which enables
	// the feature and may take two minutes.
	defaultEventsTimeout = 5 * time.Minute
)

// clients is what this package needs of the provider.
type clients interface {
	// InstanceMetadata returns the client, or what is wrong with the
	// endpoint in the provider's configuration.
	InstanceMetadata() (*imds.Client, error)
}

// openClient returns the client, or reports why there is none.
func openClient(clients clients, what string, diags *diag.Diagnostics) (*imds.Client, bool) {
	if diags.HasError() {
		return nil, false
	}
	client, err := clients.InstanceMetadata()
	if err != nil {
		diags.AddError("Could not use the instance metadata service", tfkit.Failure{What: what + " cannot be read: " + strings.TrimSuffix(err.Error(), ".") + "."}.Detail())
	}
	return client, err == nil
}
