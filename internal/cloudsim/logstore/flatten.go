package logstore

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// The Data Collector API stores the members of a nested object in columns of
// their own, named parent_member: scripts in the field query
// StartDate_value_t and ContentData_records_s. How deep that goes is not
// documented. Arrays are stored as JSON text.

// check reports what keeps the API from taking a property.
func (post ClassicPost) check(p property) error {
	if slices.Contains(classicReserved, p.name) {
		return fmt.Errorf("%w: the property name %q is reserved", ErrFormat, p.name)
	}
	if post.Names != NamesRefuse {
		return nil
	}
	if p.value[0] == '{' && p.name == "" {
		return checkClassicName(p.name)
	}
	for _, flat := range flatten(nil, p, post.depth()) {
		if slices.Contains(classicReserved, flat.name) {
			return fmt.Errorf("%w: the property name %q is reserved", ErrFormat, flat.name)
		}
		if err := checkClassicName(flat.name); err != nil {
			return err
		}
	}
	return nil
}

// columns are the properties that become columns.
func (post ClassicPost) columns(properties []property) []property {
	nested := slices.ContainsFunc(properties, func(p property) bool { return p.value[0] == '{' })
	if !nested && post.Names == NamesRefuse {
		return properties
	}
	var flat []property
	for _, p := range properties {
		flat = flatten(flat, p, post.depth())
	}
	kept := flat[:0]
	for _, p := range flat {
		if checkClassicName(p.name) != nil {
			if post.Names == NamesDrop {
				continue
			}
			p.name = underscored(p.name)
		}
		kept = append(kept, p)
	}
	return kept
}

func (post ClassicPost) depth() int {
	if post.FlattenDepth == 0 {
		return len(post.Body) // No object nests deeper than it is long.
	}
	return post.FlattenDepth
}

// flatten appends a property, or the members of its object, to flat.
func flatten(flat []property, p property, depth int) []property {
	if p.value[0] != '{' || depth <= 0 {
		return append(flat, p)
	}
	members, err := membersOf(p.value)
	if err != nil {
		return append(flat, p)
	}
	for _, member := range members {
		member.name = p.name + "_" + member.name
		flat = flatten(flat, member, depth-1)
	}
	return flat
}

func membersOf(object json.RawMessage) ([]property, error) {
	var members []property
	err := eachRecord(object, func(properties []property, _ int) error {
		members = slices.Clone(properties)
		return nil
	})
	return members, err
}

// underscored is a name with underscores for the characters that column
// names do not have, and cut to their length.
func underscored(name string) string {
	name = strings.Map(func(c rune) rune {
		if checkClassicName(string(c)) != nil {
			return '_'
		}
		return c
	}, name)
	return name[:min(len(name), maxNameLength-len("_s"))]
}
