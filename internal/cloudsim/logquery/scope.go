package logquery

import (
	"slices"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery/kql"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// scope is what the path of a request names: a workspace by its id, or a resource
// by its resource id as it was given.
type scope struct{ workspace, resource string }

// scopeOf returns what the path of a request names, such as
// /v1/workspaces/{id}/query or /v1/{resource id}/query.
func scopeOf(path string) (scope, bool) {
	text, isVersion := strings.CutPrefix(path, "/v1/")
	text, isQuery := strings.CutSuffix(text, "/query")
	if !isVersion || !isQuery {
		return scope{}, false
	}
	if id, found := strings.CutPrefix(text, "workspaces/"); found {
		return scope{workspace: id}, id != "" && !strings.Contains(id, "/")
	}
	id := "/" + strings.Trim(text, "/")
	return scope{resource: id}, strings.HasPrefix(strings.ToLower(id), "/subscriptions/")
}

// reach is what a query may see: workspaces, or in them the rows of a resource.
type reach struct {
	workspaces []string
	resourceID string
}

// visible is the reach of a query as it sees it now.
type visible struct {
	service *Service
	scope   reach
	// read are the tables that the query asked for.
	read []string
}

// Table implements kql.Data.
func (v *visible) Table(name string) (logstore.Snapshot, bool) {
	var joined logstore.Snapshot
	exists := false
	for _, workspace := range v.scope.workspaces {
		snapshot, found := v.service.store.Read(workspace, name, logstore.Visibility{
			Delay:         v.service.switches.Duration(SwitchIngestionDelay),
			NewTableDelay: v.service.switches.Duration(SwitchNewTableDelay),
		})
		switch {
		case !found:
		case !exists:
			joined, exists = snapshot, true
		default:
			joined = union(joined, snapshot)
		}
	}
	if exists && v.scope.resourceID != "" {
		joined = ofResource(joined, v.scope.resourceID)
	}
	if exists && !slices.Contains(v.read, name) {
		v.read = append(v.read, name)
	}
	return joined, exists
}

// sources are the workspaces that a query reads, and of the tables that it named
// those that each has.
func (v *visible) sources() []dataSource {
	sources := []dataSource{}
	for _, workspace := range v.scope.workspaces {
		tables, _ := v.service.store.Tables(workspace)
		named := slices.DeleteFunc(tables, func(name string) bool { return !slices.Contains(v.read, name) })
		sources = append(sources, dataSource{v.service.resourceIDOf(workspace), region, append([]string{}, named...)})
	}
	return sources
}

// union puts the rows of a table in two workspaces below each other. A column that
// only one of them has is empty in the rows of the other.
func union(first, second logstore.Snapshot) logstore.Snapshot {
	joined := logstore.Snapshot{Columns: slices.Clone(first.Columns), Unkept: first.Unkept + second.Unkept}
	places := make([]int, len(second.Columns))
	for i, column := range second.Columns {
		places[i] = slices.IndexFunc(joined.Columns, func(c logstore.Column) bool { return c == column })
		if places[i] < 0 {
			places[i] = len(joined.Columns)
			joined.Columns = append(joined.Columns, column)
		}
	}
	for _, row := range first.Rows {
		joined.Rows = append(joined.Rows, append(slices.Clone(row), make([]kql.Value, len(joined.Columns)-len(row))...))
	}
	for _, row := range second.Rows {
		placed := make([]kql.Value, len(joined.Columns))
		for i, cell := range row {
			placed[places[i]] = cell
		}
		joined.Rows = append(joined.Rows, placed)
	}
	joined.Received = slices.Concat(first.Received, second.Received)
	return joined
}

// ofResource keeps the rows that were sent for a resource.
func ofResource(all logstore.Snapshot, id string) logstore.Snapshot {
	at := slices.IndexFunc(all.Columns, func(c logstore.Column) bool { return c.Name == "_ResourceId" })
	kept := logstore.Snapshot{Columns: all.Columns, Rows: [][]kql.Value{}, Received: []time.Time{}, Unkept: all.Unkept}
	for i, row := range all.Rows {
		if text, isText := row[at].(string); isText && within(text, id) {
			kept.Rows, kept.Received = append(kept.Rows, row), append(kept.Received, all.Received[i])
		}
	}
	return kept
}

// within reports whether a resource is a resource, or in a group or subscription.
func within(resource, id string) bool {
	resource, id = strings.ToLower(resource), strings.ToLower(id)
	return resource == id || strings.HasPrefix(resource, id+"/")
}
