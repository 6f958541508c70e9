package edgecapture

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

// FirewallCode is the service's word for what a firewall does.
type FirewallCode string

// The codes of AzureFirewallPacketCaptureResponseCode.
const (
	FirewallCompleted           FirewallCode = "AzureFirewallPacketCaptureCompleted"
	FirewallFailed              FirewallCode = "AzureFirewallPacketCaptureFailed"
	FirewallInProgress          FirewallCode = "AzureFirewallPacketCaptureInProgress"
	FirewallNotInProgress       FirewallCode = "AzureFirewallPacketCaptureNotInProgress"
	FirewallStartFailed         FirewallCode = "AzureFirewallPacketCaptureStartFailed"
	FirewallStartFailedToUpload FirewallCode = "AzureFirewallPacketCaptureStartFailedToUpload"
	FirewallStartFailure        FirewallCode = "AzureFirewallPacketCaptureStartFailure"
	FirewallStartSucceeded      FirewallCode = "AzureFirewallPacketCaptureStartSucceeded"
	FirewallStopSucceeded       FirewallCode = "AzureFirewallPacketCaptureStopSucceeded"
	FirewallNotImplemented      FirewallCode = "NotImplemented"
)

func (c FirewallCode) known() bool {
	return slices.Contains([]FirewallCode{
		FirewallCompleted, FirewallFailed, FirewallInProgress, FirewallNotInProgress, FirewallStartFailed, FirewallStartFailedToUpload,
		FirewallStartFailure, FirewallStartSucceeded, FirewallStopSucceeded, FirewallNotImplemented,
	}, c)
}

// FirewallStatus is what the service says of the capture on a firewall.
type FirewallStatus struct {
	Code    FirewallCode `json:"statusCode"`
	Message string       `json:"message"`
}

// Running reports whether a capture runs.
func (s FirewallStatus) Running() bool {
	return s.Code == FirewallInProgress || s.Code == FirewallStartSucceeded
}

// stops reports whether it is a stop's answer that nothing runs any more. Any other
// word answers another question, or says that the stop failed.
func (s FirewallStatus) stops() bool {
	return s.Code == FirewallStopSucceeded || s.Code == FirewallNotInProgress
}

// Failed reports whether the capture that ran last failed.
func (s FirewallStatus) Failed() bool {
	return slices.Contains([]FirewallCode{FirewallFailed, FirewallStartFailed, FirewallStartFailedToUpload, FirewallStartFailure, FirewallNotImplemented}, s.Code)
}

// String is code and message.
func (s FirewallStatus) String() string {
	return strings.TrimSuffix(fmt.Sprintf("%s (%s)", s.Code, s.Message), " ()")
}

// Err returns what failed, with its remedy, or nil.
func (s FirewallStatus) Err() error {
	if !s.Failed() {
		return nil
	}
	return &statusError{s}
}

// statusError is a failure that a status reports.
type statusError struct{ status FirewallStatus }

func (e *statusError) Error() string { return e.status.String() }

// Describe adds the remedy that belongs to the code.
func (e *statusError) Describe() failure.Details {
	return failure.Details{
		Summary: "the service reports that the capture failed", Code: string(e.status.Code), Message: e.status.Message,
		Next: remedies(string(e.status.Code)),
	}
}

// whole matches what the service says when all instances have uploaded.
//
// Source: https://learn.microsoft.com/azure/firewall/packet-capture
var whole = regexp.MustCompile(`(?i)^\s*packet capture completed successfully\b[^0-9]*$|^\s*$`)

// Partial reports whether a capture that completed may lack files: the service
// calls it completed when half of the firewall's instances have uploaded.
func (s FirewallStatus) Partial() bool {
	return s.Code == FirewallCompleted && !whole.MatchString(s.Message)
}
