package edgecapture

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/edgecapture"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/tfkit"
)

const (
	couldNotCapture = "Could not start packet capture"
	notEndedInTime  = "Packet capture did not end in time"
)

// firewallRun starts a capture and waits for it, for resource and action.
type firewallRun struct {
	client  *edgecapture.Client
	id      edgecapture.FirewallID
	capture edgecapture.FirewallCapture
	wait    bool
	// count counts the files that were stored since a time.
	count func(ctx context.Context, since time.Time) (int, bool)
	// accepted is told when the service has accepted the capture, or may have.
	accepted func(at time.Time, certain bool)
	progress func(context.Context, edgecapture.FirewallStatus)
	// kept is what to do about a capture that runs on, unsure about one that may.
	kept, unsure string
}

func (r firewallRun) describe() string { return describeFirewall(r.id, r.capture.FileName) }

// run returns what the service said last; it is zero if nothing is known.
func (r firewallRun) run(ctx context.Context, diags *diag.Diagnostics) edgecapture.FirewallStatus {
	for races := 1; ; races++ {
		status, again := r.once(ctx, races < maxRaces, diags)
		if !again {
			return status
		}
	}
}

// maxRaces is how often another capture may begin between a look at the firewall
// and our start. It is not without end, as no documentation says that the
// answer "in progress" cannot mean our own.
const maxRaces = 3

// notStarted reports why a start failed.
func (r firewallRun) notStarted(err error, diags *diag.Diagnostics) (status edgecapture.FirewallStatus) {
	var next []string
	invalid := new(sas.Error)
	if uncertain := new(edgecapture.UncertainError); errors.As(err, &uncertain) {
		r.accepted(r.client.Now(), false)
		next = slices.DeleteFunc([]string{r.kept, r.unsure}, func(text string) bool { return text == "" })
	} else {
		status.Code = edgecapture.FirewallStartFailed
	}
	if errors.As(err, &invalid) {
		next = []string{nothingStarted}
	}
	tfkit.AddError(diags, couldNotCapture, r.describe(), azure.Describe(err), next...)
	return status
}

// once makes one attempt. Another one is due if somebody else was faster.
func (r firewallRun) once(ctx context.Context, mayRepeat bool, diags *diag.Diagnostics) (status edgecapture.FirewallStatus, again bool) {
	began, err := r.client.StartFirewall(ctx, r.id, r.capture)
	if err != nil {
		return r.notStarted(err, diags), false
	}
	defer began.Release()
	r.accepted(began.At, true)
	status, err = began.Wait(ctx)
	failed, uncertain, busy := new(edgecapture.FailedError), new(edgecapture.UncertainError), new(edgecapture.BusyError)
	switch {
	case errors.As(err, &busy):
		r.accepted(began.At, false)
		if mayRepeat && ctx.Err() == nil {
			return status, true
		}
		tfkit.AddError(diags, couldNotCapture, r.describe(), azure.Describe(err))
		return edgecapture.FirewallStatus{}, false
	case errors.As(err, &failed), errors.As(err, &uncertain):
		return r.notStarted(err, diags), false
	case err != nil:
		tfkit.AddError(diags, couldNotCapture, r.describe(), azure.Describe(err), r.kept)
		return edgecapture.FirewallStatus{}, false
	}
	if r.progress != nil {
		r.progress(ctx, status)
	}
	if status.Running() && r.wait {
		over := began.At.Add(time.Duration(r.capture.TimeInSeconds)*time.Second + afterTheEnd)
		if status, err = r.client.WaitFirewallEnded(ctx, r.id, over, r.progress); err != nil {
			summary := "Could not follow packet capture"
			switch {
			case errors.Is(ctx.Err(), context.Canceled):
				summary = "Interrupted before the packet capture ended"
			case ctx.Err() != nil:
				summary = notEndedInTime
			}
			tfkit.AddError(diags, summary, r.describe(), azure.Describe(err), r.kept)
			return status, false
		}
	}
	if status.Running() && r.wait {
		// By now this is somebody else's.
		status = edgecapture.FirewallStatus{Code: edgecapture.FirewallNotInProgress}
	}
	r.report(status, diags)
	if status.Code == edgecapture.FirewallCompleted && !status.Partial() {
		if files, ok := r.count(ctx, began.At); ok && files < minInstances {
			r.warnOfMissingFiles(status, fmt.Sprintf("The container has %d of its files, and a firewall has at least %d instances.", files, minInstances), diags)
		}
	}
	return status, false
}

// minInstances is how many instances each firewall has.
//
// Source: https://learn.microsoft.com/azure/firewall/firewall-performance
const minInstances = 2

func (r firewallRun) warnOfMissingFiles(status edgecapture.FirewallStatus, found string, diags *diag.Diagnostics) {
	diags.AddWarning("Packet capture may lack files", tfkit.Failure{
		What: strings.TrimSpace(r.describe() + " is complete for the service as soon as half of the firewall's instances have stored their files. " + found),
		Code: string(status.Code), Message: status.Message,
		Next: []string{"Compare the number of files in the container with that of the firewall's instances. If one is missing, capture again (recapture_triggers)."},
	}.Detail())
}

// report says what went wrong in a capture that has ended.
func (r firewallRun) report(status edgecapture.FirewallStatus, diags *diag.Diagnostics) {
	switch {
	case status.Failed():
		tfkit.AddError(diags, "Packet capture failed", r.describe(), azure.Describe(status.Err()))
	case status.Partial():
		r.warnOfMissingFiles(status, "", diags)
	case status.Code == edgecapture.FirewallStopSucceeded:
		diags.AddWarning("Packet capture was stopped", r.describe()+" was stopped by somebody else. The files hold what was captured until then.")
	case status.Code == edgecapture.FirewallNotInProgress:
		diags.AddWarning("Packet capture ended, and Azure does not say how", tfkit.Failure{
			What: r.describe() + " runs no more, and the service does not say how it ended.",
			Next: []string{"Look whether the container has its files. If not, capture again (recapture_triggers)."},
		}.Detail())
	}
}
