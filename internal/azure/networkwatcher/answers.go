package networkwatcher

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/printable"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// This file decides, for each operation, what counts as an answer. The SDK
// takes any JSON object of a success status for one: a proxy's page in JSON,
// or an error that came with status 200, would be a capture without
// properties, or a list without captures.

// AnswerError says that an answer with a success status does not answer the
// question. Nothing follows from it about what was asked for.
type AnswerError struct {
	// Asked is the question, for example `packet capture "web"`.
	Asked string
	// Lacks is what is wrong with the answer.
	Lacks string

	answer *http.Response
}

// Error says what was asked, and what came instead.
func (e *AnswerError) Error() string { return e.Describe().String() }

// Describe quotes the answer, or the error that it carries.
func (e *AnswerError) Describe() failure.Details {
	payload, _ := azure.Payload(e.answer)
	details := failure.Details{Status: e.answer.StatusCode, RequestID: e.answer.Header.Get("x-ms-request-id")}
	details.Summary = fmt.Sprintf("the answer (HTTP %d) is not %s: %s", e.answer.StatusCode, e.Asked, e.Lacks)
	if said, understood := azure.ParseErrorBody(payload); understood {
		details.Code, details.Message = said.Code, said.Message
	} else {
		details.Summary += "; it reads: " + excerpt(payload)
	}
	details.Next = []string{"Nothing was concluded from this answer. If it comes again, check that azure.endpoints.resource_manager is an Azure Resource Manager, " +
		"and that no proxy answers in its place."}
	return details
}

var htmlTags = regexp.MustCompile(`<[^>]*>`)

// excerpt quotes the beginning of an answer, without markup.
func excerpt(payload []byte) string {
	const limit = 120
	text := strings.Join(strings.Fields(htmlTags.ReplaceAllString(string(payload), " ")), " ")
	if text == "" {
		return "nothing"
	}
	return fmt.Sprintf("%q", printable.Line(text, limit))
}

// answered returns err if it is not about the answer's content. Otherwise it
// says what the answer lacks to be one, if it lacks anything: what the SDK
// could not read, an error inside, or what lacks finds.
func answered(raw *http.Response, err error, asked string, lacks func() string) error {
	if raw == nil || raw.StatusCode >= http.StatusMultipleChoices || wait.Ended(err) {
		return err
	}
	payload, readErr := runtime.Payload(raw)
	if readErr != nil {
		return err
	}
	problem := ""
	switch {
	case len(bytes.TrimSpace(payload)) == 0:
		problem = "it has no body"
	case !json.Valid(payload):
		problem = "it is not JSON"
	case carriesError(payload):
		problem = "it is an error"
	case err != nil:
		problem = "it does not have the form that the service documents"
	default:
		problem = lacks()
	}
	if problem == "" {
		return nil
	}
	return &AnswerError{Asked: asked, Lacks: problem, answer: raw}
}

// carriesError reports whether an answer has an error as Resource Manager and
// OData write it, or as those do who know only its inside. A member that is there
// twice is as bad: nobody knows which one is meant.
func carriesError(payload []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(payload))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return false
	}
	seen := map[string]bool{}
	for decoder.More() {
		name, err := decoder.Token()
		var content json.RawMessage
		if err != nil || decoder.Decode(&content) != nil {
			return false
		}
		member := fold(fmt.Sprint(name))
		if seen[member] || errorMembers[member] && !isEmpty(content) {
			return true
		}
		seen[member] = true
	}
	return false
}

// errorMembers are what no other answer of the service has.
var errorMembers = map[string]bool{"error": true, "errors": true, "odata.error": true, "code": true}

func isEmpty(content json.RawMessage) bool {
	switch string(content) {
	case "null", `""`, "[]":
		return true
	}
	return false
}

// lacksCapture judges a PacketCaptureResult: it must be the capture with this
// id, and have what every capture has. The definitions require target and
// storage location.
func lacksCapture(id PacketCaptureID, capture *armnetwork.PacketCaptureResult) string {
	switch {
	case text(capture.ID) == "":
		return "it has no id"
	case !SameID(*capture.ID, id.String()):
		return fmt.Sprintf("it has the id %s", *capture.ID)
	case capture.Name != nil && !SameID(*capture.Name, id.Name):
		return fmt.Sprintf("it has the name %q", *capture.Name)
	case capture.Properties == nil:
		return "it has no properties"
	case text(capture.Properties.Target) == "":
		return "it has no target"
	case capture.Properties.StorageLocation == nil:
		return "it has no storage location"
	case slices.Contains(capture.Properties.Filters, nil):
		return "it has a filter that is null"
	case capture.Properties.Scope != nil && (slices.Contains(capture.Properties.Scope.Include, nil) || slices.Contains(capture.Properties.Scope.Exclude, nil)):
		return "it has an instance in its scope that is null"
	}
	if capture.Name == nil {
		capture.Name = new(id.Name)
	}
	return ""
}

// lacksList judges a page of PacketCaptureListResult: every entry must be a
// capture of the watcher.
func lacksList(id WatcherID, list *armnetwork.PacketCaptureListResult) string {
	if list.Value == nil {
		return "it has no list"
	}
	seen := make(map[string]bool, len(list.Value))
	for i, capture := range list.Value {
		if capture == nil {
			return fmt.Sprintf("entry %d is null", i)
		}
		of, err := ParsePacketCaptureID(text(capture.ID))
		switch {
		case err != nil:
			return fmt.Sprintf("entry %d has no packet capture's id, but %q", i, text(capture.ID))
		case !of.Watcher.Equal(id):
			return fmt.Sprintf("entry %d is of another network watcher: %s", i, of)
		case seen[fold(of.Name)]:
			return fmt.Sprintf("it has packet capture %q twice", of.Name)
		}
		if problem := lacksCapture(of, capture); problem != "" {
			return fmt.Sprintf("entry %d, %q: %s", i, of.Name, problem)
		}
		seen[fold(of.Name)] = true
	}
	return ""
}

// lacksStatus judges a PacketCaptureQueryStatusResult: it must have a status,
// and be of this capture.
func lacksStatus(id PacketCaptureID, status *armnetwork.PacketCaptureQueryStatusResult) string {
	switch {
	case status.PacketCaptureStatus == nil || *status.PacketCaptureStatus == "":
		return "it has no status of the session"
	case status.ID == nil && status.Name == nil:
		return "it does not say of which capture it is"
	case status.ID != nil && !SameID(*status.ID, id.String()):
		return fmt.Sprintf("it is of %s", *status.ID)
	case status.Name != nil && !SameID(*status.Name, id.Name):
		return fmt.Sprintf("it is of a packet capture %q", *status.Name)
	}
	return ""
}

// lacksWatcher judges a NetworkWatcher.
func lacksWatcher(id WatcherID, watcher *armnetwork.Watcher) string {
	switch {
	case text(watcher.ID) == "":
		return "it has no id"
	case !SameID(*watcher.ID, id.String()):
		return fmt.Sprintf("it has the id %s", *watcher.ID)
	case watcher.Name != nil && !SameID(*watcher.Name, id.Name):
		return fmt.Sprintf("it has the name %q", *watcher.Name)
	case text(watcher.Location) == "":
		return "it has no location"
	}
	return ""
}

// lacksWatchers judges a page of NetworkWatcherListResult.
func lacksWatchers(subscriptionID string, list *armnetwork.WatcherListResult) string {
	if list.Value == nil {
		return "it has no list"
	}
	for i, watcher := range list.Value {
		if watcher == nil {
			return fmt.Sprintf("entry %d is null", i)
		}
		id, err := ParseWatcherID(text(watcher.ID))
		switch {
		case err != nil:
			return fmt.Sprintf("entry %d has no network watcher's id, but %q", i, text(watcher.ID))
		case !SameID(id.SubscriptionID, subscriptionID):
			return fmt.Sprintf("entry %d is of another subscription: %s", i, id)
		}
		if problem := lacksWatcher(id, watcher); problem != "" {
			return fmt.Sprintf("entry %d, %q: %s", i, id.Name, problem)
		}
	}
	return ""
}
