package networkwatcher_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

func TestTheStatusIsOnePost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		advance time.Duration
		want    armnetwork.PcStatus
		reason  string
	}{
		"not started": {0, armnetwork.PcStatusNotStarted, ""},
		"running":     {time.Minute, armnetwork.PcStatusRunning, ""},
		"ended":       {time.Hour, armnetwork.PcStatusStopped, "TimeExceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.set(t, arm.SwitchStartDelay, "30s")
			s.set(t, arm.SwitchRetryAfter, "0s")
			creation, err := s.client.Create(t.Context(), s.id("web"), s.request())
			if err != nil || creation == nil {
				t.Fatal(err)
			}
			s.core.Clock.Advance(test.advance)
			s.core.Journal.Reset()
			status, err := s.client.Status(t.Context(), s.id("web"))
			if err != nil || *status.PacketCaptureStatus != test.want {
				t.Fatalf("got %v, %v", status, err)
			}
			if got := status.StopReason; test.reason != "" && (got == nil || *got != test.reason) {
				t.Errorf("stop reason %v", got)
			}
			s.wantRequests(t, map[string]int{arm.PacketCapturesGetStatus: 1})
		})
	}
}

func TestAStatusThatIsOnlyAtTheLocationIsFetchedThere(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	s.set(t, arm.SwitchStatusIn202, "false")
	s.set(t, arm.SwitchRetryAfter, "3s")
	s.core.Clock.Advance(time.Minute)
	status, err := s.client.Status(t.Context(), s.id("web"))
	if err != nil || *status.PacketCaptureStatus != armnetwork.PcStatusRunning || status.CaptureStartTime == nil {
		t.Fatalf("got %v, %v", status, err)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesGetStatus: 1, arm.OperationResultsGet: 1})
	if got := s.clock.Sleeps(); got[len(got)-1] != 3*time.Second {
		t.Errorf("slept %v", got)
	}
}

func TestTheStatusOfAMissingCapture(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	_, err := s.client.Status(t.Context(), s.id("web"))
	if !errors.Is(err, networkwatcher.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if _, err := s.client.WaitEnded(t.Context(), s.id("web"), nil); !errors.Is(err, networkwatcher.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestWaitEndedAsksAtTheServicesPace(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	s.set(t, arm.SwitchRetryAfter, "3m20s")
	before := len(s.clock.Sleeps())
	var seen []armnetwork.PcStatus
	status, err := s.client.WaitEnded(t.Context(), s.id("web"), func(_ context.Context, status *armnetwork.PacketCaptureQueryStatusResult) {
		seen = append(seen, *status.PacketCaptureStatus)
	})
	if err != nil || *status.StopReason != "TimeExceeded" {
		t.Fatalf("got %v, %v", status, err)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesGetStatus: len(seen) + 1})
	for _, sleep := range s.clock.Sleeps()[before:] {
		if sleep != 200*time.Second {
			t.Errorf("slept %s", sleep)
		}
	}
	if len(seen) < 3 || len(seen) > 4 || slices.Contains(seen, armnetwork.PcStatusStopped) {
		t.Errorf("progress %v", seen)
	}
}

// TestWaitEndedSlowsDown where the service does not say when to ask again: a minute of
// a running session is ten questions.
func TestWaitEndedSlowsDown(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.set(t, arm.SwitchRetryAfter, "0s")
	s.create(t, "web")
	before := len(s.clock.Sleeps())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	began := s.core.Clock.Now()
	_, err := s.client.WaitEnded(ctx, s.id("web"), func(context.Context, *armnetwork.PacketCaptureQueryStatusResult) {
		if s.core.Clock.Now().Sub(began) > 50*time.Second {
			cancel()
		}
	})
	if _, interrupted := errors.AsType[*wait.Interrupted](err); !interrupted {
		t.Fatal(err)
	}
	want := []time.Duration{500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 10 * time.Second, 10 * time.Second, 10 * time.Second, 10 * time.Second}
	if got := s.clock.Sleeps()[before:]; !slices.Equal(got[:min(len(got), len(want))], want) {
		t.Errorf("slept %v", got)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesGetStatus: 10})
}

func TestWaitEndedSurvivesBadMoments(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  simcore.Fault
		passes bool
	}{
		"unreadable answers":      {simcore.Fault{Kind: simcore.KindMalformed, Times: 3}, true},
		"answers that break off":  {simcore.Fault{Kind: simcore.KindCutAnswer, Times: 3}, true},
		"refused":                 {simcore.Fault{Kind: simcore.KindStatus, Code: http.StatusForbidden}, false},
		"unreadable without end":  {simcore.Fault{Kind: simcore.KindMalformed, Times: -1}, false},
		"a gateway that is wrong": {simcore.Fault{Kind: simcore.KindStatus, Code: http.StatusNotFound, Body: []byte(`"<html>"`)}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.create(t, "web")
			s.set(t, arm.SwitchRetryAfter, "5m")
			test.fault.Operation = arm.PacketCapturesGetStatus
			s.fault(t, test.fault)
			_, err := s.client.WaitEnded(t.Context(), s.id("web"), nil)
			if (err == nil) != test.passes {
				t.Errorf("got %v", err)
			}
			if errors.Is(err, networkwatcher.ErrNotFound) {
				t.Error("taken for the capture's own not-found")
			}
		})
	}
}

func TestAnInterruptedWaitForTheEndTellsTheStatus(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.whenSleeping(func(time.Duration) { cancel() })
	s.core.Clock.Advance(time.Minute)
	_, err := s.client.WaitEnded(ctx, s.id("web"), nil)
	var interrupted *wait.Interrupted
	if !errors.As(err, &interrupted) || interrupted.LastState != "Running" {
		t.Fatalf("got %v", err)
	}
	wantText(t, err, `packet capture "web" to end`, "Running")
}

func TestErrorsOfAScaleSetAreKeptWhole(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	request := s.request()
	request.Properties.Target = new(s.ids.VMSSID)
	request.Properties.TargetType = new(armnetwork.PacketCaptureTargetTypeAzureVMSS)
	if err := s.arm.SetInstanceRunning(s.ids.VMSSID, "1", false); err != nil {
		t.Fatal(err)
	}
	s.set(t, arm.SwitchRetryAfter, "2m")
	creation, err := s.client.Create(t.Context(), s.id("fleet"), request)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := creation.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	status, err := s.client.WaitEnded(t.Context(), s.id("fleet"), nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{s.ids.VMSSID + "/virtualMachines/1 does not exist or is in stopped state."}
	if got := networkwatcher.Errors(status); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if causes := networkwatcher.LikelyCauses(want); len(causes) != 1 {
		t.Errorf("causes %q", causes)
	}
}
