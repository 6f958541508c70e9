package chaos

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestRegressions runs the smallest histories that once broke an invariant.
func TestRegressions(t *testing.T) {
	t.Parallel()
	always := func(service, operation string, kind simcore.Kind, skip int) simcore.Fault {
		fault := simcore.Fault{Service: service, Operation: operation, Kind: kind, Skip: skip, Times: -1}
		if kind == simcore.KindStatus {
			fault.Code, fault.RetryAfterMilliseconds = 503, new(20)
		}
		return fault
	}
	once := func(fault simcore.Fault) simcore.Fault {
		fault.Times = 1
		return fault
	}
	lie := func(operation string, kind simcore.Kind, body string) simcore.Fault {
		service := "cfw"
		if strings.HasPrefix(operation, "PacketCaptures") {
			service = "arm"
		}
		return simcore.Fault{Service: service, Operation: operation, Kind: kind, Body: json.RawMessage(body), Times: -1}
	}
	refusal := func(service, operation string) simcore.Fault {
		return simcore.Fault{Service: service, Operation: operation, Kind: simcore.KindStatus, Code: http.StatusBadRequest, Times: -1}
	}
	for name, steps := range map[string][]step{
		// The task ran, and no state knew of it.
		"the list fails once a task was posted": {
			{Changes: []change{{Address: "task_a", Do: set}}, Faults: []simcore.Fault{always("cfw", "ListCaptureTask", simcore.KindReset, 1)}},
		},
		// The next run could not read a task that was never made.
		"the create of a task is cut off": {
			{Changes: []change{{Address: "task_a", Do: set}}, Faults: []simcore.Fault{once(always("cfw", "CreateCaptureTask", simcore.KindReset, 0))}},
		},
		// The create waited for its whole timeout, an hour.
		"the list never answers": {
			{Changes: []change{{Address: "task_a", Do: set}}, Faults: []simcore.Fault{always("cfw", "ListCaptureTask", simcore.KindDropAfterCommit, 0)}},
		},
		// The records were sent again without knowing.
		"the workspace cannot be asked after a lost answer": {
			{
				Changes: []change{{Address: "identified", Do: set}, {Address: "identified", Do: appendRecords, Value: 2}},
				Faults: []simcore.Fault{
					once(always("data_collector", "Post", simcore.KindDropAfterCommit, 0)), always("log_query", "Query_Post", simcore.KindStatus, 1),
				},
			},
			{Faults: []simcore.Fault{always("aad", "Token", simcore.KindStatus, 0)}},
		},
		// All of them were sent again, because the new ones were not there.
		"records are added after a lost answer": {
			{
				Changes: []change{{Address: "identified", Do: set}},
				Faults: []simcore.Fault{
					once(always("data_collector", "Post", simcore.KindDropAfterCommit, 0)), always("log_query", "Query_Post", simcore.KindStatus, 1),
				},
			},
			{Changes: []change{{Address: "identified", Do: appendRecords, Value: 2}}},
		},
		// The next create sent all of them again.
		"the provider is killed after it sent records": {
			{
				Changes:      []change{{Address: "stream", Do: set}, {Address: "stream", Do: appendRecords, Value: 2}},
				Interruption: interruption{How: killed, After: 5},
			},
		},
		// Terraform had lost the list of what was sent, and each plan failed.
		"the provider is killed while it adds records": {
			{Changes: []change{{Address: "plain", Do: set}}},
			{Changes: []change{{Address: "plain", Do: appendRecords, Value: 2}}, Interruption: interruption{How: killed, After: 1}},
		},
		"the provider is killed while it adds records with ids": {
			{Changes: []change{{Address: "identified", Do: set}}},
			{Changes: []change{{Address: "identified", Do: appendRecords, Value: 2}}, Interruption: interruption{How: killed, After: 3}},
		},
		"the provider is killed while it sends the rest": {
			{
				Changes: []change{{Address: "plain", Do: set}, {Address: "identified", Do: set}},
				Faults:  []simcore.Fault{once(always("data_collector", "Post", simcore.KindDropAfterCommit, 0)), once(always("data_collector", "Post", simcore.KindDropAfterCommit, 1))},
			},
			{Interruption: interruption{How: killed, After: 1}, Parallel: true},
		},
		// The error did not say what to do next.
		"a capture cannot be stopped": {
			{Changes: []change{{Address: "capture_a", Do: set}, {Address: "capture_a", Do: stop}}, Faults: []simcore.Fault{always("arm", "PacketCaptures_Stop", simcore.KindStatus, 0)}},
		},
		// The task ran, another one was posted once it had ended, and so on: 93 in all.
		"a task is made, and the answer speaks of an error": {
			{Changes: []change{{Address: "task_a", Do: set}}, Faults: []simcore.Fault{lie("CreateCaptureTask", simcore.KindReplaced, `{"error":{"code":"ServerBusy","message":"Try later."}}`)}},
		},
		"a task is made, and the answer both confirms it and is busy": {
			{Changes: []change{{Address: "task_a", Do: set}}, Faults: []simcore.Fault{lie("CreateCaptureTask", simcore.KindEdited, `{"error_code":"CFW.00100001","error_msg":"busy"}`)}},
		},
		// The error did not say what to do next.
		"a list goes on elsewhere": {
			{
				Changes: []change{{Address: "capture_a", Do: set}, {Address: "capture_b", Do: set}},
				Faults:  []simcore.Fault{lie("PacketCaptures_List", simcore.KindEdited, `{"nextLink":"https://127.0.0.1:1/next"}`)},
			},
		},
		// The error advised to check a query that was the provider's.
		"the workspace refuses to be asked": {
			{Changes: []change{{Address: "identified", Do: set}}, Faults: []simcore.Fault{
				once(always("data_collector", "Post", simcore.KindDropAfterCommit, 0)), refusal("log_query", "Query_Post"),
			}},
		},
		// The error named neither the records nor a next step.
		"records are read while the run is cancelled": {
			{
				Changes:      []change{{Address: "plain", Do: set}, {Address: "identified", Do: set}},
				Interruption: interruption{How: cancelled, After: 1}, Parallel: true,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, history{Steps: steps}, newProtocolWorld, &tally{})
		})
	}
	// The error said to correct what the service names.
	t.Run("a capture is not listed while it is made", func(t *testing.T) {
		t.Parallel()
		check(t, history{
			Switches: map[string]string{"arm create_visible": "false", "arm in_progress_polls": "1000", "arm operation_time": "50ms"},
			Steps:    []step{{Changes: []change{{Address: "capture_a", Do: set}}, Interruption: interruption{How: killed, After: 4}}},
		}, newProtocolWorld, &tally{})
	})
	// The refresh went on until its timeout, thousands of requests later.
	t.Run("the result of a query is never there", func(t *testing.T) {
		t.Parallel()
		timedOut := always("arm", "OperationResults_Get", simcore.KindStatus, 0)
		timedOut.Code = 408
		check(t, history{
			Switches: map[string]string{"arm status_in_202": "false"},
			Steps:    []step{{Changes: []change{{Address: "ring", Do: set}}}, {Faults: []simcore.Fault{timedOut}}},
		}, newProtocolWorld, &tally{})
	})
}

// TestIngestRegressions runs the smallest histories of log ingests that once
// broke an invariant.
func TestIngestRegressions(t *testing.T) {
	t.Parallel()
	lost := simcore.Fault{Service: "data_collector", Operation: "Post", Kind: simcore.KindDropAfterCommit, Skip: 1}
	unasked := simcore.Fault{Service: "log_query", Operation: "Query_Post", Kind: simcore.KindReplaced, Body: json.RawMessage(`[]`), Skip: 1, Times: -1}
	reset := simcore.Fault{Kind: simcore.KindReset, Times: 1}
	grow := func(names ...string) []slide {
		added := make([]string, 0, len(names))
		for _, name := range names {
			added = append(added, `{"Name":"`+name+`"}`)
		}
		return []slide{{Append: added}}
	}
	in := func(service, operation string, fault simcore.Fault, skip int) simcore.Fault {
		fault.Service, fault.Operation, fault.Skip = service, operation, skip
		return fault
	}
	for name, h := range map[string]ingestHistory{
		// The records of the lost answer were looked for under the ids of the
		// first records, and stored twice.
		"the provider is killed after an update that is in doubt": {
			Logs: []ingestLog{{IDs: true, Verified: true, Marked: true}},
			Steps: []ingestStep{
				{Slides: grow("start", "ok", "end")},
				{Slides: grow("more", "last"), Faults: []simcore.Fault{lost, unasked}, AdvanceMinutes: 400},
				{Slides: grow("new"), Interruption: interruption{How: killed, After: 2}},
			},
		},
		"the provider is killed after a create of a stream that is in doubt": {
			Logs: []ingestLog{{Stream: true, IDs: true, Verified: true}},
			Steps: []ingestStep{
				{Slides: grow("start", "ok"), Faults: []simcore.Fault{in("logs_ingestion", "Upload", lost, 0), unasked}},
				{Slides: grow("new"), Interruption: interruption{How: killed, After: 2}},
			},
		},
		// One record of the other resource in the workspace was taken for the
		// arrival of all six.
		"a refused batch has an equal record of another resource": {
			Switches: map[string]string{"data_collector post_limit_bytes": "300"},
			Logs:     []ingestLog{{IDs: true}, {IDs: true, Verified: true}},
			Steps: []ingestStep{
				{Slides: []slide{{Log: 1, Append: []string{`{"Name":"ok"}`}}}},
				{
					Slides: grow("start", "ok", "start", "end", "end", "end"),
					Faults: []simcore.Fault{{Service: "data_collector", Operation: "Post", Kind: simcore.KindReplaced, Body: json.RawMessage(`{"Error":"InvalidLogType"}`)}},
				},
			},
		},
		// The old one found the new one's records, and never sent its own.
		"a log ingest is added beside one that is in doubt": {
			Logs: []ingestLog{{IDs: true, Verified: true}, {IDs: true}},
			Steps: []ingestStep{
				{Slides: grow("start"), Faults: []simcore.Fault{in("data_collector", "Post", reset, 0), unasked}},
				{Slides: []slide{{Log: 1, Append: []string{`{"Name":"start"}`}}}, Faults: []simcore.Fault{in("aad", "Token", reset, 0)}},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkIngest(t, h, &tally{})
		})
	}
}
