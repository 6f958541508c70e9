package imds

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"strings"
)

var errNotAnObject = errors.New("the document is not a JSON object")

// decodeDocument reads an answer of the instance endpoint. Values that it
// cannot read become warnings; it fails only on what is no document at all.
func decodeDocument(raw []byte) (*Document, error) {
	if !json.Valid(raw) {
		return nil, errors.New("the document is not valid JSON: " + jsonProblem(raw))
	}
	r := &reader{}
	root := newNode(r, "", raw)
	if root.members == nil {
		return nil, errNotAnObject
	}
	document := &Document{Raw: root.raw}
	if compute := root.get("compute"); compute.members != nil {
		document.Compute = &Compute{}
		decode(compute, reflect.ValueOf(document.Compute).Elem())
	} else {
		r.warn("compute", "missing, as on classic virtual machines, or because the host could not collect it")
	}
	if network := root.get("network"); network.members != nil {
		document.Network = &Network{}
		decode(network, reflect.ValueOf(document.Network).Elem())
	} else {
		r.warn("network", "missing, perhaps because the host could not collect it")
	}
	document.Warnings = r.warnings
	return document, nil
}

// RawWithoutUserData returns Raw without the members userData and customData,
// wherever they are: they often hold secrets. Everything else stays, with
// members in alphabetical order.
func (d *Document) RawWithoutUserData() (json.RawMessage, error) {
	decoder := json.NewDecoder(bytes.NewReader(d.Raw))
	decoder.UseNumber()
	var whole any
	if err := decoder.Decode(&whole); err != nil {
		return nil, err
	}
	dropUserData(whole)
	return json.Marshal(whole)
}

// dropUserData compares names without case, because they are read so.
func dropUserData(value any) {
	switch value := value.(type) {
	case map[string]any:
		maps.DeleteFunc(value, func(name string, _ any) bool {
			return strings.EqualFold(name, "userData") || strings.EqualFold(name, "customData")
		})
		for _, member := range value {
			dropUserData(member)
		}
	case []any:
		for _, element := range value {
			dropUserData(element)
		}
	}
}

// deriver is a part with fields that follow from others.
type deriver interface{ derive(n node) }

// decode fills the fields of a struct that have a tag with the member's name
// in the document, in their order, and then those that follow from them.
func decode(n node, part reflect.Value) {
	for i := range part.NumField() {
		if name, tagged := part.Type().Field(i).Tag.Lookup("json"); tagged {
			decodeField(n.get(name), part.Field(i))
		}
	}
	if part, ok := part.Addr().Interface().(deriver); ok {
		part.derive(n)
	}
}

func decodeField(n node, field reflect.Value) {
	switch target := field.Addr().Interface().(type) {
	case **string:
		*target = n.text()
	case **int64:
		*target = n.integer()
	case **bool:
		*target = n.boolean()
	default:
		decodePart(n, field)
	}
}

// decodePart reads nested parts. Of optional ones, those without any value
// stay nil; a list without elements is empty, an absent one nil.
func decodePart(n node, field reflect.Value) {
	switch field.Kind() {
	case reflect.Struct:
		decode(n, field)
	case reflect.Pointer:
		part := reflect.New(field.Type().Elem())
		decode(n, part.Elem())
		if !isEmpty(part.Elem()) {
			field.Set(part)
		}
	case reflect.Slice:
		items := n.items()
		if items == nil {
			return
		}
		field.Set(reflect.MakeSlice(field.Type(), len(items), len(items)))
		for i, item := range items {
			decode(item, field.Index(i))
		}
	default:
		panic("no value of the document becomes a " + field.Type().String())
	}
}

func isEmpty(part reflect.Value) bool {
	for i := range part.NumField() {
		if field := part.Field(i); !field.IsZero() && (field.Kind() != reflect.Slice || field.Len() > 0) {
			return false
		}
	}
	return true
}

func (c *Compute) derive(n node) {
	c.Tags, c.TagsAmbiguous = decodeTags(n)
	c.Location = normalizeLocation(c.LocationRaw)
	c.Environment = normalizeEnvironment(c.AzEnvironment)
	c.Hostname = c.Name
	if c.OSProfile != nil && c.OSProfile.ComputerName != nil {
		c.Hostname = c.OSProfile.ComputerName
	}
	if c.Priority != nil {
		// Low is what Spot was called before.
		spot := strings.EqualFold(*c.Priority, "Spot") || strings.EqualFold(*c.Priority, "Low")
		c.IsSpot = &spot
	}
	if n.get("vmScaleSetName").present() || n.get("virtualMachineScaleSet").present() || c.ResourceID != nil {
		member := c.VMScaleSetName != nil || c.VirtualMachineScaleSet != nil ||
			c.ResourceID != nil && strings.Contains(strings.ToLower(*c.ResourceID), "/virtualmachinescalesets/")
		c.IsScaleSetInstance = &member
	}
}

func normalizeLocation(raw *string) *string {
	if raw == nil {
		return nil
	}
	return orNil(strings.ToLower(strings.ReplaceAll(*raw, " ", "")))
}

func normalizeEnvironment(raw *string) *string {
	if raw == nil {
		return nil
	}
	name := strings.ToLower(*raw)
	switch name {
	case "azurepubliccloud", "azurecloud":
		name = "public"
	case "azureusgovernmentcloud", "azureusgovernment":
		name = "usgovernment"
	case "azurechinacloud":
		name = "china"
	case "azuregermancloud":
		name = "german"
	}
	return &name
}
