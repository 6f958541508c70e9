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

// readList reads all pages. A task that is created or deleted meanwhile
// moves others across the page boundaries, and one may be missed: then the
// number of different tasks does not add up to the total, and the list is
// read again.
func (c *Client) readList(ctx context.Context, firewall Firewall) (listing, error) {
	read := listing{startedAt: c.clock.Now(), saw: c.writesTo(firewall)}
	for attempt := 1; ; attempt++ {
		consistent, err := c.readPages(ctx, firewall, &read)
		if err != nil {
			return read, err
		}
		if consistent || attempt == maxListings {
			c.listed(firewall, read.saw)
			return read, nil
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
