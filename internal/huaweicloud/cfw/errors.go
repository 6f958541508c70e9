package cfw

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

// CodeNotFound is CFW's "operation content does not exist", which comes with
// status 400.
const CodeNotFound = "CFW.00200005"

// TaskGoneError says that a firewall no longer lists a task: it was deleted,
// or its record aged out.
type TaskGoneError struct {
	FirewallID, TaskID string
	// At is the service's time of the list that lacks the task: by it, not
	// by the machine's clock, the record may have aged out.
	At time.Time
}

// Error names task and firewall.
func (e *TaskGoneError) Error() string {
	return fmt.Sprintf("the firewall %s has no capture task %s (any more)", e.FirewallID, e.TaskID)
}

// FirewallNotFoundError says that there is no such firewall, or not exactly
// one of a name.
type FirewallNotFoundError struct {
	// ID or Name is what was looked for.
	ID, Name string
	// Found are the ids of the firewalls of that name.
	Found []string
}

// Error says what was looked for and what to check.
func (e *FirewallNotFoundError) Error() string {
	switch {
	case len(e.Found) > 0:
		return fmt.Sprintf("%d firewalls are named %q (%s): use fw_instance_id", len(e.Found), e.Name, strings.Join(e.Found, ", "))
	case e.Name != "":
		return fmt.Sprintf("no firewall is named %q: check the name, the region, the project and the enterprise project", e.Name)
	}
	return fmt.Sprintf("no firewall has the id %q: check the id, the region, the project and the enterprise project", e.ID)
}

// UnsupportedError says that a firewall lacks what a capture needs. It was
// noticed before anything was created.
type UnsupportedError struct {
	FirewallID, FirewallName string
	// Feature is "packet capture" or "IPv6".
	Feature string
}

// Error names firewall and feature.
func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("the firewall %q (%s) does not support %s; nothing was created", e.FirewallName, e.FirewallID, e.Feature)
}

// SlotHeldError says that a task of the same name holds the firewall's only
// slot for longer than a create may wait. Nothing was created.
type SlotHeldError struct {
	FirewallID string
	Holder     Task
	// Captures is for how much longer the holder captures by its duration.
	Captures time.Duration
}

// Error says what holds the slot, and for how long.
func (e *SlotHeldError) Error() string {
	return fmt.Sprintf("the firewall %s runs one capture at a time, and the capture %q (%s), which has the same name, is %s for up to %d more minutes, longer than there is time; nothing was created",
		e.FirewallID, e.Holder.Name, e.Holder.ID, e.Holder.Status, int(e.Captures.Round(time.Minute)/time.Minute))
}

// UnconfirmedError says that a capture task was posted and that its id could
// not be found out. A capture may be running that nobody tracks.
type UnconfirmedError struct {
	FirewallID string
	// Posting is what Resolve needs to look for the task later.
	Posting Posting
	// Candidates are new tasks, of which any may be the one.
	Candidates []Task
	// Cause is why the search ended, and what became of the answer.
	Cause error
}

// Error says precisely what may be running, and how to find it.
func (e *UnconfirmedError) Error() string {
	fate := "the answer was lost"
	switch {
	case e.Posting.Accepted:
		fate = "the service accepted it"
	case !e.Posting.Complete():
		fate = "what the service answered is not known"
	}
	at, appeared := e.Posting.At.UTC().Format(time.RFC3339), "appeared since then"
	if e.Posting.At.IsZero() {
		at, appeared = "a time that is not known", "are listed"
	}
	text := fmt.Sprintf("the capture task %q was posted to the firewall %s at %s and %s, but its id could not be determined",
		e.Posting.Request.Name, e.FirewallID, at, fate)
	if len(e.Candidates) > 0 {
		text += ": " + strings.Join(e.CandidateIDs(), ", ") + " " + appeared + " with its name and parameters"
	}
	return text + fmt.Sprintf(" (%s). A capture with this name may be running", e.Cause)
}

// Ambiguous reports whether the posted task is for certain one of several
// candidates; otherwise it may be none of them.
func (e *UnconfirmedError) Ambiguous() bool { return errors.Is(e.Cause, errSeveralFit) }

// CandidateIDs are the ids of the candidates.
func (e *UnconfirmedError) CandidateIDs() []string { return idsOf(e.Candidates) }

// Unwrap returns the cause.
func (e *UnconfirmedError) Unwrap() error { return e.Cause }

// Refused reports whether err is the service's own refusal of a request: it
// answered, and did not act.
func Refused(err error) bool {
	_, refused := refusedBy(err)
	return refused
}

// refusedBy returns the service's refusal of a request, if err is one: the
// service answered, and did not act.
func refusedBy(err error) (*huaweicloud.Error, bool) {
	var refused *huaweicloud.Error
	ok := errors.As(err, &refused) && (refused.Status == http.StatusBadRequest || refused.Status < 300)
	return refused, ok
}

func isNotFound(err error) bool {
	refused, ok := refusedBy(err)
	return ok && refused.Code == CodeNotFound
}
