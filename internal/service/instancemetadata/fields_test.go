package instancemetadata_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/acctest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/imds/imdstest"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/service/instancemetadata"
)

// attributePath is where a field of the document is in the data source. The
// field's steps are names and, in documents, indices.
func attributePath(steps []string) string {
	path := make([]string, 0, len(steps))
	for _, step := range steps {
		switch step {
		case "interface", "subnet":
			step += "s"
		case "ipAddress":
			step = "ipAddresses"
		case "macAddress", "location", "tags":
			// The attribute without this holds the value in one spelling.
			step += "Raw"
		case "size":
			step = "sizeInKb"
		}
		path = append(path, snakeCase(step))
	}
	joined := strings.Join(path, ".")
	switch joined {
	case "compute.user_data", "compute.custom_data":
		// At the top, so that compute as a whole is not sensitive.
		return path[1]
	}
	return joined
}

func snakeCase(name string) string {
	var snake strings.Builder
	var last rune
	for _, letter := range name {
		if unicode.IsUpper(letter) && unicode.IsLower(last) {
			snake.WriteByte('_')
		}
		last = letter
		snake.WriteRune(unicode.ToLower(letter))
	}
	return snake.String()
}

// attributes returns the paths of all attributes that are no objects.
func attributes(t *testing.T) map[string]schema.Attribute {
	t.Helper()
	var resp datasource.SchemaResponse
	instancemetadata.NewDataSource().Schema(t.Context(), datasource.SchemaRequest{}, &resp)
	found := map[string]schema.Attribute{}
	var walk func(prefix string, attributes map[string]schema.Attribute)
	walk = func(prefix string, attributes map[string]schema.Attribute) {
		for name, attribute := range attributes {
			switch nested := attribute.(type) {
			case schema.SingleNestedAttribute:
				walk(prefix+name+".", nested.Attributes)
			case schema.ListNestedAttribute:
				walk(prefix+name+".", nested.NestedObject.Attributes)
			default:
				found[prefix+name] = attribute
			}
		}
	}
	walk("", resp.Schema.Attributes)
	return found
}

// TestEveryFieldHasAnAttribute walks the fields of the vendor's published
// definitions and those of the simulator, which has what only the vendor's
// documentation names.
func TestEveryFieldHasAnAttribute(t *testing.T) {
	t.Parallel()
	var table struct {
		Fields []struct{ Path string }
	}
	readJSON(t, filepath.Join("..", "..", "cloudsim", "imds", "fields.json"), &table)
	fields := imdstest.PublishedFields(t)
	for _, field := range table.Fields {
		fields = append(fields, field.Path)
	}
	if len(fields) < 180 {
		t.Fatalf("%d fields", len(fields))
	}
	known := attributes(t)
	for _, field := range fields {
		path := attributePath(strings.Split(strings.ReplaceAll(field, "[]", ""), "."))
		if strings.HasPrefix(field, "compute.tagsList") {
			path = "compute.tags"
		}
		attribute, found := known[path]
		if !found {
			t.Errorf("%s has no attribute %s", field, path)
		} else if !attribute.IsComputed() || attribute.GetMarkdownDescription() == "" {
			t.Errorf("%s is not computed, or not described", path)
		}
	}
}

// leaf is a value of a document with the way to it.
type leaf struct {
	steps []string
	value string
}

func leavesOf(value any, steps []string) []leaf {
	var all []leaf
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			all = append(all, leavesOf(value[key], append(slices.Clone(steps), key))...)
		}
	case []any:
		for i, child := range value {
			all = append(all, leavesOf(child, append(slices.Clone(steps), strconv.Itoa(i)))...)
		}
	default:
		all = append(all, leaf{steps, fmt.Sprint(value)})
	}
	return all
}

// expectLossless checks that every leaf of a document is in the data source
// with the same value; what the host sends as "" does not apply, and is null.
func expectLossless(t *testing.T, document []byte, read tftypes.Value) {
	t.Helper()
	var parsed map[string]any
	if err := json.Unmarshal(document, &parsed); err != nil {
		t.Fatal(err)
	}
	leaves := leavesOf(parsed, nil)
	if len(leaves) < 10 {
		t.Fatalf("%d values: %s", len(leaves), document)
	}
	known := attributes(t)
	for _, leaf := range leaves {
		if leaf.steps[1] == "tagsList" {
			continue // expectTags compares them.
		}
		path := attributePath(leaf.steps)
		if _, found := known[withoutIndices(path)]; !found {
			t.Errorf("there is no attribute %s", path)
		} else if got := acctest.Get(t, read, path); got != leaf.value && (leaf.value != "" || got != acctest.Null) {
			t.Errorf("%s is %q, want %q", path, got, leaf.value)
		}
	}
	expectTags(t, parsed, read)
}

func withoutIndices(path string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(path, "."), func(step string) bool {
		_, err := strconv.Atoi(step)
		return err == nil
	}), ".")
}

func expectTags(t *testing.T, document map[string]any, read tftypes.Value) {
	t.Helper()
	compute, _ := document["compute"].(map[string]any)
	list, _ := compute["tagsList"].([]any)
	for _, item := range list {
		tag, _ := item.(map[string]any)
		acctest.ExpectAttributes(t, read, fmt.Sprint("compute.tags.", tag["name"]), fmt.Sprint(tag["value"]))
	}
}

func readJSON(t *testing.T, file string, into any) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}
