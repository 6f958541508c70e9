package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// checkConfig finds in a configuration of any type what the framework lets
// pass: null elements of lists, sets and maps, and timeouts that are not above
// zero. It looks at values and not at schemas, so that no attribute that is
// added later can be forgotten.
//
// whole is false if the framework must not see the configuration: it calls a
// null element a defect of the provider.
func checkConfig(schema *tfprotov6.Schema, config *tfprotov6.DynamicValue) (found []*tfprotov6.Diagnostic, whole bool) {
	if schema == nil || config == nil {
		return nil, true
	}
	value, err := config.Unmarshal(schema.ValueType())
	if err != nil {
		// The framework reports it.
		return nil, true
	}
	found = nullElements(value)
	if len(found) > 0 {
		return found, false
	}
	return timeoutsNotAboveZero(value), true
}

func nullElements(config tftypes.Value) []*tfprotov6.Diagnostic {
	var found []*tfprotov6.Diagnostic
	visit := func(path *tftypes.AttributePath, value tftypes.Value) (bool, error) {
		steps := path.Steps()
		if len(steps) == 0 || !value.IsKnown() || !value.IsNull() {
			return true, nil
		}
		collection := ""
		switch steps[len(steps)-1].(type) {
		case tftypes.ElementKeyInt:
			collection = "list"
		case tftypes.ElementKeyValue:
			collection = "set"
		case tftypes.ElementKeyString:
			collection = "map"
		default:
			return true, nil
		}
		found = append(found, &tfprotov6.Diagnostic{
			Severity: tfprotov6.DiagnosticSeverityError, Attribute: path, Summary: "Element is null", Detail: nullText(collection, steps),
		})
		return true, nil
	}
	if err := tftypes.Walk(config, visit); err != nil {
		// Only a value that contradicts its own type; the framework reports it.
		return nil
	}
	return found
}

func nullText(collection string, steps []tftypes.AttributePathStep) string {
	in := pathText(steps[:len(steps)-1])
	switch collection {
	case "set":
		return in + " contains null. Leave the element out, or give it a value: " +
			"[for x in ... : x if x != null] keeps the others."
	case "map":
		return pathText(steps) + " is null. Leave the key out, or give it a value: " +
			"{ for k, v in ... : k => v if v != null } keeps the others."
	default:
		return pathText(steps) + " is null. Leave the element out, or give it a value: " +
			"[for x in ... : x if x != null] keeps the others."
	}
}

// pathText writes a path as a configuration does: filters[0].protocol.
func pathText(steps []tftypes.AttributePathStep) string {
	var text strings.Builder
	for i, step := range steps {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if i > 0 {
				text.WriteString(".")
			}
			text.WriteString(string(step))
		case tftypes.ElementKeyInt:
			fmt.Fprintf(&text, "[%d]", int64(step))
		case tftypes.ElementKeyString:
			fmt.Fprintf(&text, "[%q]", string(step))
		default:
			text.WriteString("[...]")
		}
	}
	return text.String()
}

// timeoutsNotAboveZero looks at the attribute timeouts, which has the same
// shape in every type. What is no duration is the framework's to report.
func timeoutsNotAboveZero(config tftypes.Value) []*tfprotov6.Diagnostic {
	var attributes, timeouts map[string]tftypes.Value
	if !readable(config) || config.As(&attributes) != nil {
		return nil
	}
	given, exists := attributes["timeouts"]
	if !exists || !readable(given) || given.As(&timeouts) != nil {
		return nil
	}
	var found []*tfprotov6.Diagnostic
	for _, operation := range slices.Sorted(maps.Keys(timeouts)) {
		value := timeouts[operation]
		var text string
		if !readable(value) || value.As(&text) != nil {
			continue
		}
		if duration, err := time.ParseDuration(text); err == nil && duration <= 0 {
			found = append(found, &tfprotov6.Diagnostic{
				Severity:  tfprotov6.DiagnosticSeverityError,
				Attribute: tftypes.NewAttributePath().WithAttributeName("timeouts").WithAttributeName(operation),
				Summary:   "Timeout is not above zero",
				Detail:    fmt.Sprintf("timeouts.%s is %q. Give a duration above zero, such as \"30m\", or leave it out for the default.", operation, text),
			})
		}
	}
	return found
}

func readable(value tftypes.Value) bool { return value.IsKnown() && !value.IsNull() }
