package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/provider"
)

// TestObjectsThatSetNothing gives each object of the provider block with
// nothing in it, which is what is left of misspelt names.
func TestObjectsThatSetNothing(t *testing.T) {
	t.Parallel()
	_, all, _ := schemas(t)
	server := provider.NewServer(provider.New("test")())
	block, ok := all.Provider.ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the provider's configuration is no object")
	}
	tried := 0
	var visit func(of tftypes.Object, at *tftypes.AttributePath, name string)
	visit = func(of tftypes.Object, at *tftypes.AttributePath, name string) {
		for attribute, attributeType := range of.AttributeTypes {
			object, isObject := attributeType.(tftypes.Object)
			if !isObject {
				continue
			}
			path, full := at.WithAttributeName(attribute), strings.TrimPrefix(name+"."+attribute, ".")
			config := dynamic(t, block, valueAt(block, path, tftypes.NewValue(object, nulls(object))))
			tried++
			if got := texts(validateProvider(t, server, "", config)); !strings.Contains(got, full+" is given but sets nothing") {
				t.Errorf("%s: %s", full, got)
			}
			visit(object, path, full)
		}
	}
	visit(block, tftypes.NewAttributePath(), "")
	if tried != 4 {
		t.Errorf("%d objects were tried", tried)
	}
	given := tftypes.NewAttributePath().WithAttributeName("azure").WithAttributeName("tenant_id")
	config := dynamic(t, block, valueAt(block, given, tftypes.NewValue(tftypes.String, "tenant")))
	if got := validateProvider(t, server, "", config); len(got) > 0 {
		t.Error("something is set:", texts(got))
	}
}

func TestNamesOfAzuresClouds(t *testing.T) {
	t.Parallel()
	_, all, _ := schemas(t)
	server := provider.NewServer(provider.New("test")())
	block, ok := all.Provider.ValueType().(tftypes.Object)
	if !ok {
		t.Fatal("the provider's configuration is no object")
	}
	path := tftypes.NewAttributePath().WithAttributeName("azure").WithAttributeName("environment")
	for name, known := range map[string]bool{
		"public": true, "Public": true, "AzurePublicCloud": true, "AzureCloud": true, "AzureUSGovernment": true, "USGOVERNMENT": true,
		"AzureUSGovernmentCloud": true, "AzureChinaCloud": true, "china": true, "usgovernment": true, "german": false, "publik": false,
	} {
		config := dynamic(t, block, valueAt(block, path, tftypes.NewValue(tftypes.String, name)))
		got := validateProvider(t, server, "", config)
		if (len(got) == 0) != known {
			t.Errorf("%s: %s", name, texts(got))
		}
	}
}
