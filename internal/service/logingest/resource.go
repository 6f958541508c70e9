// Package logingest sends records to Azure Monitor Logs and queries them: the
// Terraform side of the HTTP Data Collector API, the Logs Ingestion API and
// the Log Analytics query API.
package logingest

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// TypeName is the resource's type without the provider's name.
const TypeName = "azure_log_ingest"

const (
	defaultSendTimeout   = time.Hour
	defaultQueryTimeout  = 10 * time.Minute
	defaultVerifyTimeout = 15 * time.Minute
)

var (
	_ resource.ResourceWithConfigValidators = (*ingestResource)(nil)
	_ resource.ResourceWithModifyPlan       = (*ingestResource)(nil)
	_ resource.ResourceWithIdentity         = (*ingestResource)(nil)
	_ resource.ResourceWithImportState      = (*ingestResource)(nil)
)

// clients is what the service needs of the provider.
type clients interface {
	// AzureSession returns a session also beside an error, because not every
	// setting matters to everyone.
	AzureSession() (*azure.Session, error)
	LogAnalyticsSharedKeys() (primary, secondary string)
}

type ingestResource struct {
	tfkit.Resource[clients]
	creates *creates
}

// NewResource returns a constructor of the resource cloudtap_azure_log_ingest
// for one provider.
func NewResource() func() resource.Resource {
	shared := &creates{}
	return func() resource.Resource {
		return &ingestResource{tfkit.Resource[clients]{Type: TypeName}, shared}
	}
}

type identityModel struct {
	ID types.String `tfsdk:"id"`
}

// Schema describes the resource.
func (*ingestResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema(ctx)
}

// IdentitySchema describes what tells one ingest from another.
func (*ingestResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"id": identityschema.StringAttribute{RequiredForImport: true, Description: "UUID that was made when the records were first sent."},
	}}
}

// Read keeps the state: there is no object to look at, and rows that have
// aged out of the table are no reason to send them again.
func (*ingestResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var id types.String
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("id"), &id)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identityModel{ID: id})...)
}

// Delete forgets what was sent.
func (r *ingestResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state ingestModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.creates.forget(state.ID)
	resp.Diagnostics.AddWarning("The records stay in the workspace", forgetting(&state))
}

// forgetting says what a destroy leaves behind.
func forgetting(state *ingestModel) string {
	return fmt.Sprintf("Destroying forgets that %s sent to %s. The rows stay, and are billed, until the table's retention ends. "+
		"To remove them sooner, use the table's retention settings or the Delete Data API.",
		recordsWere(state.RecordCount.ValueInt64()), state.where())
}

// countRecords is a number of records in words.
func countRecords(number int64) string {
	if number == 1 {
		return "1 record"
	}
	return fmt.Sprintf("%d records", number)
}

// recordsWere is countRecords with the verb that agrees with it.
func recordsWere(number int64) string {
	if number == 1 {
		return countRecords(number) + " was"
	}
	return countRecords(number) + " were"
}

// ImportState says why there is nothing to import.
func (*ingestResource) ImportState(_ context.Context, _ resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.AddError("Log ingest cannot be imported",
		"Sent records are rows in a table: the service keeps no object that could be read back, and does not record which rows came with which request. "+
			"Write the resource with only the records that are still to be sent, and apply it; records that are in the table already must not be in it, or they are stored twice. "+
			"To read what is there, use the data source cloudtap_azure_log_query.")
}
