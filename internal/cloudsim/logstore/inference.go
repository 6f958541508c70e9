package logstore

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
)

func lower(s string) string { return strings.ToLower(s) }

// suffixes of the Data Collector API's columns. GUIDs are stored as strings.
var suffixes = map[Type]string{String: "_s", Bool: "_b", Real: "_d", DateTime: "_t", GUID: "_g"}

// computer is the standard column that takes the property of its name, if it
// is a string or stored as one, and has no suffix.
const computer = "Computer"

// columnName is the column of a property's values of a type.
func columnName(property string, kind Type) string {
	if property == computer && kind == String {
		return computer
	}
	return property + suffixes[kind]
}

// conversionOrder is the order in which a string looks for an existing
// column that can hold it. The documentation does not give one.
var conversionOrder = []Type{Real, Bool, DateTime, GUID, String}

// store puts a property of a Data Collector record into the column that the
// service would choose, and makes that column if need be.
func (t *Table) store(r *row, p property) {
	kind, value := infer(p.value)
	if value == nil {
		return
	}
	if p.name == computer && isString(p.value) {
		kind, value = String, truncate(text(p.value), maxClassicValue)
	}
	if t.put(r, p.name, kind, value) {
		return
	}
	if isString(p.value) && p.name != computer {
		for _, other := range conversionOrder {
			if converted := convert(text(p.value), other); converted != nil && t.put(r, p.name, other, converted) {
				return
			}
		}
	}
	name, stored := columnName(p.name, kind), kind
	if kind == GUID {
		stored = String
	}
	switch {
	case t.Migrated:
		return
	case len(t.columns) >= maxColumns:
		t.addAdditional(r, p)
		return
	}
	t.addColumn(name, stored)
	t.set(r, name, value)
}

// put stores a value if its typed column exists.
func (t *Table) put(r *row, name string, kind Type, value Value) bool {
	column := columnName(name, kind)
	if _, exists := t.column(column); !exists {
		return false
	}
	t.set(r, column, value)
	return true
}

// addAdditional puts what has no column into the dynamic column for that.
func (t *Table) addAdditional(r *row, p property) {
	if _, exists := t.column(additionalFields); !exists {
		t.addColumn(additionalFields, Dynamic)
	}
	fields := map[string]json.RawMessage{}
	if i := t.ordinal[additionalFields]; i < len(r.cells) {
		if raw, ok := r.cells[i].(json.RawMessage); ok && json.Unmarshal(raw, &fields) != nil {
			fields = map[string]json.RawMessage{}
		}
	}
	fields[p.name] = p.value
	encoded, err := json.Marshal(fields)
	if err != nil {
		return // Its members were read from JSON.
	}
	t.set(r, additionalFields, json.RawMessage(encoded))
}

// infer gives a JSON value the type that it has in a new column; null has
// none.
func infer(raw json.RawMessage) (Type, Value) {
	switch raw[0] {
	case 'n':
		return String, nil
	case 't', 'f':
		return Bool, raw[0] == 't'
	case '{', '[':
		var compact bytes.Buffer
		if json.Compact(&compact, raw) != nil {
			return String, nil
		}
		return String, truncate(compact.String(), maxClassicValue)
	case '"':
		written := text(raw)
		if id, ok := parseGUID(written); ok {
			return GUID, id
		}
		if at, ok := parseISO(written); ok {
			return DateTime, at
		}
		return String, truncate(written, maxClassicValue)
	default:
		number, err := strconv.ParseFloat(string(raw), 64)
		if err != nil {
			return String, truncate(string(raw), maxClassicValue)
		}
		return Real, number
	}
}

func isString(raw json.RawMessage) bool { return raw[0] == '"' }

// convert reads a string as a value of another type, or returns nil.
func convert(written string, to Type) Value {
	switch to {
	case Real:
		if number, err := strconv.ParseFloat(written, 64); err == nil && !strings.ContainsAny(written, "xXpPnN_") {
			return number
		}
	case Bool:
		switch written {
		case "true", "True", "TRUE":
			return true
		case "false", "False", "FALSE":
			return false
		}
	case DateTime:
		if at, ok := parseISO(written); ok {
			return at
		}
	case GUID:
		if id, ok := parseGUID(written); ok {
			return id
		}
	case String:
		return truncate(written, maxClassicValue)
	case Long, Dynamic:
	}
	return nil
}

var guidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-?)[0-9a-fA-F]{4}(-?)[0-9a-fA-F]{4}(-?)[0-9a-fA-F]{4}(-?)[0-9a-fA-F]{12}$`)

// parseGUID recognises 32 hexadecimal digits with all four dashes or none,
// and puts the dashes in.
func parseGUID(written string) (string, bool) {
	if len(written) != 32 && len(written) != 36 {
		return "", false
	}
	parts := guidPattern.FindStringSubmatch(written)
	if parts == nil || parts[1] != parts[2] || parts[2] != parts[3] || parts[3] != parts[4] {
		return "", false
	}
	digits := strings.ReplaceAll(written, "-", "")
	return strings.Join([]string{digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]}, "-"), true
}

var isoPattern = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$`)

// parseISO recognises ISO 8601 dates with a time of day; without an offset
// they are UTC.
func parseISO(written string) (time.Time, bool) {
	if len(written) < 17 || len(written) > 40 || written[4] != '-' || written[10] != 'T' {
		return time.Time{}, false
	}
	parts := isoPattern.FindStringSubmatch(written)
	if parts == nil || parts[2] == "" && parts[3] == "" {
		return time.Time{}, false
	}
	seconds, offset := parts[2], parts[3]
	if seconds == "" {
		seconds = ":00"
	}
	if offset == "" {
		offset = "Z"
	}
	if len(offset) == 5 {
		offset = offset[:3] + ":" + offset[3:]
	}
	at, err := time.Parse(time.RFC3339Nano, parts[1]+seconds+offset)
	return at.UTC(), err == nil
}

// truncate cuts a text to at most that many bytes, not within a character.
func truncate(written string, bytes int) string {
	if len(written) <= bytes {
		return written
	}
	return strings.ToValidUTF8(written[:bytes], "")
}
