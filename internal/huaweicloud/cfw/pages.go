package cfw

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/huaweicloud"
)

// pageSize is the largest page that the service serves.
const pageSize = 1024

// maxListed is how many objects a list may have, over all of its pages.
// Records of tasks live for a week, and a firewall starts some 20 a day.
const maxListed = 100_000

// maxListings is how often a list that changed while it was read page by
// page is read again.
const maxListings = 3

// pageReader reads one page of a list, and returns the service's time of it.
type pageReader[R record] func(ctx context.Context, offset int) (pageAnswer[R], time.Time, error)

// readList reads all pages. An object that is created or deleted meanwhile
// moves others across the page boundaries, and one may be missed: then the
// number of different objects does not add up to the total, and the list is
// read again. One that never adds up is no list.
func readList[R record](ctx context.Context, operation string, read pageReader[R]) (records []R, servedAt time.Time, err error) {
	for range maxListings {
		var total int64
		records, total, servedAt, err = readPages(ctx, operation, read)
		if err != nil || total == int64(len(records)) {
			return records, servedAt, err
		}
		err = &huaweicloud.NoAnswerError{Operation: operation, Reason: fmt.Sprintf(
			"the list has %d records, and says that there are %d in total; it was read %d times", len(records), total, maxListings)}
	}
	return nil, servedAt, err
}

// readPages reads the list once, and returns its different records and their
// total; the total is -1 if the pages contradict each other.
func readPages[R record](ctx context.Context, operation string, read pageReader[R]) (records []R, total int64, servedAt time.Time, err error) {
	seen := map[string]bool{}
	for offset := 0; ; {
		answer, date, err := read(ctx, offset)
		if err != nil {
			return nil, 0, date, err
		}
		page := answer.Data
		before := len(records)
		for _, record := range page.Records {
			if !seen[record.identity()] {
				seen[record.identity()] = true
				records = append(records, record)
			}
		}
		if offset > 0 && page.Total.value != total {
			return records, -1, date, nil
		}
		total = page.Total.value
		if offset += len(page.Records); int64(offset) >= total || len(records) == before {
			return records, total, date, nil
		}
		if len(records) > maxListed {
			return nil, 0, date, fmt.Errorf("%s: the service lists more than %d objects, which no account has; check the endpoint", operation, maxListed)
		}
	}
}

// readTasks reads the firewall's list. It remembers the one before it, as the
// other witness of what is not there.
func (c *Client) readTasks(ctx context.Context, firewall Firewall) (listing, error) {
	read := listing{startedAt: c.clock.Now(), saw: c.writesTo(firewall)}
	records, servedAt, err := readList(ctx, "ListCaptureTask", func(ctx context.Context, offset int) (pageAnswer[taskRecord], time.Time, error) {
		call := request(firewall, "ListCaptureTask", http.MethodGet, "capture-task")
		call.Query.Set("limit", strconv.Itoa(pageSize))
		call.Query.Set("offset", strconv.Itoa(offset))
		var answer pageAnswer[taskRecord]
		call.Check = func() error { return answer.answers(pageSize, offset) }
		servedAt, err := c.session.DoDated(ctx, call, &answer)
		return answer, servedAt, err
	})
	if err != nil {
		return listing{}, err
	}
	read.servedAt, read.tasks = servedAt, make([]Task, 0, len(records))
	for _, record := range records {
		read.tasks = append(read.tasks, record.task())
	}
	c.listed(firewall, &read)
	return read, nil
}
