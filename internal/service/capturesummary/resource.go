// Package capturesummary serves what finished captures say.
package capturesummary

import (
	"context"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// TypeName is the type without the provider's name, of resource and data source.
const TypeName = "capture_summary"

var (
	_ resource.ResourceWithValidateConfig = (*summaryResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*summaryResource)(nil)
)

type summaryResource struct{ tfkit.Resource[clients] }

// NewResource returns the resource cloudtap_capture_summary.
func NewResource() resource.Resource {
	return &summaryResource{tfkit.Resource[clients]{Type: TypeName}}
}

func (*summaryResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema(ctx)
}

// arguments are what a configuration, a plan or a state says.
type arguments struct {
	Source           types.Object   `tfsdk:"source"`
	Filter           types.String   `tfsdk:"filter"`
	IncludeNames     types.Bool     `tfsdk:"include_names"`
	MaxConversations types.Int64    `tfsdk:"max_conversations"`
	SaveTo           types.String   `tfsdk:"save_to"`
	ReportTo         types.String   `tfsdk:"report_to"`
	Triggers         types.Map      `tfsdk:"triggers"`
	Timeouts         timeouts.Value `tfsdk:"timeouts"`
}

// getter is a configuration, a plan or a state.
type getter interface {
	GetAttribute(ctx context.Context, path path.Path, target any) diag.Diagnostics
}

func argumentsOf(ctx context.Context, from getter, diags *diag.Diagnostics) arguments {
	var a arguments
	for name, into := range map[string]any{
		"source": &a.Source, "filter": &a.Filter, "include_names": &a.IncludeNames, "max_conversations": &a.MaxConversations,
		"save_to": &a.SaveTo, "report_to": &a.ReportTo, "triggers": &a.Triggers, "timeouts": &a.Timeouts,
	} {
		diags.Append(from.GetAttribute(ctx, path.Root(name), into)...)
	}
	return a
}

// ValidateConfig checks the source.
func (*summaryResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var source sourceModel
	if decodeSource(ctx, argumentsOf(ctx, req.Config, &resp.Diagnostics).Source, &source, &resp.Diagnostics) {
		source.check(ctx, false, &resp.Diagnostics)
	}
}

// ModifyPlan checks that a create can read its source, and write what it will write.
func (r *summaryResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || !req.State.Raw.IsNull() {
		return
	}
	planned := argumentsOf(ctx, req.Plan, &resp.Diagnostics)
	var source sourceModel
	if decodeSource(ctx, argumentsOf(ctx, req.Config, &resp.Diagnostics).Source, &source, &resp.Diagnostics) {
		source.checkReadable(ctx, r.Clients, &resp.Diagnostics)
		source.checkFiles(ctx, planned.SaveTo.ValueString(), &resp.Diagnostics)
	}
	for name, folder := range map[string]string{"save_to": planned.SaveTo.ValueString(), "report_to": filepath.Dir(planned.ReportTo.ValueString())} {
		if folder == "" || name == "report_to" && planned.ReportTo.ValueString() == "" {
			continue
		}
		if err := checkWritable(folder); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root(name), "Folder cannot be written to", tfkit.Sentence(err))
		}
	}
	if to := planned.ReportTo.ValueString(); to != "" {
		if err := checkReport(to); err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("report_to"), "Report cannot be written", tfkit.Sentence(err))
		}
	}
}

// state is everything that is stored.
type state struct {
	arguments
	results
}

// Create reads the files.
func (r *summaryResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	planned := argumentsOf(ctx, req.Plan, &resp.Diagnostics)
	// Write-only values are in the configuration only.
	configured := argumentsOf(ctx, req.Config, &resp.Diagnostics)
	var source sourceModel
	if !decodeSource(ctx, configured.Source, &source, &resp.Diagnostics) {
		return
	}
	if source.checkReadable(ctx, r.Clients, &resp.Diagnostics); resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := tfkit.WithTimeout(ctx, planned.Timeouts.Create, defaultCreateTimeout, &resp.Diagnostics)
	defer cancel()
	task{
		clients: r.Clients, source: source, filter: planned.Filter.ValueString(), includeNames: planned.IncludeNames.ValueBool(),
		maxConversations: orDefault(planned.MaxConversations), saveTo: planned.SaveTo.ValueString(), reportTo: planned.ReportTo.ValueString(),
	}.run(ctx, &resp.Diagnostics, func(found results) {
		resp.Diagnostics.Append(resp.State.Set(ctx, &state{planned, found})...)
	})
}

func orDefault(value types.Int64) int64 {
	if value.IsNull() {
		return defaultMaxConversations
	}
	return value.ValueInt64()
}

// Read keeps what was found: a file that storage deleted is no drift.
func (*summaryResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update takes timeouts, and another version of the write-only URLs.
func (*summaryResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State = tfsdk.State{Raw: req.State.Raw, Schema: req.State.Schema}
	var changed timeouts.Value
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("timeouts"), &changed)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("timeouts"), changed)...)
}

// Delete forgets the summary. The files that it wrote stay.
func (*summaryResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
