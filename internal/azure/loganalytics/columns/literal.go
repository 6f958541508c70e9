package columns

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// Strings that the Data Collector API takes for something else.

// guidLike reports whether text is 32 hexadecimal digits, with dashes where a
// GUID has them or without any. MD5 sums and trace ids are such texts.
func guidLike(text []byte) bool {
	if len(text) != 32 && len(text) != 36 {
		return false
	}
	for i, c := range text {
		if len(text) == 36 && (i == 8 || i == 13 || i == 18 || i == 23) {
			if c != '-' {
				return false
			}
			continue
		}
		if !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)) {
			return false
		}
	}
	return true
}

// timeLayouts are the ISO 8601 forms that are recognised.
var timeLayouts = [...]string{
	time.RFC3339Nano,
	"2006-01-02T15:04:05.999999999",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04:05.999999999Z0700",
	"2006-01-02T15:04Z0700",
}

// parseTime reads an ISO 8601 date with time of day; without an offset it is
// UTC. Dates in other notations, such as RFC 1123, are not recognised.
func parseTime(text []byte) (time.Time, bool) {
	const shape = "0000-00-00T00:00"
	if len(text) <= len(shape) || len(text) > 40 || bytes.IndexByte(text, ',') >= 0 {
		return time.Time{}, false
	}
	for i := range len(shape) {
		if shape[i] != text[i] && (shape[i] != '0' || text[i] < '0' || text[i] > '9') {
			return time.Time{}, false
		}
	}
	for _, layout := range timeLayouts {
		if parsed, err := time.Parse(layout, string(text)); err == nil {
			return parsed, true
		}
	}
	return time.Time{}, false
}

func numberLike(text []byte) bool {
	if len(text) == 0 || len(text) > 64 || len(bytes.Trim(text, "0123456789+-.eE")) > 0 {
		return false
	}
	_, err := strconv.ParseFloat(string(text), 64)
	return err == nil
}

func boolLike(text []byte) bool {
	switch string(text) {
	case "true", "false", "True", "False", "TRUE", "FALSE":
		return true
	default:
		return false
	}
}
