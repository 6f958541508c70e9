// Package process sets what a process of the provider needs: its garbage
// collector, the levels of the plugin SDK's logs, and its end.
package process

import (
	"runtime/debug"
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

// SpareMemory makes the garbage collector more eager until shortly after end is
// called, unless the environment sets its limit. Where several spare memory at
// once, the first end counts.
func SpareMemory() (end func()) {
	if debug.SetMemoryLimit(-1) != memoryLimit {
		return func() {}
	}
	debug.SetMemoryLimit(sparingLimit)
	return func() { time.AfterFunc(storingTime, func() { debug.SetMemoryLimit(memoryLimit) }) }
}
