package chaos

import (
	"sync"
	"sync/atomic"
	"time"
)

// calmTime measures the time in which this process ran. On a machine that is
// busy with other things, a request and its answer may lie a second apart: that
// is minutes of simulated time, in which services do what none does.
var calmTime = sync.OnceValue(func() func() time.Duration {
	const tick, most = time.Millisecond, 2 * time.Millisecond
	var passed atomic.Int64
	go func() {
		last := time.Now()
		for range time.Tick(tick) {
			now := time.Now()
			passed.Add(int64(min(now.Sub(last), most)))
			last = now
		}
	}()
	return func() time.Duration { return time.Duration(passed.Load()) }
})
