package loganalytics

import (
	"fmt"
	"strings"
)

// maxLogType is how many characters a log type has at most.
const maxLogType = 100

// logTypeError says what is wrong with a log type, or nothing. The rule is
// the documentation's: letters, digits, underscores.
func logTypeError(logType string) string {
	switch {
	case logType == "":
		return "the log type is empty"
	case len(logType) > maxLogType:
		return fmt.Sprintf("the log type has %d characters, the service takes at most %d", len(logType), maxLogType)
	}
	for _, c := range logType {
		if !wordCharacter(c) {
			return fmt.Sprintf("the log type %q contains %q; the service takes letters, digits and underscores", logType, c)
		}
	}
	return ""
}

// logTypeWarning says what is surprising about a valid log type, or nothing.
func logTypeWarning(logType string) string {
	if !strings.HasSuffix(logType, "_CL") {
		return ""
	}
	return fmt.Sprintf("the service appends _CL to every log type, so the table will be called %s; leave _CL out", TableName(logType))
}

func wordCharacter(c rune) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
