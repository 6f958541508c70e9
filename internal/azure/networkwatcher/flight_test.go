package networkwatcher_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/networkwatcher"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// held keeps every list back until it is released.
type held struct {
	arrived chan struct{}
	release chan struct{}
}

// holdLists must be called before the first request.
func (s *sim) holdLists() *held {
	h := &held{arrived: make(chan struct{}, 100), release: make(chan struct{})}
	s.core.Observe = func(exchange simcore.Exchange) {
		if exchange.Operation != arm.PacketCapturesList {
			return
		}
		h.arrived <- struct{}{}
		select {
		case <-h.release:
		case <-exchange.Request.Context().Done():
		}
	}
	return h
}

func TestTheSharedListOutlivesItsFirstReader(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	h := s.holdLists()
	s.create(t, "web")
	first, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		if _, err := s.client.List(first, s.watcher); !errors.Is(err, context.Canceled) {
			t.Errorf("the first reader got %v", err)
		}
	})
	<-h.arrived
	var others sync.WaitGroup
	for range 8 {
		others.Go(func() { s.find(t, "web") })
	}
	// Only one who has joined can keep the call alive.
	s.joined(t, 9)
	cancel()
	group.Wait()
	close(h.release)
	others.Wait()
	s.wantRequests(t, map[string]int{arm.PacketCapturesList: 1})
}

// joined waits until so many readers wait for the list.
func (s *sim) joined(t *testing.T, want int) {
	t.Helper()
	for s.client.Waiting(s.watcher) < want {
		select {
		case <-t.Context().Done():
			t.Fatal("the readers do not come")
		case <-time.After(time.Millisecond):
		}
	}
}

// cancelledReaders are four lists that are cancelled before they have come.
func (s *sim) cancelledReaders(ctx context.Context, t *testing.T) *sync.WaitGroup {
	t.Helper()
	group := new(sync.WaitGroup)
	for range 4 {
		group.Go(func() {
			if _, err := s.client.List(ctx, s.watcher); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		})
	}
	return group
}

func TestAListThatNobodyWaitsForEnds(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	h := s.holdLists()
	s.create(t, "web")
	ctx, cancel := context.WithCancel(t.Context())
	group := s.cancelledReaders(ctx, t)
	<-h.arrived
	s.joined(t, 4)
	cancel()
	group.Wait()
	close(h.release)
	// The next reader does not get what became of it.
	if _, err := s.client.List(t.Context(), s.watcher); err != nil {
		t.Error(err)
	}
}

func TestAListThatAWriteOvertookServesNoLaterRead(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	h := s.holdLists()
	s.create(t, "web", "old")
	var group sync.WaitGroup
	group.Go(func() {
		if _, err := s.client.List(t.Context(), s.watcher); err != nil {
			t.Error(err)
		}
	})
	<-h.arrived
	if err := s.client.Stop(t.Context(), s.id("old")); err != nil {
		t.Fatal(err)
	}
	close(h.release)
	group.Wait()
	s.core.Journal.Reset()
	if captures, err := s.client.List(t.Context(), s.watcher); err != nil || len(captures) != 2 {
		t.Errorf("%d captures, %v", len(captures), err)
	}
	s.wantRequests(t, map[string]int{arm.PacketCapturesList: 1})
}

func TestAReadThatIsInterruptedWhileAloneLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	ctx, cancel := context.WithCancel(t.Context())
	s.whenSleeping(func(time.Duration) { cancel() })
	if _, err := s.client.Find(ctx, s.id("web")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	s.whenSleeping(nil)
	s.find(t, "web")
	s.wantRequests(t, map[string]int{arm.PacketCapturesGet: 1})
}

func TestReadsAndWritesAtOnceAgree(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, names(8)...)
	var group sync.WaitGroup
	for i, name := range names(8) {
		for range 4 {
			group.Go(func() { s.find(t, name) })
		}
		group.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Millisecond)
			defer cancel()
			if _, err := s.client.Find(ctx, s.id(name)); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		})
		group.Go(func() {
			if err := s.client.Stop(t.Context(), s.id(name)); err != nil {
				t.Error(err)
			}
		})
		group.Go(func() {
			if _, err := s.client.Create(t.Context(), s.id("more-"+name), s.request()); err != nil {
				t.Error(err)
				return
			}
			s.find(t, "more-"+name)
			if err := s.client.Delete(t.Context(), s.id("more-"+name)); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// endlessClock sleeps until the context ends.
type endlessClock struct{ asleep chan struct{} }

func (endlessClock) Now() time.Time { return noon }

func (c endlessClock) Sleep(ctx context.Context, _ time.Duration) error {
	c.asleep <- struct{}{}
	<-ctx.Done()
	return ctx.Err()
}

func TestCompanyEndsTheWaitForIt(t *testing.T) {
	t.Parallel()
	s := newSim(t)
	s.create(t, "web")
	clock := endlessClock{asleep: make(chan struct{}, 1)}
	s.client = networkwatcher.NewClient(s.session, clock)
	var group sync.WaitGroup
	group.Go(func() { s.find(t, "web") })
	<-clock.asleep
	s.find(t, "web")
	group.Wait()
	s.wantRequests(t, map[string]int{arm.PacketCapturesList: 1})
}

//nolint:paralleltest // goleak looks at all goroutines of the process.
func TestNoGoroutineStays(t *testing.T) {
	before := goleak.IgnoreCurrent()
	s := startSim(t)
	h := s.holdLists()
	s.create(t, "web")
	ctx, cancel := context.WithCancel(t.Context())
	group := s.cancelledReaders(ctx, t)
	<-h.arrived
	cancel()
	group.Wait()
	s.fault(t, simcore.Fault{Operation: arm.PacketCapturesCreate, Kind: simcore.KindDropAfterCommit})
	interrupted, cancel := context.WithCancel(t.Context())
	defer cancel()
	if _, err := s.client.Create(interrupted, s.id("second"), s.request()); err != nil {
		t.Error(err)
	}
	s.stop(t)
	goleak.VerifyNone(t, before)
}
