package cfw

import (
	"context"
	"slices"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/memo"
)

// batch collects deletions that go out in one request.
type batch struct {
	ids    []string
	cancel context.CancelFunc
	// left is the error of a caller who does not wait any more.
	left func(error) *memo.LeftError
	sent bool
	done chan struct{}
	errs map[string]error
}

type deleteBody struct {
	TaskIDs []string `json:"task_ids"`
}

// deleteTogether deletes a task with others of the firewall that come within
// Pace.BatchWindow. The deletion of one does not fail because another's
// caller is cancelled, or because the service refuses another.
func (c *Client) deleteTogether(ctx context.Context, firewall Firewall, taskID string) error {
	c.mu.Lock()
	joined, open := c.batches[firewall]
	if !open {
		detached, left := memo.Detach(ctx)
		own, cancel := context.WithCancel(detached)
		joined = &batch{cancel: cancel, left: left, done: make(chan struct{})}
		c.batches[firewall] = joined
		go c.runBatch(own, firewall, joined)
	}
	joined.ids = append(joined.ids, taskID)
	c.mu.Unlock()

	select {
	case <-joined.done:
		return joined.errs[taskID]
	case <-ctx.Done():
		c.leaveBatch(firewall, joined, taskID)
		return joined.left(ctx.Err())
	}
}

// leaveBatch takes a task out of a batch that has not gone out yet.
func (c *Client) leaveBatch(firewall Firewall, left *batch, taskID string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if left.sent {
		return
	}
	if at := slices.Index(left.ids, taskID); at >= 0 {
		left.ids = slices.Delete(left.ids, at, at+1)
	}
	if len(left.ids) == 0 {
		left.cancel()
		delete(c.batches, firewall)
	}
}

func (c *Client) runBatch(ctx context.Context, firewall Firewall, running *batch) {
	defer running.cancel()
	defer close(running.done)
	slept := c.clock.Sleep(ctx, c.pace.BatchWindow)
	c.mu.Lock()
	running.sent = true
	if c.batches[firewall] == running {
		delete(c.batches, firewall)
	}
	ids := slices.Compact(slices.Sorted(slices.Values(running.ids)))
	c.mu.Unlock()
	if slept != nil || len(ids) == 0 {
		return // Nobody waits any more.
	}
	running.errs = c.deleteAll(ctx, firewall, ids)
}

// deleteAll deletes tasks with one request; if the service refuses it, with
// one for each, so that one bad task does not hold up the others.
func (c *Client) deleteAll(ctx context.Context, firewall Firewall, ids []string) map[string]error {
	errs := map[string]error{}
	err := c.postDelete(ctx, firewall, ids)
	_, refused := refusedBy(err)
	for _, id := range ids {
		if refused && len(ids) > 1 {
			errs[id] = c.postDelete(ctx, firewall, []string{id})
		} else {
			errs[id] = err
		}
	}
	return errs
}

// postDelete is repeatable: a second deletion finds nothing.
func (c *Client) postDelete(ctx context.Context, firewall Firewall, ids []string) error {
	defer c.wrote(firewall, ids...)
	return c.post(ctx, firewall, "DeleteCaptureTask", "capture-task/batch-delete", deleteBody{TaskIDs: ids})
}
