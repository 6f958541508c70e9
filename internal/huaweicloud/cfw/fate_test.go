package cfw

import (
	"fmt"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestACreateThatWasActedOnIsNotTakenForRefused has the service make the task,
// and something answer in its place that cannot know.
func TestACreateThatWasActedOnIsNotTakenForRefused(t *testing.T) {
	t.Parallel()
	bodies := []string{
		`"<html><title>oops</title></html>"`, `{}`, `{"error_code":"APIGW.0201","error_msg":"Backend timeout","request_id":"r"}`,
		`{"error_code":"CFW.00109004","error_msg":"http to external service error."}`, `{"error":{"code":"ServerBusy","message":"Try later."}}`,
		`{"data":{"id":"fw-of-somebody-else"}}`,
	}
	for _, body := range bodies {
		for _, code := range []int{200, 201, 302, 303, 307, 400, 401, 403, 404, 408, 409, 413, 421, 451, 500, 502} {
			t.Run(fmt.Sprintf("%d %s", code, body), func(t *testing.T) {
				t.Parallel()
				h := newHarness(t)
				h.Fail(t, "CreateCaptureTask", simcore.Fault{Kind: simcore.KindReplaced, Code: code, Body: []byte(body)})
				made, err := h.client.Capture(t.Context(), h.firewall, example("same"), nil)
				if tasks := h.CFW.Tasks(); err != nil || len(tasks) != 1 || tasks[0].ID != made.ID || made.Lost == nil || len(made.Equals) != 0 {
					t.Errorf("got %+v, %v, of %v", made, err, tasks)
				}
				h.wantCalls(t, map[string]int{"CreateCaptureTask": 1})
			})
		}
	}
}

// TestAnEndThatWasActedOnIsSeenOrLeftOpen has the service stop or delete a task,
// and something else answer: an end is claimed only if the list shows it.
func TestAnEndThatWasActedOnIsSeenOrLeftOpen(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`"<html><title>oops</title></html>"`, `{"error_code":"APIGW.0201"}`, `{"error_code":"CFW.00109004"}`} {
		for _, operation := range []string{"CancelCaptureTask", "DeleteCaptureTask"} {
			for _, code := range []int{200, 302, 400, 404, 408, 409, 502} {
				for _, kind := range []simcore.Kind{simcore.KindReplaced, simcore.KindStatus} {
					t.Run(fmt.Sprint(operation, " ", kind, code, body), func(t *testing.T) {
						t.Parallel()
						h := newHarness(t)
						id := h.running("one")
						h.Fail(t, operation, simcore.Fault{Kind: kind, Code: code, Body: []byte(body), Times: -1})
						err := h.client.Delete(t.Context(), h.firewall, id, nil)
						if _, exists := h.CFW.Task(id); err == nil && exists {
							t.Error("said to be deleted")
						}
						if err != nil {
							wantMentioned(t, err, operation, fmt.Sprint(code))
						}
					})
				}
			}
		}
	}
}
