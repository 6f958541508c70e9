package cfw

import (
	"context"
	"errors"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// ProgressFunc is told what an operation is waiting for.
type ProgressFunc func(ctx context.Context, progress Progress)

// Progress is one look at what is awaited.
type Progress struct {
	// Waiting is what is awaited, for example "a free slot on the firewall".
	Waiting string
	// State is what was found instead, in words.
	State string
}

// poll looks until done at the client's pace. A look that fails for a reason
// that may pass does not end it, unless all fail. The look is told how old a listing may be
// that it uses: as old as the shortest pause before it, so that a waiting
// operation uses the listings of others, and never its own last one.
func (c *Client) poll(ctx context.Context, what string, onProgress ProgressFunc, look func(ctx context.Context, maxAge time.Duration) (wait.Progress, error)) error {
	looks, reached := 0, false
	waiter := wait.Waiter{Clock: c.clock, Interval: c.pace.Poll, Temporary: func(err error) bool {
		return huaweicloud.Temporary(err) && (reached || !huaweicloud.Unreachable(err))
	}}
	if onProgress != nil {
		waiter.OnProgress = func(ctx context.Context, progress wait.Progress) {
			onProgress(ctx, Progress{Waiting: what, State: progress.State})
		}
	}
	shortest := c.pace.Poll
	shortest.Jitter = func() float64 { return 0 }
	var failed error
	err := waiter.Until(ctx, what, func(ctx context.Context) (wait.Progress, error) {
		maxAge := shortest.Delay(max(1, looks))
		looks++
		progress, err := look(ctx, maxAge)
		failed, reached = err, reached || err == nil
		return progress, err
	})
	// A look that the end of ctx cut off may know what it was waiting for.
	if interrupted := new(wait.Interrupted); errors.As(err, &interrupted) && interrupted.LastError == nil && huaweicloud.Temporary(failed) {
		interrupted.LastError = failed
	}
	return err
}

// pollTask polls for what becomes of a task; judge says of each look whether
// that is done. After a write that no listing has seen, the first look waits
// as the later ones do: the service needs a moment, and operations that began
// together share the look.
func (c *Client) pollTask(ctx context.Context, firewall Firewall, taskID, what string, onProgress ProgressFunc, judge func(Task, error) (wait.Progress, error)) error {
	early := c.unseen(firewall, taskID)
	return c.poll(ctx, what, onProgress, func(ctx context.Context, maxAge time.Duration) (wait.Progress, error) {
		if early {
			early = false
			if err := c.clock.Sleep(ctx, c.pace.Poll.Delay(1)); err != nil {
				return wait.Progress{}, err
			}
		}
		return judge(c.look(ctx, firewall, taskID, maxAge))
	})
}

// look reads a task from a listing that is younger than maxAge, so that
// operations which come at the same time share it.
func (c *Client) look(ctx context.Context, firewall Firewall, taskID string, maxAge time.Duration) (Task, error) {
	listed, err := c.listing(ctx, firewall, maxAge, c.lastWriteTo(firewall, taskID))
	if err != nil {
		return Task{}, err
	}
	if task, found := listed.find(taskID); found {
		return task, nil
	}
	return c.confirmGone(ctx, firewall, taskID, max(maxAge, c.pace.Poll.Base))
}
