package imds

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
)

// leaf is a document's value with the way to it.
type leaf struct {
	path  []string
	value string
}

func leavesOf(value any, path []string) []leaf {
	var all []leaf
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			all = append(all, leavesOf(value[key], append(slices.Clone(path), key))...)
		}
	case []any:
		for i, child := range value {
			all = append(all, leavesOf(child, append(slices.Clone(path), strconv.Itoa(i)))...)
		}
	case nil:
		all = append(all, leaf{path, ""})
	default:
		all = append(all, leaf{path, fmt.Sprint(value)})
	}
	return all
}

func parse(t *testing.T, raw []byte) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// fieldName is the Go field for a member of the document.
func fieldName(member string) string {
	switch member {
	case "location", "macAddress", "tags":
		return member + "Raw"
	case "interface", "subnet":
		return member + "s"
	case "ipAddress":
		return "ipAddresses"
	}
	return member
}

// typed finds a leaf in the typed document; false means that there is no
// such field. What is nil on the way is empty.
func typed(value reflect.Value, path []string) (string, bool) {
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return "", hasField(value.Type().Elem(), path)
		}
		return typed(value.Elem(), path)
	}
	if len(path) == 0 {
		return fmt.Sprint(value.Interface()), true
	}
	switch value.Kind() {
	case reflect.Slice:
		index, err := strconv.Atoi(path[0])
		if err != nil || index >= value.Len() {
			return "", false
		}
		return typed(value.Index(index), path[1:])
	case reflect.Struct:
		field := value.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, fieldName(path[0])) })
		if !field.IsValid() {
			return "", false
		}
		return typed(field, path[1:])
	default:
		return "", false
	}
}

func hasField(kind reflect.Type, path []string) bool {
	if len(path) == 0 || kind.Kind() != reflect.Struct {
		return len(path) == 0
	}
	field, found := kind.FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, fieldName(path[0])) })
	if !found {
		return false
	}
	if field.Type.Kind() == reflect.Pointer {
		return hasField(field.Type.Elem(), path[1:])
	}
	return hasField(field.Type, path[1:])
}

// undocumented are members that were seen on the wire, or made up by tests,
// and are reachable in Raw only.
var undocumented = []string{"isVmInStandbyPool", "interconnectGroupId", "futureField", "plan2"}

// requireLossless checks that every leaf of a document is in Raw as it came,
// and in the typed document with the same meaning.
func requireLossless(t *testing.T, raw []byte) *Document {
	t.Helper()
	document, err := decodeDocument(raw)
	if err != nil {
		t.Fatal(err)
	}
	original := leavesOf(parse(t, raw), nil)
	if !reflect.DeepEqual(leavesOf(parse(t, document.Raw), nil), original) {
		t.Error("Raw lost something")
	}
	for _, leaf := range original {
		name := strings.Join(leaf.path, ".")
		if len(leaf.path) < 2 || slices.Contains(undocumented, leaf.path[1]) {
			continue
		}
		if leaf.path[1] == "tagsList" {
			continue // requireTags compares them.
		}
		got, found := typed(reflect.ValueOf(document), leaf.path)
		if !found {
			t.Errorf("%s is not in the typed document", name)
		} else if got != leaf.value && !warned(document, name) {
			t.Errorf("%s is %q, typed %q", name, leaf.value, got)
		}
	}
	requireTags(t, document, raw)
	return document
}

func warned(document *Document, path string) bool {
	return slices.ContainsFunc(document.Warnings, func(warning string) bool {
		plain := strings.NewReplacer("[", ".", "]", "").Replace(warning)
		return strings.HasPrefix(plain, path+":")
	})
}

func requireTags(t *testing.T, document *Document, raw []byte) {
	t.Helper()
	var parsed struct {
		Compute struct {
			TagsList []struct{ Name, Value string }
		}
	}
	if err := json.Unmarshal(raw, &parsed); err != nil {
		t.Fatal(err)
	}
	for _, tag := range parsed.Compute.TagsList {
		if got, found := document.Compute.Tags[tag.Name]; !found || got != tag.Value {
			t.Errorf("tag %q is %q, want %q", tag.Name, got, tag.Value)
		}
	}
}

func TestOwnSamplesDecodeWithoutLoss(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "instance-*.json"))
	if err != nil || len(files) != 3 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		requireLossless(t, raw)
	}
}

func TestPublishedExamplesDecodeWithoutLoss(t *testing.T) {
	t.Parallel()
	examples := imdstest.Examples(t, "GetInstanceMetadata")
	if len(examples) < 25 {
		t.Fatalf("%d examples", len(examples))
	}
	for version, example := range examples {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			document := requireLossless(t, example)
			if c := document.Compute; c == nil || c.PlatformFaultDomain == nil || *c.PlatformFaultDomain != 36 || c.Tags["baz"] != "bash" {
				t.Errorf("%+v", c)
			}
		})
	}
}

func TestPublishedSamplesDecodeWithoutLoss(t *testing.T) {
	t.Parallel()
	for file, wrap := range map[string]string{
		"2017-04-02-compute-linux.json": "%s", "2017-04-02-instance-windows.json": "%s", "2017-08-01-instance-linux.json": "%s",
		"2017-08-01-network.json": `{"network":%s}`, "2021-12-13-instance-windows-full.json": "%s", "azure-stack-hub-instance.json": "%s",
		"2025-04-07-compute-linux.json": `{"compute":%s}`, "2025-04-07-compute-windows.json": `{"compute":%s}`,
		"2025-04-07-network.json": `{"network":%s}`, "network-interface-0.json": `{"network":{"interface":[%s]}}`,
		"tagsList.json": `{"compute":{"tagsList":%s}}`,
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			requireLossless(t, fmt.Appendf(nil, wrap, imdstest.Sample(t, file)))
		})
	}
}

// TestEveryPublishedFieldIsTyped walks the published table of fields.
func TestEveryPublishedFieldIsTyped(t *testing.T) {
	t.Parallel()
	fields := append(imdstest.PublishedFields(t), "compute.customData")
	if len(fields) < 90 {
		t.Fatalf("%d fields", len(fields))
	}
	raw, err := os.ReadFile(filepath.Join("testdata", "instance-full.json"))
	if err != nil {
		t.Fatal(err)
	}
	document := requireLossless(t, raw)
	for _, field := range fields {
		if strings.HasPrefix(field, "compute.tagsList") {
			continue
		}
		path := strings.Split(strings.ReplaceAll(field, "[]", ".0"), ".")
		value, found := typed(reflect.ValueOf(document), path)
		mayBeEmpty := field == "compute.customData" || field == "compute.host.id"
		if !found || value == "" && !mayBeEmpty {
			t.Errorf("%s: found %v, value %q", field, found, value)
		}
	}
}
