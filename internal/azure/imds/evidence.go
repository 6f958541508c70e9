package imds

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
)

// What an answer with status 200 must hold to be the answer of an operation.
// Everything else is no answer: it says nothing about the machine, neither
// that it is in Azure nor that it is not.

var (
	errNoMachine = errors.New("the answer is no metadata document: it has no compute.vmId, and no network.interface as a classic machine has")
	errNoEvents  = errors.New("the answer is no document of scheduled events: it has no list Events")
)

// isMachine checks the instance document: every api-version has had
// compute.vmId since 2017-04-02; classic machines have only a network.
func (d *Document) isMachine() error {
	switch {
	case d.Compute != nil && d.Compute.VMID != nil:
		return nil
	case d.Compute == nil && d.Network != nil && len(d.Network.Interfaces) > 0:
		return nil
	}
	return errNoMachine
}

// isOtherClouds reports whether a document is clearly another service's: it
// says something, and neither anything of ours nor an error.
func (d *Document) isOtherClouds() bool {
	if d == nil || d.Compute != nil || d.Network != nil {
		return false
	}
	members := newNode(&reader{}, "", d.Raw).members
	for name := range members {
		if name := strings.ToLower(name); name == "compute" || name == "network" || name == "error" {
			return false
		}
	}
	return len(members) > 0
}

// errorInside returns the error that an answer reports despite its status, in
// the forms of all services: a text, or an object with code and message.
func errorInside(body []byte) string {
	members := newNode(&reader{}, "", body)
	found := members.get("error")
	if !found.present() || found.isEmptyText() {
		return ""
	}
	var parts []string
	if found.members == nil {
		parts = append(parts, found.plain(), members.get("error_description").plain())
	} else {
		parts = append(parts, found.get("code").plain(), found.get("message").plain())
	}
	if text := strings.TrimPrefix(strings.TrimSuffix(strings.Join(parts, ": "), ": "), ": "); text != "" {
		return shorten(text)
	}
	return "an error without a text"
}

func (n node) plain() string {
	var text string
	if json.Unmarshal(n.raw, &text) != nil {
		return ""
	}
	return text
}

// reportsSuccess checks the answer of an operation that returns nothing: no
// body, or an object without an error in it.
func (a *answer) reportsSuccess() error {
	body := bytes.TrimSpace(a.body)
	if len(body) == 0 {
		return nil
	}
	if body[0] != '{' || errorInside(body) != "" {
		return errors.New("the answer does not say that the events were approved")
	}
	return nil
}

// noAnswer is the error for a 200 that does not hold what it must.
func (c *Client) noAnswer(operation, path string, got *answer, problem error) error {
	failure := &Error{
		Operation: operation, URL: c.origin.String() + path, Status: http.StatusOK, Attempts: 1,
		Message: errorInside(got.body), RequestID: got.requestID(), ClientRequestID: got.clientRequestID, cause: problem,
	}
	failure.Problem = problem.Error()
	if server := got.header.Get("Server"); server != "" {
		failure.Problem += "; the server calls itself " + shorten(server)
	}
	return failure
}
