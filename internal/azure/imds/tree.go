package imds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// reader collects what could not be read.
type reader struct{ warnings []string }

// maxWarnings is for documents of which nothing makes sense.
const maxWarnings = 50

// warn says it once, however many values are missing because of it.
func (r *reader) warn(path, format string, arguments ...any) {
	text := path + ": " + fmt.Sprintf(format, arguments...)
	switch {
	case slices.Contains(r.warnings, text):
	case len(r.warnings) < maxWarnings:
		r.warnings = append(r.warnings, text)
	case len(r.warnings) == maxWarnings:
		r.warnings = append(r.warnings, "and more, which are not listed")
	}
}

// node is one value of a document. The zero raw value is an absent one, and
// every question to it has an empty answer.
type node struct {
	reader *reader
	path   string
	raw    json.RawMessage
	// members are an object's; nil for anything else.
	members map[string]json.RawMessage
}

func newNode(r *reader, path string, raw json.RawMessage) node {
	n := node{reader: r, path: path, raw: bytes.TrimSpace(raw)}
	if n.kind() == '{' {
		// The document was valid JSON as a whole, so this is as well.
		if err := json.Unmarshal(n.raw, &n.members); err != nil {
			r.warn(path, "unreadable: %s", err)
		}
	}
	return n
}

// kind is the value's first byte; 0 is absent or null.
func (n node) kind() byte {
	if len(n.raw) == 0 || n.raw[0] == 'n' {
		return 0
	}
	return n.raw[0]
}

// get returns a member. Its name's case does not matter, because published
// samples disagree about it; an exact match wins.
func (n node) get(name string) node {
	path := strings.TrimPrefix(n.path+"."+name, ".")
	if n.members == nil {
		if n.kind() != 0 && !n.isEmptyText() {
			n.reader.warn(n.path, "%s where an object is expected; its values are null", n.quote())
		}
		return newNode(n.reader, path, nil)
	}
	if raw, found := n.members[name]; found {
		return newNode(n.reader, path, raw)
	}
	found, best := false, ""
	for key := range n.members {
		if strings.EqualFold(key, name) && (!found || key < best) {
			found, best = true, key
		}
	}
	if !found {
		// A member may have the empty name.
		return newNode(n.reader, path, nil)
	}
	return newNode(n.reader, path, n.members[best])
}

// present reports whether there is a value, be it an empty one.
func (n node) present() bool { return n.kind() != 0 }

func (n node) isEmptyText() bool { return string(n.raw) == `""` }

// items returns a list's elements. Nil means that there is no list.
func (n node) items() []node {
	if n.kind() == 0 || n.isEmptyText() {
		return nil
	}
	if n.kind() != '[' {
		n.reader.warn(n.path, "%s where a list is expected; it is left out", n.quote())
		return nil
	}
	items := []node{}
	elements := json.NewDecoder(bytes.NewReader(n.raw))
	if _, err := elements.Token(); err != nil {
		n.reader.warn(n.path, "unreadable: %s", err)
		return nil
	}
	for elements.More() {
		if len(items) == maxItems {
			n.reader.warn(n.path, "more than %d elements, which no machine has; the others are left out", maxItems)
			break
		}
		var raw json.RawMessage
		if err := elements.Decode(&raw); err != nil {
			n.reader.warn(n.path, "unreadable: %s", err)
			return nil
		}
		items = append(items, newNode(n.reader, fmt.Sprintf("%s[%d]", n.path, len(items)), raw))
	}
	return items
}

// maxItems is more than any machine has of anything: network interfaces have
// at most 256 addresses, and machines 64 disks.
const maxItems = 300

// text returns a value as text; numbers and booleans are text on the wire,
// and are taken should a host ever send them bare.
func (n node) text() *string {
	switch n.kind() {
	case 0:
		return nil
	case '"':
		var value string
		if err := json.Unmarshal(n.raw, &value); err != nil {
			n.reader.warn(n.path, "unreadable: %s", err)
			return nil
		}
		return orNil(value)
	case '{', '[':
		n.reader.warn(n.path, "%s where a text is expected; the value is null", n.quote())
		return nil
	}
	return orNil(string(n.raw))
}

func (n node) integer() *int64 {
	text := n.text()
	if text == nil {
		return nil
	}
	value, err := strconv.ParseInt(strings.TrimSpace(*text), 10, 64)
	if err != nil {
		n.reader.warn(n.path, "%q is not a whole number; the value is null", shorten(*text))
		return nil
	}
	return &value
}

func (n node) boolean() *bool {
	text := n.text()
	if text == nil {
		return nil
	}
	value := strings.EqualFold(*text, "true")
	if !value && !strings.EqualFold(*text, "false") {
		n.reader.warn(n.path, "%q is neither true nor false; the value is null", shorten(*text))
		return nil
	}
	return &value
}

// quote names a value of the wrong type by its type alone: it may hold
// anything, user data for one.
func (n node) quote() string {
	switch n.kind() {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a text"
	}
	return "a bare value"
}

// orNil returns nil for a zero value, so that nothing is ever both absent
// and empty.
func orNil[T comparable](value T) *T {
	var zero T
	if value == zero {
		return nil
	}
	return &value
}
