package cfw

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// pageSize is the largest page that the service serves.
const pageSize = 1024

// maxListed is how many objects a list may have, over all of its pages.
// Records of tasks live for a week, and a firewall starts some 20 a day.
const maxListed = 100_000

func tooManyError(operation, objects string) error {
	return fmt.Errorf("%s: the service lists more than %d %s, which no account has; check the endpoint", operation, maxListed, objects)
}

// maxListings is how often a list that changed while it was read page by
// page is read again.
const maxListings = 3

// listing is one complete reading of a firewall's list, with the records of
// deleted tasks, and when it began.
type listing struct {
	startedAt time.Time
	// servedAt is the service's time of the last page.
	servedAt time.Time
	tasks    []Task
}

func (l listing) find(taskID string) (Task, bool) {
	for _, task := range l.tasks {
		if task.ID == taskID && !task.Deleted {
			return task, true
		}
	}
	return Task{}, false
}

// List returns the firewall's tasks (ListCaptureTask), without those that
// are marked as deleted, in the service's order. Reads that come together,
// or soon after each other with no write between them, share one listing.
func (c *Client) List(ctx context.Context, firewall Firewall) ([]Task, error) {
	shared, err := c.listing(ctx, c.complete(firewall), c.pace.SharedFor)
	if err != nil {
		return nil, err
	}
	tasks := make([]Task, 0, len(shared.tasks))
	for _, task := range shared.tasks {
		if !task.Deleted {
			tasks = append(tasks, task)
		}
	}
	return tasks, nil
}

// missAge is how old a shared listing may be to prove that a task is not
// there.
const missAge = 10 * time.Second

// Find returns one task, or *TaskGoneError if the firewall no longer lists
// it. It shares listings as List does.
func (c *Client) Find(ctx context.Context, firewall Firewall, taskID string) (Task, error) {
	firewall = c.complete(firewall)
	var at time.Time
	for _, age := range []time.Duration{c.pace.SharedFor, min(missAge, c.pace.SharedFor)} {
		shared, err := c.listing(ctx, firewall, age)
		if err != nil {
			return Task{}, err
		}
		if task, found := shared.find(taskID); found {
			return task, nil
		}
		at = shared.servedAt
	}
	return Task{}, &TaskGoneError{FirewallID: firewall.ID, TaskID: taskID, At: at}
}

// listing returns a listing that began less than maxAge ago.
func (c *Client) listing(ctx context.Context, firewall Firewall, maxAge time.Duration) (listing, error) {
	young := func(l listing) bool { return c.clock.Now().Sub(l.startedAt) < maxAge }
	return c.listings.Get(ctx, firewall, young, func(ctx context.Context) (listing, error) {
		return c.readList(ctx, firewall)
	})
}

// freshListing returns a listing that begins now.
func (c *Client) freshListing(ctx context.Context, firewall Firewall) (listing, error) {
	return c.listings.Refresh(ctx, firewall, func(ctx context.Context) (listing, error) {
		return c.readList(ctx, firewall)
	})
}

// wrote drops the listings that a write has made outdated, also those that
// were asked for with another enterprise project.
func (c *Client) wrote(firewall Firewall) {
	c.listings.ForgetKeys(func(key Firewall) bool { return key.key() == firewall.key() })
}

// readList reads all pages. A task that is created or deleted meanwhile
// moves others across the page boundaries, and one may be missed: then the
// number of different tasks does not add up to the total, and the list is
// read again.
func (c *Client) readList(ctx context.Context, firewall Firewall) (listing, error) {
	read := listing{startedAt: c.clock.Now()}
	for attempt := 1; ; attempt++ {
		consistent, err := c.readPages(ctx, firewall, &read)
		if err != nil || consistent || attempt == maxListings {
			return read, err
		}
	}
}

// readPages reads the list once into read, and reports whether it can be
// complete.
func (c *Client) readPages(ctx context.Context, firewall Firewall, read *listing) (consistent bool, err error) {
	read.tasks = nil
	seen := map[string]bool{}
	totals := map[int64]bool{}
	for offset := 0; ; {
		page, servedAt, err := c.readPage(ctx, firewall, offset)
		if err != nil {
			return false, err
		}
		read.servedAt = servedAt
		before := len(seen)
		for _, record := range page.Records {
			if !seen[record.TaskID] {
				seen[record.TaskID] = true
				read.tasks = append(read.tasks, record.task())
			}
		}
		offset += len(page.Records)
		totals[page.Total.value] = true
		last := len(page.Records) < pageSize
		if page.Total.set {
			last = int64(offset) >= page.Total.value
		}
		if !last && len(seen) > maxListed {
			return false, tooManyError("ListCaptureTask", "capture tasks")
		}
		if last || len(seen) == before {
			firstPage := offset == len(page.Records)
			return firstPage || !page.Total.set || len(totals) == 1 && int64(len(seen)) == page.Total.value, nil
		}
	}
}

func (c *Client) readPage(ctx context.Context, firewall Firewall, offset int) (taskPage, time.Time, error) {
	call := request(firewall, "ListCaptureTask", http.MethodGet, "capture-task")
	call.Query.Set("limit", strconv.Itoa(pageSize))
	call.Query.Set("offset", strconv.Itoa(offset))
	var answer taskListAnswer
	servedAt, err := c.session.DoDated(ctx, call, &answer)
	return answer.Data, servedAt, err
}
