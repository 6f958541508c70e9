package simtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Definitions checks bodies against Swagger 2.0 definitions. Members that a
// definition does not list are allowed, as Swagger schemas are open.
type Definitions struct {
	compiler   *jsonschema.Compiler
	documents  []document
	openEnums  map[string]bool
	operations map[string]location

	mu      sync.Mutex
	schemas map[string]*jsonschema.Schema
}

// document is a Swagger file as generic JSON, under the URL that references
// within it are resolved against.
type document struct {
	url  string
	root map[string]any
}

type location struct {
	document document
	pointer  string
	swagger  operation
}

type operation struct {
	ID         string              `json:"operationId"`
	Parameters []parameter         `json:"parameters"`
	Responses  map[string]response `json:"responses"`
}

type parameter struct {
	In       string          `json:"in"`
	Required bool            `json:"required"`
	Schema   json.RawMessage `json:"schema"`
}

type response struct {
	Schema json.RawMessage `json:"schema"`
}

// LoadDefinitions reads Swagger 2.0 files of the published definitions.
func LoadDefinitions(tb testing.TB, names ...string) *Definitions {
	tb.Helper()
	d, err := loadDefinitions(Published(tb), names)
	if err != nil {
		tb.Fatalf("published definitions: %v", err)
	}
	return d
}

func loadDefinitions(folder fs.FS, names []string) (*Definitions, error) {
	d := &Definitions{
		compiler:   jsonschema.NewCompiler(),
		openEnums:  map[string]bool{},
		operations: map[string]location{},
		schemas:    map[string]*jsonschema.Schema{},
	}
	d.compiler.DefaultDraft(jsonschema.Draft4)
	for _, name := range names {
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		if err := d.add(name, content); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return d, nil
}

func (d *Definitions) add(name string, content []byte) error {
	root, err := jsonschema.UnmarshalJSON(bytes.NewReader(content))
	if err != nil {
		return err
	}
	object, ok := root.(map[string]any)
	if !ok || object["swagger"] != "2.0" {
		return errors.New("not a Swagger 2.0 document")
	}
	doc := document{url: "https://definitions.invalid/" + name, root: object}
	d.documents = append(d.documents, doc)
	var paths struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(content, &paths); err != nil {
		return err
	}
	for template, methods := range paths.Paths {
		for method, raw := range methods {
			var found operation
			if method == "parameters" || strings.HasPrefix(method, "x-") {
				continue
			}
			if err := json.Unmarshal(raw, &found); err != nil {
				return fmt.Errorf("%s %s: %w", method, template, err)
			}
			d.operations[found.ID] = location{
				document: doc, swagger: found,
				pointer: "/paths/" + escapePointer(template) + "/" + method,
			}
		}
	}
	return nil
}

// OpenEnum lets the enumeration with that x-ms-enum name take any string, for
// enumerations that the service is known not to keep to. It has to be called
// before the first check.
func (d *Definitions) OpenEnum(name string) { d.openEnums[name] = true }

func (d *Definitions) schema(address string) (*jsonschema.Schema, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if compiled, ok := d.schemas[address]; ok {
		return compiled, nil
	}
	if len(d.schemas) == 0 {
		if err := d.addResources(); err != nil {
			return nil, err
		}
	}
	compiled, err := d.compiler.Compile(address)
	if err != nil {
		return nil, err
	}
	d.schemas[address] = compiled
	return compiled, nil
}

func (d *Definitions) addResources() error {
	for _, doc := range d.documents {
		d.loosen(doc.root)
		if err := d.compiler.AddResource(doc.url, doc.root); err != nil {
			return err
		}
		for file, external := range externalFiles(doc) {
			if err := d.compiler.AddResource(file, external); err != nil {
				return err
			}
		}
	}
	return nil
}

// loosen drops the values of opened enumerations.
func (d *Definitions) loosen(value any) {
	switch value := value.(type) {
	case map[string]any:
		if enum, ok := value["x-ms-enum"].(map[string]any); ok {
			if name, ok := enum["name"].(string); ok && d.openEnums[name] {
				delete(value, "enum")
			}
		}
		for _, member := range value {
			d.loosen(member)
		}
	case []any:
		for _, item := range value {
			d.loosen(item)
		}
	}
}

// externalFiles rebuilds the other files that a trimmed document refers to
// from its x-external-refs ("./file.json#/pointer/to": value).
func externalFiles(doc document) map[string]map[string]any {
	files := map[string]map[string]any{}
	references, ok := doc.root["x-external-refs"].(map[string]any)
	if !ok {
		return files
	}
	for reference, value := range references {
		file, pointer, _ := strings.Cut(reference, "#/")
		address := doc.url[:strings.LastIndex(doc.url, "/")+1] + path.Clean(file)
		if files[address] == nil {
			files[address] = map[string]any{}
		}
		place := files[address]
		segments := strings.Split(pointer, "/")
		for _, segment := range segments[:len(segments)-1] {
			next, ok := place[segment].(map[string]any)
			if !ok {
				next = map[string]any{}
				place[segment] = next
			}
			place = next
		}
		place[segments[len(segments)-1]] = value
	}
	return files
}

func escapePointer(segment string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(segment)
}
