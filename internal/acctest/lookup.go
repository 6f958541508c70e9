package acctest

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// What Get returns for values that have no text of their own. No attribute of
// this provider has such a text as its value.
const (
	Null    = "(null)"
	Unknown = "(unknown)"
	// Empty stands for a list, a set or a map without elements.
	Empty = "(empty)"
)

// Get returns the attribute at a dotted path ("storage_location.file_path",
// "filters.0.protocol", "compute.tags.owner") as text; the empty path is the
// value itself. It returns Null, Unknown or Empty for what has no text, Null
// also for the attributes of a null object, and the elements of a list with
// commas between them. It fails the test if there is no such attribute,
// element or key.
func Get(tb testing.TB, value tftypes.Value, path string) string {
	tb.Helper()
	found, err := lookUp(value, path)
	if err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
	return text(found)
}

// IsSet reports whether there is something at a dotted path: not null, not
// unknown, not the empty text, not an empty list. It fails the test as Get does.
func IsSet(tb testing.TB, value tftypes.Value, path string) bool {
	tb.Helper()
	return !slices.Contains([]string{"", Null, Unknown, Empty}, Get(tb, value, path))
}

// Elements returns the elements of the list or set at a dotted path, none if
// it is null or empty. It fails the test if there is no such attribute.
func Elements(tb testing.TB, value tftypes.Value, path string) []tftypes.Value {
	tb.Helper()
	found, err := lookUp(value, path)
	if err != nil {
		tb.Fatalf("%s: %v", path, err)
	}
	if !found.Type().Is(tftypes.List{}) && !found.Type().Is(tftypes.Set{}) {
		tb.Fatalf("%s is %s, not a list or a set", path, found.Type())
	}
	return elements(found)
}

func lookUp(value tftypes.Value, path string) (tftypes.Value, error) {
	if value.Type() == nil {
		return value, fmt.Errorf("there is no value to look into")
	}
	if path == "" {
		return value, nil
	}
	for step := range strings.SplitSeq(path, ".") {
		var err error
		if value, err = lookUpStep(value, step); err != nil {
			return value, err
		}
	}
	return value, nil
}

func lookUpStep(value tftypes.Value, step string) (tftypes.Value, error) {
	if object, ok := value.Type().(tftypes.Object); ok {
		attribute, known := object.AttributeTypes[step]
		switch {
		case !known:
			return value, fmt.Errorf("no attribute %q, there are %s", step, names(object.AttributeTypes))
		case value.IsNull():
			return tftypes.NewValue(attribute, nil), nil
		case !value.IsKnown():
			return tftypes.NewValue(attribute, tftypes.UnknownValue), nil
		}
	}
	var keyed map[string]tftypes.Value
	var listed []tftypes.Value
	switch {
	case value.IsNull() || !value.IsKnown():
		return value, fmt.Errorf("no element %q, the whole is %s", step, text(value))
	case value.As(&keyed) == nil:
		element, found := keyed[step]
		if !found {
			return value, fmt.Errorf("no key %q, there are %s", step, names(keyed))
		}
		return element, nil
	case value.As(&listed) == nil:
		index, err := strconv.Atoi(step)
		if err != nil || index < 0 || index >= len(listed) {
			return value, fmt.Errorf("no element %q, there are %d", step, len(listed))
		}
		return listed[index], nil
	}
	return value, fmt.Errorf("no %q in a %s", step, value.Type())
}

func names[V any](of map[string]V) string {
	return strings.Join(slices.Sorted(maps.Keys(of)), ", ")
}

func text(value tftypes.Value) string {
	if value.IsNull() {
		return Null
	}
	if !value.IsKnown() {
		return Unknown
	}
	var asString string
	if value.As(&asString) == nil {
		return asString
	}
	var asBool bool
	if value.As(&asBool) == nil {
		return strconv.FormatBool(asBool)
	}
	var asMap map[string]tftypes.Value
	var asList []tftypes.Value
	if value.As(&asList) == nil && len(asList) == 0 || value.As(&asMap) == nil && len(asMap) == 0 {
		return Empty
	}
	if asList != nil {
		texts := make([]string, 0, len(asList))
		for _, element := range asList {
			texts = append(texts, text(element))
		}
		return strings.Join(texts, ",")
	}
	var asNumber big.Float
	if value.As(&asNumber) == nil {
		return asNumber.Text('f', -1)
	}
	return value.String()
}
