package networkwatcher

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v9"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// loneReads is how many reads of one watcher may come alone, one after the
// other, before the next one takes the list: it is a walk without parallel
// reads then, and the list serves the rest of it.
const loneReads = 2

// snapshot is one answer of PacketCaptures_List. It is never changed.
type snapshot struct {
	captures []*armnetwork.PacketCaptureResult
	byName   map[string]*armnetwork.PacketCaptureResult
}

func newSnapshot(captures []*armnetwork.PacketCaptureResult) *snapshot {
	s := &snapshot{captures: captures, byName: make(map[string]*armnetwork.PacketCaptureResult, len(captures))}
	for _, capture := range captures {
		if capture != nil && capture.Name != nil {
			s.byName[fold(*capture.Name)] = capture
		}
	}
	return s
}

func (s *snapshot) find(name string) *armnetwork.PacketCaptureResult { return s.byName[fold(name)] }

type lister func(context.Context, WatcherID) ([]*armnetwork.PacketCaptureResult, error)

// watcherCache lets the reads of one network watcher share answers.
type watcherCache struct {
	id    WatcherID
	clock wait.Clock
	list  lister

	mu sync.Mutex
	// snapshot serves reads until a write.
	snapshot *snapshot
	// flight is the list call that new reads join.
	flight *flight
	// confirming is the list call that deletions join to be confirmed. A
	// write does not end it, as it is judged by what it lacks.
	confirming *flight
	// lone is the read that waits for company.
	lone *loneRead
	// alone counts reads that found none since the last write.
	alone int
	// listed has the names of the newest list, nil before the first; own
	// has what this process created (true) or deleted (false) since its
	// start. Unlike the snapshot they outlive writes: they only spare
	// creates a look, and whoever finds a name here has to look.
	listed *snapshot
	own    map[string]bool
}

type loneRead struct{ hasCompany context.CancelFunc }

func newWatcherCache(id WatcherID, clock wait.Clock, list lister) *watcherCache {
	return &watcherCache{id: id, clock: clock, list: list, own: map[string]bool{}}
}

// read returns the snapshot to read from, or nil to a read that is alone and
// should get its capture by itself.
func (w *watcherCache) read(ctx context.Context) (*snapshot, error) {
	w.mu.Lock()
	if w.snapshot != nil || w.flight != nil || w.lone != nil || w.alone >= loneReads {
		return w.shareLocked(ctx)
	}
	window, hasCompany := context.WithCancel(ctx)
	defer hasCompany()
	mine := &loneRead{hasCompany: hasCompany}
	w.lone = mine
	w.mu.Unlock()

	err := w.clock.Sleep(window, readWindow)

	w.mu.Lock()
	company := w.lone != mine
	if !company {
		w.lone = nil
	}
	if ctx.Err() != nil {
		w.mu.Unlock()
		return nil, ctx.Err()
	}
	if company || err != nil || w.snapshot != nil || w.flight != nil {
		return w.shareLocked(ctx)
	}
	w.alone++
	w.mu.Unlock()
	return nil, nil
}

// share returns the snapshot, listing if there is none.
func (w *watcherCache) share(ctx context.Context) (*snapshot, error) {
	w.mu.Lock()
	return w.shareLocked(ctx)
}

// shareLocked is called with the lock held and releases it.
func (w *watcherCache) shareLocked(ctx context.Context) (*snapshot, error) {
	if w.lone != nil {
		w.lone.hasCompany()
		w.lone = nil
	}
	if w.snapshot != nil {
		defer w.mu.Unlock()
		return w.snapshot, nil
	}
	if w.flight == nil {
		w.flight = w.takeOff(ctx, 0)
	}
	joined := w.flight
	joined.waiting++
	w.mu.Unlock()
	return w.arrive(ctx, joined)
}

// confirm lists for a deletion that was reported as done. Deletions that are
// done together share the list, which may have begun before the last of them
// was: whoever finds the capture in it has to ask once more.
func (w *watcherCache) confirm(ctx context.Context) (*snapshot, error) {
	w.mu.Lock()
	if w.confirming == nil {
		w.confirming = w.takeOff(ctx, readWindow)
	}
	joined := w.confirming
	joined.waiting++
	w.mu.Unlock()
	return w.arrive(ctx, joined)
}

// flight is one list call that any number of reads wait for.
type flight struct {
	cancel  context.CancelFunc
	landed  chan struct{}
	waiting int
	// throttled is set while the service throttles the call.
	throttled throttleNote
	// result and err are set before landed is closed.
	result *snapshot
	err    error
}

// takeOff starts a list call, after a delay. It belongs to no caller: it ends early only
// when nobody waits for it any more.
func (w *watcherCache) takeOff(ctx context.Context, delay time.Duration) *flight {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	f := &flight{cancel: cancel, landed: make(chan struct{})}
	ctx = withThrottleNote(ctx, &f.throttled)
	go func() {
		defer cancel()
		var captures []*armnetwork.PacketCaptureResult
		var err error
		if delay > 0 {
			err = w.clock.Sleep(ctx, delay)
		}
		if err == nil {
			captures, err = w.list(ctx, w.id)
		}
		w.mu.Lock()
		defer w.mu.Unlock()
		if f.err = err; err == nil {
			f.result = newSnapshot(captures)
			w.listed = f.result
		}
		if w.flight == f {
			// No write since the call began, so the answer is good for
			// later reads too.
			w.flight, w.snapshot = nil, f.result
		}
		if w.confirming == f {
			w.confirming = nil
		}
		close(f.landed)
	}()
	return f
}

func (w *watcherCache) arrive(ctx context.Context, f *flight) (*snapshot, error) {
	select {
	case <-f.landed:
		return f.result, f.err
	case <-ctx.Done():
	}
	why := ctx.Err()
	if throttled := f.throttled.Load(); throttled != nil {
		why = errors.Join(throttled, why)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if f.waiting--; f.waiting == 0 {
		f.cancel()
		if w.flight == f {
			w.flight = nil
		}
		if w.confirming == f {
			w.confirming = nil
		}
	}
	return nil, why
}

// invalidate is called before and after every write: reads that begin later
// must not see what was read earlier.
func (w *watcherCache) invalidate() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.snapshot, w.flight, w.alone = nil, nil, 0
}

// note remembers that this process created or deleted a capture.
func (w *watcherCache) note(name string, exists bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.own[fold(name)] = exists
}

// mayExist reports whether a name was listed or created, listing if that has
// not happened yet.
func (w *watcherCache) mayExist(ctx context.Context, name string) (bool, error) {
	w.mu.Lock()
	listed := w.listed
	w.mu.Unlock()
	if listed == nil {
		var err error
		if listed, err = w.share(ctx); err != nil {
			return false, err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if exists, known := w.own[fold(name)]; known {
		return exists, nil
	}
	return listed.find(name) != nil, nil
}
