package catalogue

import (
	"cmp"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Generic is GenericResourceExpanded of the published definitions, 2024-11-01.
type Generic struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Location string `json:"location"`
}

// GenericOf describes a resource by its id. The name of a child begins with that of
// its parent.
func GenericOf(id, location string) Generic {
	_, below, _ := strings.Cut(id, "/providers/")
	segments := strings.Split(below, "/")
	kinds, names := segments[:1:1], []string{}
	for i, segment := range segments[1:] {
		if i%2 == 0 {
			kinds = append(kinds, segment)
		} else {
			names = append(names, segment)
		}
	}
	return Generic{id, strings.Join(names, "/"), strings.Join(kinds, "/"), location}
}

// group is the resource group of an id.
func (g Generic) group() string {
	segments := strings.Split(g.ID, "/")
	at := slices.IndexFunc(segments, func(s string) bool { return strings.EqualFold(s, "resourceGroups") })
	if at < 0 || at+1 == len(segments) {
		return ""
	}
	return segments[at+1]
}

// IsIn reports whether it is in a resource group; "" is any.
func (g Generic) IsIn(group string) bool { return group == "" || strings.EqualFold(g.group(), group) }

// clause is a comparison of a filter, with what joins it to the next one.
//
// Source: https://learn.microsoft.com/rest/api/resources/resources/list
var clause = regexp.MustCompile(`^\s*(?:(\w+)\s+(eq|ne)\s+'((?:[^']|'')*)'|substringof\('((?:[^']|'')*)',\s*(\w+)\))\s*(?:(and|or)\s|$)`)

// Filter returns what a $filter of the list of resources selects; false says that
// it cannot be read. "and" binds closer than "or".
func Filter(text string) (selects func(Generic) bool, ok bool) {
	if text == "" {
		return func(Generic) bool { return true }, true
	}
	alternatives := [][]func(Generic) bool{nil}
	for rest, joined := text, "and"; joined != ""; {
		parts := clause.FindStringSubmatch(rest)
		if parts == nil {
			return nil, false
		}
		property, known := properties[strings.ToLower(cmp.Or(parts[1], parts[5]))]
		if !known {
			return nil, false
		}
		last := len(alternatives) - 1
		alternatives[last] = append(alternatives[last], comparison(property, parts[2], strings.ReplaceAll(parts[3]+parts[4], "''", "'")))
		if rest, joined = rest[len(parts[0]):], parts[6]; joined == "or" {
			alternatives = append(alternatives, nil)
		}
	}
	return func(g Generic) bool {
		return slices.ContainsFunc(alternatives, func(all []func(Generic) bool) bool {
			return !slices.ContainsFunc(all, func(holds func(Generic) bool) bool { return !holds(g) })
		})
	}, true
}

// properties are what can be compared; nothing here has tags.
var properties = map[string]func(Generic) string{
	"resourcetype": func(g Generic) string { return g.Type }, "name": func(g Generic) string { return g.Name },
	"location": func(g Generic) string { return g.Location }, "resourcegroup": Generic.group,
	"tagname": func(Generic) string { return "" }, "tagvalue": func(Generic) string { return "" },
}

// comparison is eq, ne, or substringof, in any casing.
func comparison(property func(Generic) string, operator, value string) func(Generic) bool {
	return func(g Generic) bool {
		switch operator {
		case "eq":
			return strings.EqualFold(property(g), value)
		case "ne":
			return !strings.EqualFold(property(g), value)
		}
		return strings.Contains(strings.ToLower(property(g)), strings.ToLower(value))
	}
}

// Page returns the page of a list, of at most most entries, that the query
// string of its address asks for, with $top and $skiptoken, or the name of the
// parameter that cannot be read.
func Page[T any](items []T, address url.URL, most int) (List[T], string) {
	query := address.Query()
	size, skip := most, 0
	if query.Has("$top") {
		top, err := strconv.Atoi(query.Get("$top"))
		if err != nil || top < 1 {
			return List[T]{}, "$top"
		}
		size = min(size, top)
	}
	if query.Has("$skiptoken") {
		text, err := base64.RawURLEncoding.DecodeString(query.Get("$skiptoken"))
		skip, _ = strconv.Atoi(string(text))
		if err != nil || skip < 1 {
			return List[T]{}, "$skiptoken"
		}
	}
	rest := items[min(skip, len(items)):]
	if len(rest) <= size {
		return List[T]{Value: append([]T{}, rest...)}, ""
	}
	query.Set("$skiptoken", base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(skip+size))))
	address.RawQuery = query.Encode()
	return List[T]{Value: rest[:size], NextLink: address.String()}, ""
}
