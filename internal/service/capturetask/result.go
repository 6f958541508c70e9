package capturetask

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// resultModel is where a capture can be downloaded, for the data source and
// for the ephemeral resource.
type resultModel struct {
	scopeModel
	FWInstanceID types.String `tfsdk:"fw_instance_id"`
	TaskID       types.String `tfsdk:"task_id"`
	AllowedIPs   types.Set    `tfsdk:"allowed_ips"`
	// OnUnavailable is unavailableError, unavailableNull, or null.
	OnUnavailable types.String `tfsdk:"on_unavailable"`
	URL           types.String `tfsdk:"url"`
	Captcha       types.String `tfsdk:"captcha"`
	Expires       types.Int64  `tfsdk:"expires"`
	Files         []fileModel  `tfsdk:"files"`
	RequestHost   types.String `tfsdk:"request_host"`
}

type fileModel struct {
	FileName types.String `tfsdk:"file_name"`
	FilePath types.String `tfsdk:"file_path"`
	URL      types.String `tfsdk:"url"`
}

const resultDescription = "Makes a download link for what a capture task captured, which must have ended. " +
	"Whoever has the link and its captcha can download. Every time it is read, another link is made."

// The values of on_unavailable.
const (
	unavailableError = "error"
	unavailableNull  = "null"
)

// read fills m in with a new link.
func (m *resultModel) read(ctx context.Context, provider clients, diags *diag.Diagnostics) {
	id := taskID{firewall: m.FWInstanceID.ValueString(), task: m.TaskID.ValueString()}
	ctx, cancel := context.WithTimeout(ctx, defaultReadTimeout)
	defer cancel()
	client, ok := openClient(provider, describe(id), diags)
	if !ok {
		return
	}
	var allowed []string
	diags.Append(m.AllowedIPs.ElementsAs(ctx, &allowed, false)...)
	if diags.HasError() {
		return
	}
	result, err := client.Result(ctx, m.firewall(id.firewall), id.task, allowed)
	if err == nil {
		m.fromAPI(result)
		return
	}
	var next []string
	if why := m.whyNoResult(ctx, client, id); why != "" && cfw.Refused(err) {
		if m.OnUnavailable.ValueString() == unavailableNull {
			m.fromAPI(cfw.Result{})
			return
		}
		next = []string{why, "To plan and destroy without a result, set on_unavailable = \"null\"."}
	}
	addError(diags, "Could not get capture result", id, err, next...)
}

// whyNoResult looks at the task, because the service's refusals do not say
// what is wrong with it. It is empty if the task is there and has ended, or
// cannot be looked at.
func (m *resultModel) whyNoResult(ctx context.Context, client *cfw.Client, id taskID) string {
	task, err := client.Find(ctx, m.firewall(id.firewall), id.task)
	switch {
	case errors.As(err, new(*cfw.TaskGoneError)):
		return "The firewall lists no such task. The service keeps tasks and what they captured for about seven days."
	case err == nil && task.Status.Active():
		return "The capture is " + task.Status.String() + ", and has results when it has ended: " +
			"set wait_for_completion or desired_state = \"stopped\" on the resource, and let the result depend on it."
	}
	return ""
}

// fromAPI takes over a result. Here alone its secrets are revealed: both
// schemas mark them as sensitive.
func (m *resultModel) fromAPI(result cfw.Result) {
	m.URL, m.Captcha = tfkit.TextOrNull(result.URL.Reveal()), tfkit.TextOrNull(result.Captcha.Reveal())
	m.Expires = types.Int64PointerValue(result.Expires)
	m.RequestHost = tfkit.TextOrNull(result.RequestHost)
	m.Files = make([]fileModel, 0, len(result.Files))
	for _, file := range result.Files {
		m.Files = append(m.Files, fileModel{
			FileName: tfkit.TextOrNull(file.Name), FilePath: tfkit.TextOrNull(file.Path), URL: tfkit.TextOrNull(file.URL.Reveal()),
		})
	}
}
