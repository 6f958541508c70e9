package loganalytics

import (
	"errors"
	"fmt"
	"strings"
)

// Column is a column of a table in a workspace.
type Column struct {
	// Name is the column's name, with the suffix that the Data Collector API
	// gives it.
	Name string
	// Type is, for the Data Collector API, the column's type in KQL ("string",
	// "bool", "real" or "datetime"); for the Logs Ingestion API it is the type
	// that the stream must declare ("string", "boolean", "long", "real",
	// "datetime" or "dynamic").
	Type string
}

// TableName is the table that records of a log type end in.
func TableName(logType string) string { return logType + "_CL" }

// maxLogType is how many characters a log type has at most.
const maxLogType = 100

// CheckLogType returns what is wrong with a log type of the Data Collector API, or
// nil. The rule is the documentation's: letters, digits, underscores.
func CheckLogType(logType string) error {
	switch {
	case logType == "":
		return errors.New("the log type is empty")
	case len(logType) > maxLogType:
		return fmt.Errorf("the log type has %d characters, the service takes at most %d", len(logType), maxLogType)
	}
	for _, c := range logType {
		if !IsNameCharacter(c) {
			return fmt.Errorf("the log type %q contains %q; the service takes letters, digits and underscores", logType, c)
		}
	}
	return nil
}

// LogTypeWarning says what is surprising about a valid log type, or nothing.
func LogTypeWarning(logType string) string {
	if !strings.HasSuffix(logType, "_CL") {
		return ""
	}
	return fmt.Sprintf("the service appends _CL to every log type, so the table will be called %s; leave _CL out", TableName(logType))
}

// IsNameCharacter reports whether log types and names of properties may have a
// character.
func IsNameCharacter(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
