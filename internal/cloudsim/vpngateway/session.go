package vpngateway

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/blob"
)

// session is a capture that runs.
type session struct {
	started time.Time
	data    filterData
	// broken is whether the filter cannot be used, which shows at stop.
	broken bool
	links  []Link
}

// Problem is why a start or a stop fails.
type Problem struct {
	Code, Message string
	// Request is whether the request itself is refused, and not its operation.
	Request bool
	// After is how long the operation is under way before it fails.
	After time.Duration
}

// maxSessions is how many captures a gateway runs at once.
const maxSessions = 5

// Start begins a capture on the gateway, or on one of its connections, or on some
// links of that one. The filter is taken as it is.
func (g *Gateway) Start(on *Connection, filter string, links []string, now time.Time) *Problem {
	if g.PolicyBased || g.Type != typeVPN {
		return &Problem{
			Code: "PacketCaptureNotSupported", Message: fmt.Sprintf("Packet capture is not supported on the gateway %s.", g.Name),
			Request: g.switches.Get(SwitchUnsupported) == byRequest,
		}
	}
	target, of := g.target(on)
	mode := g.switches.Get(SwitchSecondStart)
	again := target.session != nil && mode != byRestart
	switch {
	case again:
		return &Problem{Code: "PacketCaptureInProgress", Message: fmt.Sprintf("A packet capture is in progress on %s.", target.Name), Request: mode == byRequest}
	case target.session == nil && g.running() >= maxSessions:
		return &Problem{Code: "PacketCaptureLimitReached", Message: fmt.Sprintf("%d packet captures are in progress on the gateway %s, which allows no more.", maxSessions, g.Name), Request: mode == byRequest}
	}
	if len(links) > 0 {
		of = slices.DeleteFunc(of, func(l Link) bool { return !slices.Contains(links, l.Name) })
	}
	data, err := parseFilterData(filter)
	target.session = &session{started: now, data: data, broken: err != nil, links: of}
	return nil
}

// target is what a capture runs on, with its links.
func (g *Gateway) target(on *Connection) (*Target, []Link) {
	if on != nil {
		return &on.Target, slices.Clone(on.Links)
	}
	var links []Link
	for _, c := range g.Connections {
		links = append(links, c.Links...)
	}
	return &g.Target, links
}

func (g *Gateway) running() int {
	count := 0
	for _, state := range g.States() {
		if state.Running {
			count++
		}
	}
	return count
}

// noData is what the service says of whatever is wrong with the storage.
//
// Source: a recorded session of the Azure CLI's tests, 2026-01-06
var noData = Problem{Code: "NoPacketCaptureResponseDataFound", Message: "An internal error occured. The response did not contain any data. Please check storage for the capture."} //nolint:misspell // the service's own spelling

// Stop ends a capture. The files that store brings are there when it was called, at
// the end of the operation.
func (g *Gateway) Stop(on *Connection, sasURL string, now time.Time) (store func(), problem *Problem) {
	target, _ := g.target(on)
	failed := noData
	failed.After = g.switches.Duration(SwitchFailureTime)
	stopped := target.session
	if stopped == nil {
		failed.Request = g.switches.Get(SwitchIdleStop) == byRequest
		return nil, &failed
	}
	container, err := g.storage.Upload(sasURL, now)
	if (err != nil || stopped.broken) && g.switches.Get(SwitchFailedStop) != endsSession {
		return nil, &failed
	}
	target.session = nil
	if err != nil || stopped.broken {
		return nil, &failed
	}
	files := stopped.files(g, target, container, now)
	return func() { g.files = append(g.files, files...) }, nil
}

// Blobs are the files that were stored, the newest first.
func (g *Gateway) Blobs() []blob.Blob {
	newest := slices.Clone(g.files)
	slices.Reverse(newest)
	return newest
}

// Answer is the string of a success, which holds JSON.
func (g *Gateway) Answer() string {
	answer := struct {
		Status string
		Data   *string
	}{Status: "Successful", Data: new(string)}
	if g.switches.Get(SwitchAnswerData) == dataNull {
		answer.Data = nil
	}
	text, err := json.Marshal(answer)
	if err != nil {
		panic("vpngateway: " + err.Error())
	}
	return string(text)
}
