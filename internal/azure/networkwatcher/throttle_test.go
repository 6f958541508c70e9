package networkwatcher_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// TestThrottlingIsWaitedOut answers a request with 429 more often than any
// number of retries of the SDK.
func TestThrottlingIsWaitedOut(t *testing.T) {
	t.Parallel()
	const times = 12
	for operation, call := range map[string]func(context.Context, *sim) error{
		arm.PacketCapturesCreate: func(ctx context.Context, s *sim) error {
			_, err := s.client.Create(ctx, s.id("new"), s.request())
			return err
		},
		arm.PacketCapturesGet:       func(ctx context.Context, s *sim) error { _, err := s.client.Find(ctx, s.id("web")); return err },
		arm.PacketCapturesList:      func(ctx context.Context, s *sim) error { _, err := s.client.List(ctx, s.watcher); return err },
		arm.PacketCapturesGetStatus: func(ctx context.Context, s *sim) error { _, err := s.client.Status(ctx, s.id("web")); return err },
		arm.PacketCapturesStop:      func(ctx context.Context, s *sim) error { return s.client.Stop(ctx, s.id("web")) },
		arm.PacketCapturesDelete:    func(ctx context.Context, s *sim) error { return s.client.Delete(ctx, s.id("web")) },
		arm.OperationsGet:           func(ctx context.Context, s *sim) error { return s.client.Delete(ctx, s.id("web")) },
	} {
		t.Run(operation, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.create(t, "web")
			before := len(s.clock.Sleeps())
			s.fault(t, simcore.Fault{Operation: operation, Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: new(7), Times: times})
			if err := call(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			asked := slices.DeleteFunc(s.clock.Sleeps()[before:], func(d time.Duration) bool { return d != 7*time.Second })
			if len(asked) != times || s.core.Journal.Count("arm", operation) != times+1 {
				t.Errorf("slept %v for %v, want %d times the 7s that were asked for", asked, s.core.Journal.Summary(), times)
			}
		})
	}
}

// TestThrottlingWithoutAPaceIsNoRush answers 429 and says nothing, or that no
// wait is needed, which it is.
func TestThrottlingWithoutAPaceIsNoRush(t *testing.T) {
	t.Parallel()
	for name, retryAfter := range map[string]*int{"nothing": nil, "zero": new(0)} {
		for _, operation := range []string{arm.PacketCapturesGetStatus, arm.PacketCapturesCreate} {
			t.Run(name+" "+operation, func(t *testing.T) {
				t.Parallel()
				s := newSim(t)
				s.create(t, "web")
				before := len(s.clock.Sleeps())
				s.fault(t, simcore.Fault{Operation: operation, Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: retryAfter, Times: 8})
				var err error
				if operation == arm.PacketCapturesCreate {
					_, err = s.client.Create(t.Context(), s.id("new"), s.request())
				} else {
					_, err = s.client.Status(t.Context(), s.id("web"))
				}
				sleeps := s.clock.Sleeps()[before:]
				if err != nil || len(sleeps) != 8 || slices.Min(sleeps) < time.Second/2 || slices.Max(sleeps) > 30*time.Second || slices.Max(sleeps) < 15*time.Second {
					t.Errorf("%v; slept %v", err, sleeps)
				}
			})
		}
	}
}

func TestAnInterruptedThrottledReadTellsWhatTheServiceSaid(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesGetStatus, Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: new(7), Times: -1})
	s.whenSleeping(func(time.Duration) { cancel() })
	_, err := s.client.Status(ctx, s.id("web"))
	wantText(t, err, "429", "TooManyRequests")
}
