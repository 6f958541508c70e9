package loganalytics

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// verifiedIDs is how many ids of one batch are looked for. It keeps a query
// at 20 KB.
const verifiedIDs = 500

// Verification is what a workspace shows of records that were sent.
type Verification struct {
	// Asked is how many ids were looked for.
	Asked int
	// Found is how many of them have a row.
	Found int
	// Doubles is how many rows there are besides the first one of each id.
	Doubles int
}

// Missing is how many ids have no row.
func (v Verification) Missing() int { return v.Asked - v.Found }

// Verify looks for rows with the ids, given in portions that one query can
// hold, again and again until each has one or timeout is over. That some are
// missing then is no error.
func (q *QueryArrivals) Verify(ctx context.Context, portions [][]string, timeout time.Duration, clock wait.Clock) (Verification, error) {
	var verification Verification
	waiter := wait.Waiter{Clock: clock, Interval: wait.Backoff{Base: time.Second, Max: 30 * time.Second}}
	deadline := clock.Now().Add(timeout)
	err := waiter.Until(ctx, "records to arrive in the workspace", func(ctx context.Context) (wait.Progress, error) {
		verification = Verification{}
		asked := clock.Now()
		for _, ids := range portions {
			found, rows, err := q.count(ctx, ids)
			if err != nil {
				return wait.Progress{}, err
			}
			verification.Asked += len(ids)
			verification.Found += found
			verification.Doubles += rows - found
		}
		return wait.Progress{
			Done:  verification.Missing() == 0 || !asked.Before(deadline),
			State: fmt.Sprintf("%d of %d found", verification.Found, verification.Asked),
		}, nil
	})
	return verification, err
}

// count returns how many ids have rows, and how many rows these are.
func (q *QueryArrivals) count(ctx context.Context, ids []string) (found, rows int, err error) {
	kql := fmt.Sprintf(`%s | where %s in ("%s") | summarize Rows = count() by %s`, q.Table, q.Column, strings.Join(ids, `", "`), q.Column)
	result, err := q.Client.Query(ctx, q.WorkspaceID, kql, "")
	var failure *ServiceError
	if errors.As(err, &failure) && failure.Status == http.StatusBadRequest {
		// A table or a column that no record has reached yet.
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	at := -1
	for i, column := range result.Columns {
		if column.Name == "Rows" {
			at = i
		}
	}
	for _, row := range result.Rows {
		if at < 0 || at >= len(row) {
			return 0, 0, fmt.Errorf("workspace %s answered a count without the column Rows", q.WorkspaceID)
		}
		number, err := strconv.Atoi(string(row[at]))
		if err != nil {
			return 0, 0, fmt.Errorf("workspace %s answered a count with %s", q.WorkspaceID, row[at])
		}
		rows += number
	}
	return result.RowCount(), rows, nil
}
