package edgecapture_test

import (
	"strings"
	"testing"
)

// TestAPollBeyondTheLimitsEndsTheWait answers a poll with more than is read of one:
// another look would only meet the same.
func TestAPollBeyondTheLimitsEndsTheWait(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"start", "stop"} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			f.polls = []string{`{"name":"` + strings.Repeat("{", 600_000) + `"}`, `{"status":"InProgress"}`}
			on := target(t, "virtualNetworkGateways/gw")
			var err error
			if operation == "start" {
				started, startErr := f.client.StartVPN(t.Context(), on, nil, "")
				if startErr != nil {
					t.Fatal(startErr)
				}
				err = started.Wait(t.Context())
			} else {
				_, err = f.client.StopVPN(t.Context(), on, nil, container(t))
			}
			if err == nil || !strings.Contains(err.Error(), "600001 objects") || len(f.polls) != 1 {
				t.Errorf("%d polls are left, after %v", len(f.polls), err)
			}
		})
	}
}
