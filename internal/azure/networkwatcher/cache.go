package networkwatcher

import (
	"context"
	"sync"

	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/network/armnetwork/v11"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// soloReads is how many reads of one watcher may come alone, one after the
// other, before the next one takes the list: it is a walk without parallel
// reads then, and the list serves the rest of it.
const soloReads = 2

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

	// shared is the list that serves reads until a write.
	shared memo.Memo[WatcherID, *snapshot]
	// confirming is the list that deletions join to be confirmed. A write does
	// not end it, as it is judged by what it lacks.
	confirming memo.Memo[WatcherID, *snapshot]

	mu sync.Mutex
	// pending is the read that waits for others to join it.
	pending *pendingRead
	// solo counts reads that nobody joined since the last write.
	solo int
	// listed has the names of the newest list, nil before the first; own
	// has what this process created (true) or deleted (false) since its
	// start. Unlike the shared list they outlive writes: they only spare
	// creates a look, and whoever finds a name here has to look.
	listed *snapshot
	own    map[string]bool
}

type pendingRead struct{ join context.CancelFunc }

// read returns the snapshot to read from, or nil to a solo read, which
// should get its capture by itself.
func (w *watcherCache) read(ctx context.Context) (*snapshot, error) {
	if solo, err := w.staysSolo(ctx); solo || err != nil {
		return nil, err
	}
	return w.share(ctx)
}

// staysSolo waits a moment for another read, if there is no list to share,
// and reports whether none came.
func (w *watcherCache) staysSolo(ctx context.Context) (bool, error) {
	window, join := context.WithCancel(ctx)
	defer join()
	mine := &pendingRead{join}
	if !w.begin(mine) {
		return false, nil
	}
	err := w.clock.Sleep(window, readWindow)

	w.mu.Lock()
	defer w.mu.Unlock()
	joined := w.pending != mine
	if !joined {
		w.pending = nil
	}
	if ended := ctx.Err(); ended != nil {
		return false, ended
	}
	if joined || err != nil || w.hasList() {
		return false, nil
	}
	w.solo++
	return true, nil
}

// begin makes a read the one that others join. It reports false if there is
// something to share.
func (w *watcherCache) begin(read *pendingRead) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pending != nil || w.solo >= soloReads || w.hasList() {
		return false
	}
	w.pending = read
	return true
}

func (w *watcherCache) hasList() bool {
	_, found := w.shared.Callers(w.id)
	return found
}

// share returns the snapshot, listing if there is none.
func (w *watcherCache) share(ctx context.Context) (*snapshot, error) {
	w.joinPending()
	return w.shared.Get(ctx, w.id, nil, w.fetch)
}

func (w *watcherCache) joinPending() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pending != nil {
		w.pending.join()
		w.pending = nil
	}
}

// confirm lists for a deletion that was reported as done. Deletions that are
// done together share the list, which may have begun before the last of them
// was: whoever finds the capture in it has to ask once more.
func (w *watcherCache) confirm(ctx context.Context) (*snapshot, error) {
	underWayOnly := func(*snapshot) bool { return false }
	return w.confirming.Get(ctx, w.id, underWayOnly, func(ctx context.Context) (*snapshot, error) {
		if err := w.clock.Sleep(ctx, readWindow); err != nil {
			return nil, err
		}
		return w.fetch(ctx)
	})
}

func (w *watcherCache) fetch(ctx context.Context) (*snapshot, error) {
	captures, err := w.list(ctx, w.id)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listed = newSnapshot(captures)
	return w.listed, nil
}

// invalidate is called before and after every write: reads that begin later
// must not see what was read earlier.
func (w *watcherCache) invalidate() {
	w.shared.Forget(w.id, nil)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.solo = 0
}

// recordWrite remembers that this process created or deleted a capture.
func (w *watcherCache) recordWrite(name string, exists bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.own[fold(name)] = exists
}

// nameTaken reports whether a name was listed or created, listing if that has
// not happened yet.
func (w *watcherCache) nameTaken(ctx context.Context, name string) (bool, error) {
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
