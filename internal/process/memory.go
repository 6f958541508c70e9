// Package process sets what a process of the provider needs: its garbage
// collector, the levels of the plugin SDK's logs, and its end.
package process

import (
	"context"
	"runtime/debug"
	"sync"
	"time"
)

// memoryLimit makes the garbage collector more eager above it, so that a heap
// that holds two log batches of 30 MB does not grow to a multiple of that. The
// program itself comes on top, with about 20 MB.
const memoryLimit = 90 << 20

// gcPercent makes the garbage collector less eager below that. What a walk
// over many resources leaves behind is nearly all garbage, and a quarter of the
// processor time went into collecting it in small portions.
const gcPercent = 400

// TuneMemory sets the garbage collector of the provider's process, unless the
// environment does with Go's own GOGC and GOMEMLIMIT.
func TuneMemory(getenv func(string) string) {
	if getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}

// sparingLimit is for a file of any size that is read as a stream: little of it is
// kept, and much garbage made.
const sparingLimit = 48 << 20

// storingTime is how long it takes at most to store what was found, which the
// framework does after the call that found it has returned.
const storingTime = 10 * time.Second

// Turns is for work on files of any size, one at a time in a process. While there is
// some, and shortly after it, the garbage collector is more eager, unless the
// environment sets its limit.
type Turns struct {
	free chan struct{}

	mu sync.Mutex
	// taken counts the turns, so that only the end of the last one counts.
	taken int
	// lowered is set while the limit is a lower one.
	lowered bool
}

// NewTurns returns Turns of which none is taken.
func NewTurns() *Turns { return &Turns{free: make(chan struct{}, 1)} }

// Take waits until nobody else has a turn, or the context ends, whose error it
// returns then. Call end once.
func (t *Turns) Take(ctx context.Context) (end func(), err error) {
	select {
	case t.free <- struct{}{}:
	default:
		select {
		case t.free <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.taken++
	mine := t.taken
	if debug.SetMemoryLimit(-1) == memoryLimit {
		debug.SetMemoryLimit(sparingLimit)
		t.lowered = true
	}
	return func() {
		time.AfterFunc(storingTime, func() { t.restore(mine) })
		<-t.free
	}, nil
}

// restore ends the sparing, unless there was another turn since.
func (t *Turns) restore(turn int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.taken == turn && t.lowered {
		debug.SetMemoryLimit(memoryLimit)
		t.lowered = false
	}
}
