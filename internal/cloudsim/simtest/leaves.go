package simtest

import "strings"

// Leaves returns the paths of the members of a definition that are no objects,
// "compute.tagsList[].name", where "[]" stands for any element of a list.
func (d *Definitions) Leaves(definition string) []string {
	var all []string
	for _, doc := range d.documents {
		all = append(all, doc.leaves(map[string]any{"$ref": "#/definitions/" + definition}, "")...)
	}
	return all
}

func (doc document) leaves(schema map[string]any, path string) []string {
	if reference, ok := schema["$ref"].(string); ok {
		schema = member(member(doc.root, "definitions"), strings.TrimPrefix(reference, "#/definitions/"))
	}
	if schema["type"] == "array" {
		return doc.leaves(member(schema, "items"), path+"[]")
	}
	properties := member(schema, "properties")
	if properties == nil {
		return []string{path}
	}
	var all []string
	for name := range properties {
		all = append(all, doc.leaves(member(properties, name), strings.TrimPrefix(path+"."+name, "."))...)
	}
	return all
}

func member(object map[string]any, name string) map[string]any {
	value, ok := object[name].(map[string]any)
	if !ok {
		return nil
	}
	return value
}
