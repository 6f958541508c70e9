package process

import (
	"os"
	"time"
)

// EndWithParent calls exit once the process that started this one is gone, after a
// grace in which what is under way may end: the contexts of all calls end with
// Terraform's connection, but a Terraform that was killed tells its providers
// nothing, and the plugin SDK's server waits for ever. It looks once an interval.
// On Windows a process keeps its parent's number, and nothing happens.
func EndWithParent(interval, grace time.Duration, exit func()) {
	parent := os.Getppid()
	go func() {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for os.Getppid() == parent {
			<-ticker.C
		}
		<-time.After(grace)
		exit()
	}()
}
