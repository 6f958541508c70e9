package process_test

import (
	"context"
	"errors"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/process"
)

// TestTurnsAreOneAtATime also looks at the limit of the process's memory, which is
// low from the first begin until shortly after the last end.
func TestTurnsAreOneAtATime(t *testing.T) { //nolint:paralleltest // it sets the limit of the process
	before, percent := debug.SetMemoryLimit(-1), debug.SetGCPercent(100)
	defer func() { debug.SetMemoryLimit(before); debug.SetGCPercent(percent) }()
	process.TuneMemory(func(string) string { return "" })
	usual := debug.SetMemoryLimit(-1)
	synctest.Test(t, func(t *testing.T) {
		turns := process.NewTurns()
		low := func() bool { return debug.SetMemoryLimit(-1) < usual }
		end, err := turns.Take(t.Context())
		if err != nil || !low() {
			t.Fatalf("%v, limit %d", err, debug.SetMemoryLimit(-1))
		}
		var second func()
		go func() { second, err = turns.Take(t.Context()) }()
		if synctest.Wait(); second != nil || err != nil {
			t.Errorf("a second turn beside the first: %v", err)
		}
		expired, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := turns.Take(expired); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting ended with %v", err)
		}
		end()
		synctest.Wait()
		if second == nil || err != nil {
			t.Fatalf("no second turn after the first: %v", err)
		}
		<-time.After(time.Minute)
		if !low() {
			t.Error("the end of the first turn raised the limit of the second")
		}
		second()
		if !low() {
			t.Error("the limit is not low while the answer is stored")
		}
		<-time.After(time.Minute)
		if low() {
			t.Error("the limit stays low")
		}
		debug.SetMemoryLimit(usual + 1)
		end, err = turns.Take(t.Context())
		if err != nil || low() {
			t.Errorf("the environment's limit is %d, %v", debug.SetMemoryLimit(-1), err)
		}
		end()
		<-time.After(time.Minute)
		if debug.SetMemoryLimit(-1) != usual+1 {
			t.Error("the environment's limit does not stay")
		}
	})
}
