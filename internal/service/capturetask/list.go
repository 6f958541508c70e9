package capturetask

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// taskListResource is the resource seen as a list: it shares Metadata and
// Configure with it.
type taskListResource struct{ taskResource }

// NewListResource returns the list resource cloudtap_huaweicloud_capture_task.
func NewListResource() list.ListResource { return &taskListResource{taskResource{base()}} }

func (*taskListResource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := map[string]schema.Attribute{}
	for name, attribute := range selectionAttributes() {
		attributes[name] = attribute
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the capture tasks of a Huawei Cloud firewall, to find and import what is not managed yet.",
		Attributes:          attributes,
	}
}

// List streams the tasks that match. One listing serves them all, whole
// resources included.
func (r *taskListResource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	tfkit.List(ctx, req, stream, func(config selectionModel, diags *diag.Diagnostics) []cfw.Task {
		client, ok := openClient(r.Clients, "Firewall "+config.FWInstanceID.ValueString(), diags)
		if !ok {
			return nil
		}
		return config.find(ctx, client, diags)
	}, func(config selectionModel, task cfw.Task) list.ListResult {
		return r.result(ctx, req, config, task)
	})
}

func (r *taskListResource) result(ctx context.Context, req list.ListRequest, config selectionModel, task cfw.Task) list.ListResult {
	result := req.NewListResult(ctx)
	// Names need not be unique.
	result.DisplayName = fmt.Sprintf("%s (%s, %s)", task.Name, task.CreatedDate, task.Status)
	m := emptyResourceModel(ctx)
	m.fromAPI(config.FWInstanceID.ValueString(), task)
	m.assumeDesired()
	m.scopeModel = config.defaultTo(r.Clients)
	id := taskID{firewall: config.FWInstanceID.ValueString(), task: task.ID}
	result.Diagnostics.Append(result.Identity.Set(ctx, identityOf(id, m.Region))...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, &m)...)
	}
	return result
}
