package huaweicloud

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// errorIn returns the member by which an object, or its data, says that
// something failed, whatever the status says; "" if there is none. It is looked
// for in every spelling, also beside what was asked for: what speaks of an error
// cannot prove that something is not there.
func errorIn(object map[string]json.RawMessage) string {
	said := failedMember(object)
	for name, value := range object {
		var inside map[string]json.RawMessage
		if said == "" && strings.EqualFold(name, "data") && json.Unmarshal(value, &inside) == nil {
			said = failedMember(inside)
		}
	}
	return said
}

// failedMember returns an object's own member that says that something failed.
func failedMember(object map[string]json.RawMessage) string {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		value := string(object[name])
		switch strings.ToLower(strings.ReplaceAll(name, "_", "")) {
		case "error", "errors", "errorcode", "errorcodes", "errormsg", "errormessage", "errcode", "errmsg":
			if !slices.Contains([]string{"null", `""`, "{}", "[]", "false"}, value) {
				return name
			}
		case "success":
			if value == "false" || value == `"false"` {
				return name
			}
		}
	}
	return ""
}

// doubledName returns a member's name that an object of a valid JSON text has
// twice, in whatever casing; "" if there is none. Of two values the decoder
// would take the last one in silence.
func doubledName(body []byte) string {
	// names are those of the objects around a token; nil is an array.
	var names []map[string]bool
	decoder := json.NewDecoder(bytes.NewReader(body))
	for isName := false; ; {
		token, err := decoder.Token()
		if err != nil {
			return "" // The text has ended.
		}
		switch token {
		case json.Delim('{'):
			names = append(names, map[string]bool{})
		case json.Delim('['):
			names = append(names, nil)
		case json.Delim('}'), json.Delim(']'):
			names = names[:len(names)-1]
		default:
			if name, isText := token.(string); isText && isName {
				// As encoding/json compares names.
				folded := strings.ToLower(strings.ToUpper(name))
				if names[len(names)-1][folded] {
					return name
				}
				names[len(names)-1][folded] = true
				isName = false
				continue
			}
		}
		isName = len(names) > 0 && names[len(names)-1] != nil
	}
}
