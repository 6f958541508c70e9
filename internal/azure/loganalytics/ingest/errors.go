package ingest

import (
	"fmt"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/failure"
)

var (
	_ failure.Describer = (*UnknownError)(nil)
	_ failure.Describer = (*BatchError)(nil)
)

// UnknownError says that an answer was lost for good: the records may or may
// not be stored. They are not in the report's ledger.
type UnknownError struct {
	// FirstRecord and LastRecord are indexes in the source; Records is how
	// many of the records between them were sent.
	FirstRecord, LastRecord, Records int
	// Askable means that the records have ids and that the workspace can be
	// asked for them.
	Askable bool
	Err     error
	// Asking is why asking the workspace failed; nil if it did not, or was
	// not tried.
	Asking error
}

// Error says what the next send will do.
func (e *UnknownError) Error() string { return loganalytics.Text(e.Describe()) }

func (e *UnknownError) whether() string {
	if e.FirstRecord == e.LastRecord {
		return fmt.Sprintf("it is unknown whether record %d was stored", e.FirstRecord)
	}
	return fmt.Sprintf("it is unknown whether records %d to %d (%d records) were stored", e.FirstRecord, e.LastRecord, e.Records)
}

func (e *UnknownError) consequence() string {
	if e.Records == 1 {
		if e.Askable {
			return "This record counts as not sent: the next apply asks the workspace for its id, and sends it if it is not there"
		}
		return "This record counts as not sent: the next apply sends it again, and it may then be stored twice. " +
			"With ingest_id_column (and a workspace to query) the provider finds out instead"
	}
	if e.Askable {
		return fmt.Sprintf("These %d records count as not sent: the next apply asks the workspace for their ids, and sends those that it does not have", e.Records)
	}
	return fmt.Sprintf("These %d records count as not sent: the next apply sends them again, and they may then be stored twice. "+
		"With ingest_id_column (and a workspace to query) the provider finds out instead", e.Records)
}

// Unwrap returns the *loganalytics.ConnectionError, or the context's error, and why
// asking the workspace failed.
func (e *UnknownError) Unwrap() []error {
	if e.Asking == nil {
		return []error{e.Err}
	}
	return []error{e.Err, e.Asking}
}

// BatchError says which records were being sent when something failed for
// good.
type BatchError struct {
	FirstRecord, LastRecord int
	// Attempts is how often the batch was sent.
	Attempts int
	Err      error
}

// Error names the records.
func (e *BatchError) Error() string { return loganalytics.Text(e.Describe()) }

// Unwrap returns the cause.
func (e *BatchError) Unwrap() error { return e.Err }

// Describe implements failure.Describer.
func (e *UnknownError) Describe() failure.Details {
	details := azure.Describe(e.Err)
	details.Summary = e.whether() + ": " + details.Summary
	details.Next = append([]string{e.consequence() + "."}, details.Next...)
	if e.Asking != nil {
		asking := azure.Describe(e.Asking)
		details.Summary = strings.TrimRight(details.Summary, ".") + "; and asking the workspace failed: " + strings.TrimRight(asking.String(), ".")
		details.Next = append(details.Next, asking.Next...)
	}
	return details
}

// Describe implements failure.Describer.
func (e *BatchError) Describe() failure.Details {
	details := azure.Describe(e.Err)
	attempts := ""
	if e.Attempts > 1 {
		attempts = fmt.Sprintf(", after %d attempts", e.Attempts)
	}
	details.Summary = fmt.Sprintf("%s not stored%s: %s", indexed(e.FirstRecord, e.LastRecord), attempts, details.Summary)
	return details
}

// indexed names records of a source by their indexes, with the verb after them:
// "record 0 was", "records 0 to 2 were".
func indexed(first, last int) string {
	if first == last {
		return fmt.Sprintf("record %d was", first)
	}
	return fmt.Sprintf("records %d to %d were", first, last)
}
