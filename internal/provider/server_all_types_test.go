package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// calls are what Terraform does with the configuration of a kind of type.
type calls struct {
	validate func(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) []*tfprotov6.Diagnostic
	// use calls everything that needs the provider's clients.
	use func(t *testing.T, s tfprotov6.ProviderServer, name string, config *tfprotov6.DynamicValue) map[string][]*tfprotov6.Diagnostic
}

var callsOf = map[string]calls{
	"provider":           {validate: validateProvider},
	"resource":           {validateResource, useResource},
	"data source":        {validateDataSource, useDataSource},
	"ephemeral resource": {validateEphemeral, useEphemeral},
	"list resource":      {validateList, useList},
	"action":             {validateAction, useAction},
}

// TestNoCollectionTakesNull puts null into each list, set and map of every
// schema, one after the other.
func TestNoCollectionTakesNull(t *testing.T) {
	t.Parallel()
	all, _, _ := schemas(t)
	server := provider.NewServer(provider.New("test")())
	tried := 0
	for _, item := range all {
		blockType := typeOf(t, item)
		for _, with := range withNulls(blockType, tftypes.NewAttributePath()) {
			if !settable(item.block.Attributes, with.path) {
				continue
			}
			tried++
			config := dynamic(t, blockType, with.value)
			expectOne(t, fmt.Sprintf("%s %s: %s", item.kind, item.name, with.path), callsOf[item.kind].validate(t, server, item.name, config), "Element is null", with.path)
		}
	}
	t.Logf("%d collections were given a null element", tried)
	if tried < 5 {
		t.Errorf("only %d collections were found", tried)
	}
}

func TestNullLearntInTheApplyIsRefused(t *testing.T) {
	t.Parallel()
	all, _, _ := schemas(t)
	server := configured(t)
	for _, item := range all {
		blockType := typeOf(t, item)
		for _, with := range withNulls(blockType, tftypes.NewAttributePath()) {
			if item.kind == "provider" || !settable(item.block.Attributes, with.path) {
				continue
			}
			for operation, got := range callsOf[item.kind].use(t, server, item.name, dynamic(t, blockType, with.value)) {
				if takesConfig(operation) {
					expectOne(t, fmt.Sprintf("%s %s: %s: %s", operation, item.kind, item.name, with.path), got, "Element is null", with.path)
				}
			}
		}
	}
}

// takesConfig: before the plan Terraform validates, and the rest of them gets
// no configuration.
func takesConfig(operation string) bool {
	return operation != "ReadResource" && operation != "PlanResourceChange" && operation != "ImportResourceState" &&
		operation != "RenewEphemeralResource" && operation != "PlanAction"
}

func TestTimeoutsAreAboveZero(t *testing.T) {
	t.Parallel()
	all, _, _ := schemas(t)
	server := provider.NewServer(provider.New("test")())
	tried := 0
	for _, item := range all {
		for _, attribute := range item.block.Attributes {
			if attribute.Name != "timeouts" {
				continue
			}
			for _, operation := range attribute.NestedType.Attributes {
				for text, refused := range map[string]bool{"-5m": true, "0s": true, "0": true, "1s": false} {
					tried++
					path := tftypes.NewAttributePath().WithAttributeName("timeouts").WithAttributeName(operation.Name)
					blockType := typeOf(t, item)
					config := dynamic(t, blockType, valueAt(blockType, path, tftypes.NewValue(tftypes.String, text)))
					got := callsOf[item.kind].validate(t, server, item.name, config)
					where := fmt.Sprintf("%s %s: %s = %s", item.kind, item.name, operation.Name, text)
					if refused {
						expectOne(t, where, got, "Timeout is not above zero", path)
					} else if contains(got, "Timeout is not above zero") != nil {
						t.Errorf("%s is refused", where)
					}
				}
			}
		}
	}
	t.Logf("%d timeouts were tried", tried)
	if tried < 40 {
		t.Errorf("only %d timeouts were found", tried)
	}
}

func TestEveryTypeRefusesToWorkUnconfigured(t *testing.T) {
	t.Parallel()
	all, _, _ := schemas(t)
	server := provider.NewServer(provider.New("test")())
	for _, item := range all {
		if item.kind == "provider" {
			continue
		}
		blockType := typeOf(t, item)
		for operation, got := range callsOf[item.kind].use(t, server, item.name, dynamic(t, blockType, tftypes.NewValue(blockType, nulls(blockType)))) {
			if contains(got, "Provider is not configured") == nil {
				t.Errorf("%s of %s %s on a provider without configuration: %s", operation, item.kind, item.name, texts(got))
			}
		}
	}
}

func typeOf(t *testing.T, item described) tftypes.Object {
	t.Helper()
	object, ok := (&tfprotov6.Schema{Block: item.block}).ValueType().(tftypes.Object)
	if !ok {
		t.Fatalf("%s %s is no object", item.kind, item.name)
	}
	return object
}

type valueWithNull struct {
	path  *tftypes.AttributePath
	value tftypes.Value
}

// withNulls returns a value of the type for each collection in it, with
// nothing but one null element in it.
func withNulls(whole tftypes.Object, at *tftypes.AttributePath) []valueWithNull {
	var found []valueWithNull
	var visit func(tftypes.Type, *tftypes.AttributePath)
	visit = func(of tftypes.Type, at *tftypes.AttributePath) {
		var element tftypes.Type
		var step func(*tftypes.AttributePath) *tftypes.AttributePath
		switch of := of.(type) {
		case tftypes.Object:
			for name, attribute := range of.AttributeTypes {
				visit(attribute, at.WithAttributeName(name))
			}
			return
		case tftypes.List:
			element, step = of.ElementType, func(p *tftypes.AttributePath) *tftypes.AttributePath { return p.WithElementKeyInt(0) }
		case tftypes.Set:
			element, step = of.ElementType, func(p *tftypes.AttributePath) *tftypes.AttributePath {
				return p.WithElementKeyValue(tftypes.NewValue(of.ElementType, nil))
			}
		case tftypes.Map:
			element, step = of.ElementType, func(p *tftypes.AttributePath) *tftypes.AttributePath { return p.WithElementKeyString("key") }
		default:
			return
		}
		found = append(found, valueWithNull{step(at), valueAt(whole, step(at), tftypes.NewValue(element, nil))})
		if _, isSet := of.(tftypes.Set); !isSet {
			visit(element, step(at))
		}
	}
	visit(whole, at)
	return found
}

// valueAt makes a value that is null everywhere but on the way to a path.
func valueAt(of tftypes.Type, path *tftypes.AttributePath, leaf tftypes.Value) tftypes.Value {
	if len(path.Steps()) == 0 {
		return leaf
	}
	rest := tftypes.NewAttributePathWithSteps(path.Steps()[1:])
	switch of := of.(type) {
	case tftypes.Object:
		attributes := nulls(of)
		name := string(path.Steps()[0].(tftypes.AttributeName))
		attributes[name] = valueAt(of.AttributeTypes[name], rest, leaf)
		return tftypes.NewValue(of, attributes)
	case tftypes.List:
		return tftypes.NewValue(of, []tftypes.Value{valueAt(of.ElementType, rest, leaf)})
	case tftypes.Set:
		return tftypes.NewValue(of, []tftypes.Value{valueAt(of.ElementType, rest, leaf)})
	case tftypes.Map:
		return tftypes.NewValue(of, map[string]tftypes.Value{"key": valueAt(of.ElementType, rest, leaf)})
	default:
		panic("no such type")
	}
}

func nulls(of tftypes.Object) map[string]tftypes.Value {
	attributes := map[string]tftypes.Value{}
	for name, attribute := range of.AttributeTypes {
		attributes[name] = tftypes.NewValue(attribute, nil)
	}
	return attributes
}

// settable reports whether a configuration may give what a path leads to.
func settable(attributes []*tfprotov6.SchemaAttribute, path *tftypes.AttributePath) bool {
	for _, step := range path.Steps() {
		name, isAttribute := step.(tftypes.AttributeName)
		if !isAttribute {
			continue
		}
		var next *tfprotov6.SchemaAttribute
		for _, attribute := range attributes {
			if attribute.Name == string(name) {
				next = attribute
			}
		}
		if next == nil || !next.Optional && !next.Required {
			return false
		}
		if next.NestedType != nil {
			attributes = next.NestedType.Attributes
		}
	}
	return true
}

func dynamic(t *testing.T, of tftypes.Type, value tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	made, err := tfprotov6.NewDynamicValue(of, value)
	if err != nil {
		t.Fatal(err)
	}
	return &made
}

func contains(got []*tfprotov6.Diagnostic, summary string) *tfprotov6.Diagnostic {
	for _, diagnostic := range got {
		if diagnostic.Severity == tfprotov6.DiagnosticSeverityError && diagnostic.Summary == summary {
			return diagnostic
		}
	}
	return nil
}

func expectOne(t *testing.T, where string, got []*tfprotov6.Diagnostic, summary string, path *tftypes.AttributePath) {
	t.Helper()
	found := contains(got, summary)
	if found == nil {
		t.Errorf("%s: not refused: %s", where, texts(got))
		return
	}
	if !found.Attribute.Equal(path) {
		t.Errorf("%s: reported at %s", where, found.Attribute)
	}
}

func texts(got []*tfprotov6.Diagnostic) string {
	var text []string
	for _, diagnostic := range got {
		text = append(text, diagnostic.Summary+": "+diagnostic.Detail)
	}
	return "[" + strings.Join(text, "; ") + "]"
}
