package imds

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/simcore"
)

// A metadata document is a tree of objects, lists and leaves. Leaves are
// strings on the wire, except in the parts that few clients ever ask for.
type (
	object map[string]any
	list   []any
)

func (s *Service) getInstance(w http.ResponseWriter, c call) {
	format := c.query.Get("format")
	if format != "" && format != "json" && format != "text" {
		instanceFamily.refuse(w, http.StatusBadRequest, "")
		return
	}
	document := s.instanceAt(c.version, c.query.Get("extended") == "true")
	path := strings.Trim(strings.TrimPrefix(c.request.URL.Path, "/metadata/instance"), "/")
	node, found := descend(document, path)
	switch {
	case !found:
		instanceFamily.refuse(w, http.StatusNotFound, "")
	case format == "text":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		if _, err := fmt.Fprint(w, asText(node)); err != nil {
			return // The client has gone, which is its right.
		}
	case isLeaf(node):
		// A single value is served as text only.
		instanceFamily.refuse(w, http.StatusBadRequest, "")
	default:
		simcore.WriteJSON(w, http.StatusOK, node)
	}
}

// instanceAt returns the machine's document with the fields of a version.
func (s *Service) instanceAt(version string, extended bool) object {
	allowed := table.paths(version, s.switches.On(switchTagsListGap))
	document, _ := prune(s.instance(), "", allowed).(object)
	if s.switches.On(switchUndocumentedKeys) {
		addUndocumented(document)
	}
	if extended {
		document["extended"] = object{"compute": object{"hasCustomData": false, "ppsType": "None"}}
	}
	return document
}

func addUndocumented(document object) {
	if compute, ok := document["compute"].(object); ok {
		compute["isVmInStandbyPool"] = ""
		compute["interconnectGroupId"] = "group-1"
	}
	network, ok := document["network"].(object)
	if !ok {
		return
	}
	interfaces, ok := network["interface"].(list)
	if !ok {
		return
	}
	for _, item := range interfaces {
		if nic, ok := item.(object); ok {
			if ipv4, ok := nic["ipv4"].(object); ok {
				ipv4["ipAddressBlock"] = list{}
			}
		}
	}
}

// prune copies the part of a tree whose paths are allowed.
func prune(node any, path string, allowed map[string]bool) any {
	switch node := node.(type) {
	case object:
		kept := object{}
		for key, child := range node {
			childPath := strings.TrimPrefix(path+"."+key, ".")
			if allowed[childPath] {
				kept[key] = prune(child, childPath, allowed)
			}
		}
		return kept
	case list:
		kept := list{}
		for _, child := range node {
			kept = append(kept, prune(child, path+"[]", allowed))
		}
		return kept
	}
	return node
}

func descend(node any, path string) (any, bool) {
	if path == "" {
		return node, true
	}
	name, rest, _ := strings.Cut(path, "/")
	switch node := node.(type) {
	case object:
		child, found := node[name]
		if !found {
			return nil, false
		}
		return descend(child, rest)
	case list:
		index, err := strconv.Atoi(name)
		if err != nil || index < 0 || index >= len(node) {
			return nil, false
		}
		return descend(node[index], rest)
	}
	return nil, false
}

func isLeaf(node any) bool {
	switch node.(type) {
	case object, list:
		return false
	}
	return true
}

// asText is a leaf's bare value, or the names below a container, one a line,
// containers with a trailing slash.
func asText(node any) string {
	var lines []string
	name := func(key string, child any) {
		if !isLeaf(child) {
			key += "/"
		}
		lines = append(lines, key)
	}
	switch node := node.(type) {
	case object:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			name(key, node[key])
		}
	case list:
		for i, child := range node {
			name(strconv.Itoa(i), child)
		}
	default:
		return fmt.Sprint(node)
	}
	return strings.Join(lines, "\n")
}
