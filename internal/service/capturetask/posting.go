package capturetask

import (
	"context"
	"errors"
	"fmt"
	"time"

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
	if unconfirmed.Ambiguous() {
		resp.Diagnostics.AddError(mayBeRunning, ambiguous(what, unconfirmed))
		return
	}
	detail := ambiguous(what, unconfirmed)
	if len(unconfirmed.Candidates) == 0 {
		detail = tfkit.Failure{
			What: what + ": " + tfkit.Sentence(unconfirmed),
			Next: []string{"Apply again: the state remembers what was posted, so that the next run finds the task and replaces it, or reports that there is none."},
		}.Detail()
	}
	resp.Diagnostics.AddError(mayBeRunning, detail)
	m.clearComputed()
	m.Expired = types.BoolNull()
	ctx = context.WithoutCancel(ctx)
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
	resp.Diagnostics.Append(tfkit.StorePrivate(ctx, resp.Private, postingKey, &unconfirmed.Posting)...)
}

// clearComputed empties what only the service tells.
func (m *taskModel) clearComputed() {
	for _, computed := range []*types.String{&m.ID, &m.TaskID, &m.Status, &m.CaptureSize, &m.CreatedDate, &m.ModifiedDate} {
		*computed = types.StringNull()
	}
	m.RemainingDays = types.Int64Null()
}

// ambiguous describes tasks of which one is or may be ours, but nobody knows
// which.
func ambiguous(what string, unconfirmed *cfw.UnconfirmedError) string {
	return tfkit.Failure{
		What: what + ": " + tfkit.Sentence(unconfirmed),
		Next: []string{fmt.Sprintf("Look which of the tasks %v is nobody else's, in the firewall's list of packet captures. Import it, as %s/TASK_ID, or stop and delete it. "+
			"If the state has this resource without an id, remove it first with terraform state rm.", unconfirmed.CandidateIDs(), unconfirmed.FirewallID)},
	}.Detail()
}

// fate is what became of a task that was posted and whose id is not known.
type fate int

const (
	// fateUnknown: it is not known, and has been reported.
	fateUnknown fate = iota
	// fateFound: its id is known.
	fateFound
	// fateNotMade: no list shows it, and the service never confirmed it.
	fateNotMade
	// fateMissing: no list shows it, and the service confirmed it, or may have.
	fateMissing
)

// findPosted finds the task of a state without an id, and warns if there is
// none. What it cannot tell it reports with severity.
func (m *resourceModel) findPosted(ctx context.Context, client *cfw.Client, private tfkit.PrivateGetter, report func(summary, detail string), diags *diag.Diagnostics) fate {
	posted, _ := tfkit.LoadPrivate[cfw.Posting](ctx, private, postingKey, diags)
	if posted.Request == (cfw.CreateRequest{}) {
		// What was posted is not remembered: the state has what it was to make.
		posted.Request = m.toAPI(diags)
	}
	if diags.HasError() {
		return fateUnknown
	}
	what, firewall := describeNew(*m), m.firewall(m.FWInstanceID.ValueString())
	found, err := client.Resolve(ctx, firewall, posted, logProgress(firewall.ID, posted.Request.Name))
	m.warnOfDoubts(what, found, err, diags)
	unconfirmed := new(cfw.UnconfirmedError)
	switch {
	case err == nil:
		m.fromAPI(firewall.ID, found.Task)
		return fateFound
	case errors.Is(err, cfw.ErrNotListed):
		return warnOfMissing(what, posted, diags)
	case errors.As(err, &unconfirmed) && len(unconfirmed.Candidates) > 0:
		report(mayBeRunning, ambiguous(what, unconfirmed))
	case errors.As(err, &unconfirmed) && posted.Complete():
		addFailure(diags, "Could not look for capture task", what, err,
			"Apply again: the state remembers what was posted, so that the next run finds the task, or reports that there is none.")
	default:
		addFailure(diags, "Could not look for capture task", what, err)
	}
	return fateUnknown
}

// warnOfMissing says that a task which was posted is not listed.
func warnOfMissing(what string, posted cfw.Posting, diags *diag.Diagnostics) fate {
	at := posted.At.UTC().Format(time.RFC3339)
	if posted.Accepted || !posted.Complete() {
		answered := "what the service answered is not known"
		if posted.Accepted {
			answered = "the service accepted it"
		}
		if posted.At.IsZero() {
			at = "a time that the state does not remember"
		}
		diags.AddWarning("Capture task is not listed", fmt.Sprintf("%s was posted at %s and %s, but the firewall does not list it. It may be running. "+
			"Look for it in the firewall's list of packet captures, and stop and delete it there if it shows up after this resource was replaced or destroyed.", what, at, answered))
		return fateMissing
	}
	diags.AddWarning("Capture task was probably not created", fmt.Sprintf("%s was posted at %s, the answer was lost, and the firewall does not list it, so it is treated as not created. "+
		"If a task of this name and time shows up later in the firewall's list of packet captures, no state has it: stop and delete it there.", what, at))
	return fateNotMade
}
