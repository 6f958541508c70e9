package cfw

import (
	"context"
	"slices"
	"time"
)

// listing is one complete reading of a firewall's list, with the records of
// deleted tasks, and when it began.
type listing struct {
	startedAt time.Time
	// saw is how many writes were done when it began.
	saw int
	// servedAt is the service's time of the last page.
	servedAt time.Time
	tasks    []Task
	// earlier is the listing before it, without the one before that; nil if
	// there was none.
	earlier *listing
}

// find returns a task, with its id as it is known.
func (l listing) find(taskID string) (Task, bool) {
	for _, task := range l.tasks {
		if sameID(task.ID, taskID) && !task.Deleted {
			task.ID = taskID
			return task, true
		}
	}
	return Task{}, false
}

// ids returns the ids of all tasks, also of deleted ones.
func (l listing) ids() []string { return idsOf(l.tasks) }

// names reports whether an id is among others.
func names(ids []string, id string) bool {
	return slices.ContainsFunc(ids, func(other string) bool { return sameID(other, id) })
}

func idsOf(tasks []Task) []string {
	ids := make([]string, 0, len(tasks))
	for _, task := range tasks {
		ids = append(ids, task.ID)
	}
	return ids
}

// active returns a task that holds the firewall's slot, or nil.
func (l listing) active() *Task {
	for _, task := range l.tasks {
		if !task.Deleted && task.Status.Active() {
			return &task
		}
	}
	return nil
}

// List returns the firewall's tasks (ListCaptureTask), without those that
// are marked as deleted, in the service's order. Reads that come together,
// or soon after each other with no write between them, share one listing.
func (c *Client) List(ctx context.Context, firewall Firewall) ([]Task, error) {
	firewall = c.complete(firewall)
	shared, err := c.listing(ctx, firewall, c.pace.SharedFor, c.writesTo(firewall))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(shared.tasks), func(task Task) bool { return task.Deleted }), nil
}

// missAge is how old a shared listing may be to prove that a task is not
// there.
const missAge = 10 * time.Second

// Find returns one task, or *TaskGoneError if the firewall no longer lists
// it. It shares listings as List does, also after writes to other tasks.
func (c *Client) Find(ctx context.Context, firewall Firewall, taskID string) (Task, error) {
	return c.find(ctx, c.complete(firewall), taskID, missAge)
}

// find is Find in which a listing of a given age proves that a task is not
// there.
func (c *Client) find(ctx context.Context, firewall Firewall, taskID string, missAge time.Duration) (Task, error) {
	shared, err := c.listing(ctx, firewall, c.pace.SharedFor, c.lastWriteTo(firewall, taskID))
	if err != nil {
		return Task{}, err
	}
	if task, found := shared.find(taskID); found {
		return task, nil
	}
	return c.confirmGone(ctx, firewall, taskID, min(missAge, c.pace.SharedFor))
}

// confirmGone returns *TaskGoneError if two listings lack a task, of which the
// later one is younger than maxAge and both began after the last write to the
// task; and the task if a look shows it.
func (c *Client) confirmGone(ctx context.Context, firewall Firewall, taskID string, maxAge time.Duration) (Task, error) {
	writes := c.lastWriteTo(firewall, taskID)
	var first time.Time
	for {
		shared, err := c.listingThat(ctx, firewall, func(l listing) bool {
			return l.saw >= writes && c.clock.Now().Sub(l.startedAt) < maxAge && l.startedAt.After(first)
		}, writes)
		if err != nil {
			return Task{}, err
		}
		if task, found := shared.find(taskID); found {
			return task, nil
		}
		if other := shared.earlier; other != nil && other.saw >= writes && shared.startedAt.Sub(other.startedAt) < c.pace.SharedFor {
			if _, found := other.find(taskID); !found {
				return Task{}, &TaskGoneError{FirewallID: firewall.ID, TaskID: taskID, At: shared.servedAt}
			}
		}
		first = shared.startedAt
		// Whoever saw this listing waits for the same moment, and shares the next one.
		if err := c.clock.Sleep(ctx, first.Add(c.pace.Poll.Base).Sub(c.clock.Now())); err != nil {
			return Task{}, err
		}
	}
}

// listing returns a listing that began less than maxAge ago, and after so many
// writes.
func (c *Client) listing(ctx context.Context, firewall Firewall, maxAge time.Duration, writes int) (listing, error) {
	usable := func(l listing) bool { return l.saw >= writes && c.clock.Now().Sub(l.startedAt) < maxAge }
	return c.listingThat(ctx, firewall, usable, writes)
}

// listingThat returns a usable listing.
func (c *Client) listingThat(ctx context.Context, firewall Firewall, usable func(listing) bool, writes int) (listing, error) {
	for {
		shared, err := c.listings.Get(ctx, firewall, usable, func(ctx context.Context) (listing, error) {
			return c.readTasks(ctx, firewall)
		})
		// One that was under way may have begun too early; there is a next one.
		if err != nil || shared.saw >= writes {
			return shared, err
		}
	}
}

// freshListing returns a listing that begins now.
func (c *Client) freshListing(ctx context.Context, firewall Firewall) (listing, error) {
	return c.listings.Refresh(ctx, firewall, func(ctx context.Context) (listing, error) {
		return c.readTasks(ctx, firewall)
	})
}
