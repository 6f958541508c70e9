package simcore

import (
	"bytes"
	"encoding/json"
)

// edit merges a JSON value into an answer's body: members of objects are
// replaced one by one, and removed by null; an object that meets an array is
// merged into each of its elements; anything else replaces what is there. What
// is not JSON stays as it is. changed reports whether the body says anything else.
func edit(body *bytes.Buffer, change json.RawMessage) (edited *bytes.Buffer, changed bool) {
	var before, with any
	if decode(body.Bytes(), &before) != nil || decode(change, &with) != nil {
		return body, false
	}
	// Merging writes into what was decoded.
	was, err := json.Marshal(before)
	if err != nil {
		return body, false
	}
	after, err := json.Marshal(merged(before, with))
	if err != nil || bytes.Equal(was, after) {
		return body, false
	}
	return bytes.NewBuffer(after), true
}

// decode keeps numbers as they are written.
func decode(text []byte, into *any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

func merged(before, change any) any {
	members, isObject := change.(map[string]any)
	if !isObject {
		return change
	}
	if list, isList := before.([]any); isList {
		for i := range list {
			list[i] = merged(list[i], change)
		}
		return list
	}
	object, was := before.(map[string]any)
	if !was {
		object = map[string]any{}
	}
	for name, value := range members {
		if value == nil {
			delete(object, name)
			continue
		}
		object[name] = merged(object[name], value)
	}
	return object
}
