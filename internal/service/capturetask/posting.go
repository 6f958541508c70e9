package capturetask

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud/cfw"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

// postingKey is the private state's key of a task whose id is not known yet.
const postingKey = "posting"

const mayBeRunning = "Capture task may be running"

// keepPosting saves a task that was posted and could not be found. Without an
// id in the state, the next run looks for it.
func (m *resourceModel) keepPosting(ctx context.Context, what string, unconfirmed *cfw.UnconfirmedError, resp *resource.CreateResponse) {
	if len(unconfirmed.Candidates) > 0 {
		addAmbiguous(&resp.Diagnostics, what, unconfirmed)
		return
	}
	resp.Diagnostics.AddError(mayBeRunning, tfkit.Failure{
		What: what + ": " + tfkit.Sentence(unconfirmed),
		Next: []string{"Apply again: the state remembers what was posted, so that the next run finds the task and replaces it, or finds that there is none."},
	}.Detail())
	m.untold()
	m.Expired = types.BoolNull()
	ctx = context.WithoutCancel(ctx)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	resp.Diagnostics.Append(tfkit.StorePrivate(ctx, resp.Private, postingKey, &unconfirmed.Posting)...)
}

// untold empties what only the service tells.
func (m *taskModel) untold() {
	for _, told := range []*types.String{&m.ID, &m.TaskID, &m.Status, &m.CaptureSize, &m.CreatedDate, &m.ModifiedDate} {
		*told = types.StringNull()
	}
	m.RemainingDays = types.Int64Null()
}

// addAmbiguous reports tasks of which one is ours, but nobody knows which.
func addAmbiguous(diags *diag.Diagnostics, what string, unconfirmed *cfw.UnconfirmedError) {
	diags.AddError(mayBeRunning, tfkit.Failure{
		What: what + ": " + tfkit.Sentence(unconfirmed),
		Next: []string{fmt.Sprintf("Look which of the tasks %v is nobody else's, in the firewall's list of packet captures. Import it, as %s/TASK_ID, or stop and delete it. "+
			"If the state has this resource without an id, remove it first with terraform state rm.", unconfirmed.CandidateIDs(), unconfirmed.FirewallID)},
	}.Detail())
}

// findPosted finds the task of a state without an id. It reports false if
// there is none, or after an error.
func (m *resourceModel) findPosted(ctx context.Context, client *cfw.Client, private tfkit.PrivateGetter, diags *diag.Diagnostics) bool {
	posted, kept := tfkit.LoadPrivate[cfw.Posting](ctx, private, postingKey, diags)
	if !kept || diags.HasError() {
		return false
	}
	firewall := m.firewall(m.FWInstanceID.ValueString())
	task, err := client.Resolve(ctx, firewall, posted, logProgress(firewall.ID, posted.Request.Name))
	unconfirmed := new(cfw.UnconfirmedError)
	switch {
	case err == nil:
		m.fromAPI(firewall.ID, task)
		return true
	case errors.Is(err, cfw.ErrNotListed):
	case errors.As(err, &unconfirmed) && len(unconfirmed.Candidates) > 0:
		addAmbiguous(diags, describeNew(*m), unconfirmed)
	default:
		addFailure(diags, "Could not look for capture task", describeNew(*m), err)
	}
	return false
}
