package logquery

import (
	"slices"
	"strings"
	"time"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logquery/kql"
	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// scope is what a query may see: a workspace, or in it the rows of a resource.
type scope struct{ workspace, resourceID string }

// WorkspaceName is the name of the seeded workspace in its resource id.
const WorkspaceName = "tap-logs"

const workspaceType = "/providers/microsoft.operationalinsights/workspaces/"

// scopeOf returns what the path of a request names, such as
// /v1/workspaces/{id}/query or /v1/{resource id}/query.
func scopeOf(path string) (scope, bool) {
	text, isVersion := strings.CutPrefix(path, "/v1/")
	text, isQuery := strings.CutSuffix(text, "/query")
	if !isVersion || !isQuery {
		return scope{}, false
	}
	if id, found := strings.CutPrefix(text, "workspaces/"); found {
		return scope{workspace: id}, !strings.Contains(id, "/")
	}
	id := "/" + strings.ToLower(strings.Trim(text, "/"))
	if !strings.HasPrefix(id, "/subscriptions/") {
		return scope{}, false
	}
	if _, name, found := strings.Cut(id, workspaceType); found {
		if name == WorkspaceName {
			return scope{workspace: logstore.SeededWorkspaceID}, true
		}
		return scope{workspace: name}, true
	}
	return scope{workspace: logstore.SeededWorkspaceID, resourceID: id}, true
}

// visible is a scope as queries see it now.
type visible struct {
	service *Service
	scope   scope
}

// Table implements kql.Data.
func (v visible) Table(name string) (logstore.Snapshot, bool) {
	snapshot, found := v.service.store.Read(v.scope.workspace, name, logstore.Visibility{
		Delay:         v.service.switches.Duration(SwitchIngestionDelay),
		NewTableDelay: v.service.switches.Duration(SwitchNewTableDelay),
	})
	if v.scope.resourceID != "" {
		snapshot = ofResource(snapshot, v.scope.resourceID)
	}
	return snapshot, found
}

// ofResource keeps the rows that were sent for a resource.
func ofResource(all logstore.Snapshot, id string) logstore.Snapshot {
	at := slices.IndexFunc(all.Columns, func(c logstore.Column) bool { return c.Name == "_ResourceId" })
	kept := logstore.Snapshot{Columns: all.Columns, Rows: [][]kql.Value{}, Received: []time.Time{}, Unkept: all.Unkept}
	for i, row := range all.Rows {
		if text, isText := row[at].(string); isText && strings.EqualFold(text, id) {
			kept.Rows, kept.Received = append(kept.Rows, row), append(kept.Received, all.Received[i])
		}
	}
	return kept
}
