package networkwatcher_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

func TestAnInterruptedWaitTellsTheLastState(t *testing.T) {
	t.Parallel()
	for name, lost := range map[string]bool{"polling": false, "reading": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			s.set(t, arm.SwitchInProgressPolls, "1000")
			if lost {
				s.fault(t, simcore.Fault{Operation: arm.PacketCapturesCreate, Kind: simcore.KindDropAfterCommit})
			}
			creation, err := s.client.Create(t.Context(), s.id("web"), s.request())
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			slept := 0
			s.whenSleeping(func(time.Duration) {
				if slept++; slept == 3 {
					cancel()
				}
			})
			_, err = creation.Wait(ctx)
			var interrupted *wait.Interrupted
			if !errors.As(err, &interrupted) || !errors.Is(err, context.Canceled) {
				t.Fatalf("got %v", err)
			}
			want := map[bool]string{false: "InProgress", true: "Updating"}[lost]
			if interrupted.LastState != want {
				t.Errorf("last state %q, want %q", interrupted.LastState, want)
			}
			wantText(t, err, `packet capture "web"`, want)
		})
	}
}

func TestAnInterruptedPutIsLookedFor(t *testing.T) {
	t.Parallel()
	for _, kind := range []simcore.Kind{simcore.KindDropAfterCommit, simcore.KindReset, ""} {
		t.Run("fault "+string(kind), func(t *testing.T) {
			t.Parallel()
			s := newSim(t)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s.core.Observe = func(exchange simcore.Exchange) {
				if exchange.Operation == arm.PacketCapturesCreate {
					cancel()
				}
			}
			if kind != "" {
				s.fault(t, simcore.Fault{Operation: arm.PacketCapturesCreate, Kind: kind})
			}
			if kind == simcore.KindReset {
				cancelOnReset(s, cancel)
			}
			s.holdGrace(t)
			creation, err := s.client.Create(ctx, s.id("web"), s.request())
			if kind == simcore.KindReset {
				if !errors.As(err, new(*networkwatcher.UncertainError)) || s.captures() != 0 {
					t.Fatalf("got %v with %d captures", err, s.captures())
				}
				return
			}
			if err != nil || s.captures() != 1 {
				t.Fatalf("got %v with %d captures", err, s.captures())
			}
			// A capture that was created by the time it was found needs no wait.
			created := *creation.Accepted.Properties.ProvisioningState == armnetwork.ProvisioningStateSucceeded
			if _, err := creation.Wait(ctx); errors.Is(err, context.Canceled) == created {
				t.Errorf("got %v", err)
			}
		})
	}
}

// cancelOnReset interrupts after the request was cut, at the look for it.
func cancelOnReset(s *sim, cancel context.CancelFunc) {
	s.core.Observe = func(exchange simcore.Exchange) {
		if exchange.Operation == arm.PacketCapturesGet {
			cancel()
		}
	}
}

// holdGrace lets grace periods last until the test ends, as they do in real
// time; other sleeps pass.
func (s *sim) holdGrace(t *testing.T) {
	t.Helper()
	s.whenSleeping(func(d time.Duration) {
		if d == wait.Grace {
			<-t.Context().Done()
		}
	})
}

func TestNothingIsSentAfterAnInterruption(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.client.Create(ctx, s.id("web"), s.request()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	s.wantRequests(t, map[string]int{})
}

func TestAnInterruptedThrottledCreateTellsBoth(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesCreate, Kind: simcore.KindStatus, Code: http.StatusTooManyRequests, RetryAfter: new(7), Times: -1})
	s.whenSleeping(func(time.Duration) { cancel() })
	_, err := s.client.Create(ctx, s.id("web"), s.request())
	if !errors.Is(err, context.Canceled) || errors.As(err, new(*networkwatcher.UncertainError)) {
		t.Fatalf("got %v", err)
	}
	wantText(t, err, "429")
}
