package edgecapture

import (
	"context"
	"errors"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

const couldNotStop = "Could not stop packet capture"

// vpnRun starts a capture, waits and stops it, for resource and action.
type vpnRun struct {
	client *edgecapture.Client
	job    vpnJob
	into   sas.Container
	// takeOver stops what runs on the target already.
	takeOver bool
	// became is told of each status, from the moment on that a capture may run.
	became func(status string)
	// prior is what is known of the capture from earlier runs.
	prior vpnPriorState
	// remember keeps marks of what stops led to.
	remember func(key string, value bool)
}

// vpnFailure is what went wrong, while the capture may run or not.
type vpnFailure struct {
	summary string
	err     error
	next    []string
	// settled is set instead of err if the service has answered, and nothing runs.
	settled *failure.Details
}

func (f *vpnFailure) details() failure.Details {
	if f.settled != nil {
		return *f.settled
	}
	return azure.Describe(f.err)
}

func (f *vpnFailure) add(what string, diags *diag.Diagnostics) {
	tfkit.AddError(diags, f.summary, what, f.details(), f.next...)
}

// warn reports it without an error, which would have Terraform replace the
// resource, and fail to destroy it: nobody can stop a capture without a SAS.
func (f *vpnFailure) warn(what string, diags *diag.Diagnostics) {
	diags.AddWarning(f.summary, tfkit.Explain(what, f.details(), f.next...))
}

// run captures from start to stop. Captures of one target take turns in this
// process.
func (r vpnRun) run(ctx context.Context) *vpnFailure {
	release, err := r.client.Turn(ctx, r.job.target)
	if err != nil {
		return &vpnFailure{summary: couldNotCapture, err: err}
	}
	defer release()
	failed := r.start(ctx)
	if failed != nil && r.takeOver && isTaken(failed.err) {
		if failed = r.stopWhatRuns(ctx); failed == nil {
			failed = r.start(ctx)
		}
	}
	if failed != nil {
		return failed
	}
	return r.finish(ctx, r.client.Now().Add(r.job.duration))
}

func (r vpnRun) stopWhatRuns(ctx context.Context) *vpnFailure {
	if _, err := r.client.StopVPN(ctx, r.job.target, r.job.links, r.into); err != nil {
		return &vpnFailure{summary: "Could not stop the capture that runs already", err: err}
	}
	return nil
}

// start returns nil if the capture runs. became is told whether it may.
func (r vpnRun) start(ctx context.Context) *vpnFailure {
	// It may have had to wait for its turn.
	now := r.client.Now()
	if err := r.into.CheckValid(now, now.Add(r.job.duration)); err != nil {
		return &vpnFailure{summary: couldNotCapture, err: err, next: []string{nothingStarted}}
	}
	began, err := r.client.StartVPN(ctx, r.job.target, r.job.links, r.job.filter)
	uncertain, failed := new(edgecapture.UncertainError), new(edgecapture.FailedError)
	switch {
	case errors.As(err, &uncertain):
		r.became(statusUnknown)
		return &vpnFailure{summary: "Packet capture may run", err: err}
	case err != nil:
		return &vpnFailure{summary: couldNotCapture, err: err, next: r.whenTaken(err)}
	}
	r.became(statusRunning)
	switch err := began.Wait(ctx); {
	case err == nil:
		return nil
	case errors.As(err, &failed):
		r.became(statusFailed)
		return &vpnFailure{summary: couldNotCapture, err: err, next: r.whenTaken(err)}
	default:
		r.became(statusUnknown)
		return &vpnFailure{summary: "Packet capture may run", err: err}
	}
}

// finish waits until a time and stops the capture. If it fails, the capture may
// run on.
func (r vpnRun) finish(ctx context.Context, due time.Time) *vpnFailure {
	if err := r.client.Sleep(ctx, due); err != nil {
		return &vpnFailure{summary: "Packet capture runs on", err: err}
	}
	return r.stop(ctx)
}

// maxStops is how often a stop is sent to a service that is not well.
const maxStops = 6

// stop stops the capture, with a signature that is valid: one that has expired
// could end it without a file. A second stop does no harm where the first may have
// been lost.
func (r vpnRun) stop(ctx context.Context) *vpnFailure {
	now, missing := r.client.Now(), false
	if err := r.into.CheckValid(now, now); err != nil {
		return &vpnFailure{summary: couldNotStop, err: err, next: []string{"No stop was sent."}}
	}
	for attempt := 1; ; attempt++ {
		sent, err := r.client.StopVPN(ctx, r.job.target, r.job.links, r.into)
		gone := edgecapture.IsGone(err)
		switch {
		case err == nil:
			r.became(statusCompleted)
			return nil
		case edgecapture.NothingRuns(err):
			ended, status := r.prior.ended(err)
			if status == statusUnknown {
				r.remember(searchedKey, r.prior.unsure)
			}
			r.became(status)
			return ended
		case gone && missing:
			said := azure.Describe(err)
			said.Summary, said.Next = "its gateway or connection is not there any more", nil
			r.became(statusEnded)
			return &vpnFailure{summary: "Packet capture is gone", settled: &said}
		case sent:
			r.remember(stopSentKey, true)
			r.prior.stopped = true
		}
		missing = gone
		again := gone || failure.IsTemporary(azure.Describe(err).Status)
		if !again || attempt == maxStops || r.client.Sleep(ctx, r.client.Now().Add(repeated.Delay(attempt))) != nil {
			return &vpnFailure{summary: couldNotStop, err: err}
		}
	}
}

// repeated spaces stops.
var repeated = wait.Backoff{Base: 10 * time.Second, Max: time.Minute}

// nothingStarted is what to do about a signature that expired in the wait for a turn.
const nothingStarted = "Nothing was started. Make a signature that also covers the wait for other captures, and apply again."

// runsAlready matches what says that a capture runs: the code of firewalls, and its
// message. For gateways none is documented, and anything else that is in progress
// there must not lead to a stop.
var runsAlready = regexp.MustCompile(`(?i)packet ?capture(?: is)?(?: already)? ?(?:in ?progress|running)`)

func isTaken(err error) bool {
	details := azure.Describe(err)
	return runsAlready.MatchString(details.Code) || runsAlready.MatchString(details.Message)
}

// whenTaken is what to do if another capture runs on the target.
func (r vpnRun) whenTaken(err error) []string {
	if !isTaken(err) {
		return nil
	}
	return []string{
		"A capture runs there already: of another run, of the portal, or left behind by a run that was killed, or whose stop failed. The service does not say whose it is. " +
			"If nobody needs it, stop it, with the URL of a container: " + r.job.stopCommand() + ". Or set take_over = true, which has this resource stop it and start its own.",
	}
}
