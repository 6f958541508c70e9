package chaos

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"

	"pgregory.net/rapid"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// What is no answer, although its status is that of a success.

// noAnswers are bodies that no service sends, and bodies that one of them
// sends without the status of a success.
var noAnswers = []string{
	`"<html><body>log in</body></html>"`, `{}`, `null`, `[]`, `{"html":"x"}`, `{"value":null}`, `{"data":null}`, `{"tables":[]}`,
	`{"error":{"code":"ServerBusy","message":"Try later."}}`, `{"error":{}}`, `{"Error":"InvalidLogType"}`,
	`{"error_code":"CFW.00100001","error_msg":"busy"}`,
}

// edits are changes of true answers that make them none, or such of another
// object.
var edits = map[string][]string{
	"arm": {
		`{"id":null}`, `{"id":"/subscriptions/00000000-0000-0000-0000-000000000000/x"}`, `{"name":"other"}`, `{"properties":null}`, `{"value":null}`,
		`{"value":{"id":null}}`, `{"value":{"properties":null}}`, `{"value":{"name":"other"}}`, `{"status":null,"packetCaptureStatus":null}`,
		`{"nextLink":"https://127.0.0.1:1/next"}`, `{"error":{"code":"ServerBusy","message":"Try later."}}`,
	},
	"cfw": {
		`{"data":{"total":99}}`, `{"data":{"total":null}}`, `{"data":{"total":0}}`, `{"data":{"records":null}}`, `{"data":{"records":{"task_id":null}}}`,
		`{"data":{"id":null}}`, `{"data":null}`, `{"error_code":"CFW.00100001","error_msg":"busy"}`,
	},
	"log_query": {
		`{"tables":null}`, `{"tables":[]}`, `{"tables":{"columns":[]}}`, `{"tables":{"columns":null}}`, `{"tables":{"rows":null}}`,
		`{"tables":{"columns":{"name":"x"}}}`, `{"error":{"code":"PartialError","message":"Some rows are missing."}}`,
	},
}

// lies are answers that look like answers, for once: a list without what it
// had, and a not-found of something below the object, or of the object itself.
var lies = []simcore.Fault{
	{Service: "cfw", Operation: "ListCaptureTask", Kind: simcore.KindReplaced, Body: json.RawMessage(`{"data":{"total":0,"records":[]}}`)},
	{Service: "cfw", Operation: "ListCaptureTask", Kind: simcore.KindEdited, Body: json.RawMessage(`{"data":{"records":[]}}`)},
	{Service: "arm", Operation: "PacketCaptures_List", Kind: simcore.KindEdited, Body: json.RawMessage(`{"value":[]}`)},
	notFound("PacketCaptures_GetStatus", "capture_a"), notFound("PacketCaptures_GetStatus", "capture_b"), notFound("PacketCaptures_GetStatus", "ring"),
	notFound("PacketCaptures_Get", "capture_a"), notFound("PacketCaptures_Stop", "capture_a"), notFound("PacketCaptures_Delete", "capture_a"),
	notFound("Operations_Get", "capture_a"), notFound("OperationResults_Get", "ring"),
}

// watcherID stands for the network watcher's id in the body of a fault.
const watcherID = "NETWORK_WATCHER_ID"

// notFound is the service's own word that a capture does not exist.
func notFound(operation, capture string) simcore.Fault {
	return simcore.Fault{
		Service: "arm", Operation: operation, Kind: simcore.KindStatus, Code: http.StatusNotFound,
		Body: json.RawMessage(`{"error":{"code":"NotFound","message":"Resource ` + watcherID + `/packetCaptures/` + capture + ` not found.","details":[]}}`),
	}
}

// oneLie leaves out all lies of a step but the first: of two that support each
// other nobody can know better.
func oneLie(faults []simcore.Fault) []simcore.Fault {
	lied := false
	return slices.DeleteFunc(faults, func(fault simcore.Fault) bool {
		lie := slices.ContainsFunc(lies, func(lie simcore.Fault) bool { return bytes.Equal(lie.Body, fault.Body) })
		again := lie && lied
		lied = lied || lie
		return again
	})
}

// hostile generates answers with the status of a success that answer nothing:
// before the request was handled, after that, and true ones with a mistake.
func hostile() *rapid.Generator[simcore.Fault] {
	return rapid.Custom(func(t *rapid.T) simcore.Fault {
		if rapid.SampledFrom([]bool{false, false, false, true}).Draw(t, "lie") {
			lie := rapid.SampledFrom(lies).Draw(t, "which")
			lie.Skip = rapid.IntRange(0, 3).Draw(t, "skip")
			return lie
		}
		kinds := []simcore.Kind{simcore.KindStatus, simcore.KindReplaced, simcore.KindEdited, simcore.KindEdited}
		fault := simcore.Fault{
			Service: rapid.SampledFrom(services).Draw(t, "service"),
			Kind:    rapid.SampledFrom(kinds).Draw(t, "kind"),
			Skip:    rapid.IntRange(0, 3).Draw(t, "skip"),
			Times:   rapid.SampledFrom([]int{1, 1, 1, 2, 4, -1}).Draw(t, "times"),
		}
		fault.Operation = rapid.SampledFrom(callable[fault.Service]).Draw(t, "operation")
		bodies, edited := edits[fault.Service]
		switch {
		case fault.Kind != simcore.KindEdited:
			bodies = noAnswers
		case !edited:
			// Their answers have nothing that could be changed.
			fault.Kind, bodies = simcore.KindReplaced, noAnswers
		}
		if fault.Kind == simcore.KindStatus {
			fault.Code = http.StatusOK
		}
		fault.Body = json.RawMessage(rapid.SampledFrom(bodies).Draw(t, "body"))
		if fault.Service == "arm" && string(fault.Body) == "null" {
			// It is what a stop that is done at once may be answered with.
			fault.Body = json.RawMessage(`{}`)
		}
		return fault
	})
}
