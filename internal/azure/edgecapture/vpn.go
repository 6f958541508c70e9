package edgecapture

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/sas"
)

// VPNStart is a start that the service accepted.
type VPNStart struct{ operation *operation }

type vpnParameters struct {
	FilterData          string   `json:"filterData,omitempty"`
	SASURL              string   `json:"sasUrl,omitempty"`
	LinkConnectionNames []string `json:"linkConnectionNames,omitempty"`
}

// StartVPN has the service accept a capture. filterData is empty for the
// service's own choice, or FilterData.String; links are names of the site links
// of a Virtual WAN connection.
//
// The request is never repeated. If the answer was lost, the error is
// *UncertainError: a capture may run.
func (c *Client) StartVPN(ctx context.Context, target VPNTarget, links []string, filterData string) (*VPNStart, error) {
	what := "the start of a packet capture on " + target.Describe()
	started, err := c.begin(ctx, what, target.path("start"), vpnParameters{FilterData: filterData, LinkConnectionNames: links})
	if err != nil {
		return nil, azure.Wrap("start a packet capture on "+target.Describe(), err)
	}
	return &VPNStart{started}, nil
}

// Wait waits until the capture runs. Unless the error is *FailedError, it may
// run.
func (s *VPNStart) Wait(ctx context.Context) error {
	payload, err := s.operation.result(ctx)
	if err == nil {
		err = s.operation.vpnResult(payload)
	}
	return azure.Wrap("start a packet capture", err)
}

// StopVPN stops a capture and waits until the service has stored its file in
// the container. sent reports whether the service may have acted on the stop. If
// it fails, the capture may still run, unless NothingRuns says otherwise.
func (c *Client) StopVPN(ctx context.Context, target VPNTarget, links []string, container sas.Container) (sent bool, err error) {
	c.learn(container)
	what := "the stop of the packet capture on " + target.Describe()
	stopping, err := c.begin(ctx, what, target.path("stop"), vpnParameters{SASURL: container.Secret(), LinkConnectionNames: links})
	uncertain := new(UncertainError)
	sent = err == nil || errors.As(err, &uncertain)
	if err == nil {
		var payload []byte
		if payload, err = stopping.result(ctx); err == nil {
			err = stopping.vpnResult(payload)
		}
	}
	return sent, azure.Wrap("stop the packet capture on "+target.Describe(), err)
}

// codeNoData is what a stop ends with that brought no file: of a capture whose
// file could not be stored, and where no capture runs.
//
// Source: a recorded session of the Azure CLI's tests, 2026-01-06
const codeNoData = "NoPacketCaptureResponseDataFound"

// NothingRuns reports whether an error of StopVPN is the service's word that it
// has no data: the capture has ended, now or before, or never began.
func NothingRuns(err error) bool {
	uncertain := new(UncertainError)
	return err != nil && !errors.As(err, &uncertain) && azure.Describe(err).Code == codeNoData
}

// path is that of an operation, start or stop, in the service's own spelling.
func (t VPNTarget) path(operation string) string {
	if t.Kind == VPNGateway || t.Kind == VPNConnection {
		return t.String() + "/" + operation + "packetcapture"
	}
	return t.String() + "/" + operation + "PacketCapture"
}

// vpnResult judges the end of an operation. Its result is a JSON string that
// holds JSON a second time: "{\"Status\":\"Successful\",\"Data\":\"\"}". One that
// has no result is taken for the word of its Azure-AsyncOperation; without one there
// is no word, as an empty answer says neither that a capture began nor that it ended.
func (o *operation) vpnResult(payload []byte) error {
	text := string(bytes.TrimSpace(payload))
	var inner string
	if json.Unmarshal(payload, &inner) == nil {
		text = inner
	} else if unquoted := strings.Trim(text, `"`); strings.HasPrefix(unquoted, "{") {
		// As the published examples print it: quotes that are not escaped.
		text = unquoted
	}
	if text == "" && o.async {
		return nil
	}
	var result struct {
		Status string          `json:"Status"`
		Data   json.RawMessage `json:"Data"`
	}
	if err := o.contradicted([]byte(text)); err != nil {
		return err
	}
	err := json.Unmarshal([]byte(text), &result)
	succeeded := strings.EqualFold(result.Status, "Successful") || strings.EqualFold(result.Status, "Succeeded")
	switch {
	case err != nil || result.Status == "":
		return &AnswerError{Asked: "the result of " + o.what, Lacks: "it has no status", answer: o.last}
	case succeeded && result.Data == nil:
		return &AnswerError{Asked: "the result of " + o.what, Lacks: "it has no data", answer: o.last}
	case succeeded:
		return nil
	}
	return &FailedError{What: o.what, cause: fmt.Errorf("the service reports %q: %s", result.Status, result.Data)}
}
