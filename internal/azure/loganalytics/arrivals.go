package loganalytics

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/wait"
)

// MaxQueryIDs is for how many ids one query asks at most. It keeps a query at
// 20 KB.
const MaxQueryIDs = 500

// QueryArrivals asks the query API which records a workspace has.
type QueryArrivals struct {
	Client      *QueryClient
	WorkspaceID string
	// Table and Column are as the workspace names them: with _CL and, for
	// the Data Collector API, the column with _g.
	Table, Column string
}

// NewQueryArrivals names table and column of records with ids as the API
// makes them: table is the log type, or the table of a data collection rule.
func NewQueryArrivals(client *QueryClient, workspaceID string, api API, table, idColumn string) *QueryArrivals {
	if api == DataCollector {
		table, idColumn = TableName(table), idColumn+"_g"
	}
	return &QueryArrivals{Client: client, WorkspaceID: workspaceID, Table: table, Column: idColumn}
}

// Arrived returns how many of the ids the workspace shows. A table that does not
// exist yet shows none.
func (q *QueryArrivals) Arrived(ctx context.Context, ids []string) (int, error) {
	found, _, err := q.count(ctx, ids)
	return found, err
}

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

// count returns how many ids have rows, and how many rows these are. Only a
// table of counts by id, or the service's word that it does not know the table
// or the column yet, answers that; anything else is an error.
func (q *QueryArrivals) count(ctx context.Context, ids []string) (found, rows int, err error) {
	kql := fmt.Sprintf(`%s | where %s in ("%s") | summarize Rows = count() by %s`, q.Table, q.Column, strings.Join(ids, `", "`), q.Column)
	result, err := q.Client.Query(ctx, q.WorkspaceID, kql, "")
	switch {
	case q.isNotThereYet(err):
		return 0, 0, nil
	case err != nil:
		return 0, 0, withoutQueryAdvice(err)
	case result.Partial != "":
		return 0, 0, fmt.Errorf("workspace %s counted only a part of the rows: %s", q.WorkspaceID, result.Partial)
	case len(result.Columns) == 0:
		return 0, 0, nil // A workspace without data.
	}
	id, count := result.column(q.Column), result.column("Rows")
	if id < 0 || count < 0 {
		return 0, 0, fmt.Errorf("workspace %s answered a count by %s without that column or Rows", q.WorkspaceID, q.Column)
	}
	asked := make(map[string]bool, len(ids))
	for _, text := range ids {
		asked[text] = true
	}
	for _, row := range result.Rows {
		var of string
		if err := json.Unmarshal(row[id], &of); err != nil || !asked[strings.ToLower(of)] {
			return 0, 0, fmt.Errorf("workspace %s answered with a count of %s, which was not asked for", q.WorkspaceID, row[id])
		}
		asked[strings.ToLower(of)] = false
		number, err := strconv.Atoi(string(row[count]))
		if err != nil || number < 1 {
			return 0, 0, fmt.Errorf("workspace %s answered a count with %s", q.WorkspaceID, row[count])
		}
		rows += number
	}
	return result.RowCount(), rows, nil
}

// withoutQueryAdvice takes the advice to check the query off a refusal: it is not
// the user's.
func withoutQueryAdvice(err error) error {
	var refused *ServiceError
	if !errors.As(err, &refused) || refused.Status != http.StatusBadRequest && !isSuccess(refused.Status) {
		return err
	}
	own := *refused
	own.Remedy = ""
	return &own
}

// column is the position of a column; -1 if there is none of the name.
func (r *QueryResult) column(name string) int {
	return slices.IndexFunc(r.Columns, func(column Column) bool { return column.Name == name })
}

// isNotThereYet reports whether an error is the query API's word that it knows
// no table, or no column, of the name: Kusto's SEM0100, "Failed to resolve
// table or column expression named 'T'". So it is before the first record.
func (q *QueryArrivals) isNotThereYet(err error) bool {
	var failure *ServiceError
	if !errors.As(err, &failure) || failure.Status != http.StatusBadRequest {
		return false
	}
	semantic := slices.Contains(failure.InnerCodes, "SEM0100") || slices.Contains(failure.InnerCodes, "SemanticError")
	unresolved := strings.Contains(failure.Message, "Failed to resolve")
	return semantic && unresolved && (strings.Contains(failure.Message, "'"+q.Table+"'") || strings.Contains(failure.Message, "'"+q.Column+"'"))
}
