package columns

import (
	"fmt"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/azure/loganalytics"
)

// Severity says whether an issue keeps records from being sent.
type Severity int

// The severities.
const (
	// Warning is about records that the service would take and change.
	Warning Severity = iota
	// Error is about records that the service would refuse.
	Error
)

// String returns "warning" or "error".
func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// Issue is one finding of a Checker.
type Issue struct {
	Severity Severity
	// RecordIndex counts from 0; -1 means that the issue is not about one
	// record.
	RecordIndex int
	// Field is the property, if the issue is about one.
	Field string
	// Line is where the record begins, or where the text is broken; it counts
	// from 1. 0 means that there is no such place.
	Line int
	// Column is the byte in the line where the text is broken, or 0.
	Column int
	// Message says what is wrong and what the service would do.
	Message string
}

// String renders the issue for people.
func (i Issue) String() string {
	where := ""
	if i.RecordIndex >= 0 {
		where = fmt.Sprintf("record %d", i.RecordIndex)
	}
	if i.Line > 0 {
		where += fmt.Sprintf(" (line %d", i.Line)
		if i.Column > 0 {
			where += fmt.Sprintf(", column %d", i.Column)
		}
		where += ")"
	}
	if i.Field != "" {
		if where != "" {
			where += ", "
		}
		where += fmt.Sprintf("field %q", i.Field)
	}
	if where == "" {
		return i.Message
	}
	return where + ": " + i.Message
}

// Findings are what a Checker found out about records.
type Findings struct {
	// RecordCount is the number of records.
	RecordCount int
	// Columns are those that the records would make.
	Columns []loganalytics.Column
	// Issues are the findings in the order of records, at most 100.
	Issues []Issue
	// IssuesOmitted counts the findings beyond.
	IssuesOmitted int
	// ErrorCount counts the errors among all findings.
	ErrorCount int
}
