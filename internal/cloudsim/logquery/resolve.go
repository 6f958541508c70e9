package logquery

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/logstore"
)

// region is where all workspaces are.
const region = "westeurope"

// Resources are what there is in the subscription besides logs; arm.Service is one.
type Resources interface {
	// Exists reports whether there is a subscription, a resource group or a resource
	// with that id, in any casing.
	Exists(id string) bool
	// WorkspaceID is the resource id of the seeded workspace.
	WorkspaceID() string
	// SubscriptionName is the subscription's, for people.
	SubscriptionName() string
}

// onlyWorkspace is a subscription with nothing but the seeded workspace.
type onlyWorkspace struct{}

func (onlyWorkspace) Exists(id string) bool {
	return strings.EqualFold(id, onlyWorkspace{}.WorkspaceID())
}

func (onlyWorkspace) WorkspaceID() string {
	return "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/tap-rg/providers/Microsoft.OperationalInsights/workspaces/tap-logs"
}

func (onlyWorkspace) SubscriptionName() string { return "cloudsim" }

// resourceIDOf is the resource id of a workspace; those that were added for tests
// are named by their id.
func (s *Service) resourceIDOf(workspace string) string {
	id := s.resources.WorkspaceID()
	if strings.EqualFold(workspace, logstore.SeededWorkspaceID) {
		return id
	}
	return path.Dir(id) + "/" + workspace
}

// workspaceOf finds a workspace by its id, its name, its qualified name or its
// resource id, as the member workspaces of a query may have it.
//
// Source: https://learn.microsoft.com/azure/azure-monitor/logs/api/cross-workspace-queries
func (s *Service) workspaceOf(name string) (string, bool) {
	seeded := s.resources.WorkspaceID()
	segments := strings.Split(seeded, "/") // "", subscriptions, S, resourceGroups, G, ...
	qualified := s.resources.SubscriptionName() + "/" + segments[4] + "/" + path.Base(seeded)
	if slices.ContainsFunc([]string{seeded, path.Base(seeded), qualified}, func(known string) bool { return strings.EqualFold(known, name) }) {
		return logstore.SeededWorkspaceID, true
	}
	_, exists := s.store.Tables(name)
	return name, exists
}

// reachOf finds what a request names, and the workspaces that its body adds. In a
// batch, the answer to a workspace that there is not is documented.
func (s *Service) reachOf(from scope, additional []string, inBatch bool) (reach, *refusal) {
	reached := reach{}
	if from.resource != "" {
		if !s.resources.Exists(from.resource) {
			return reached, &refusal{http.StatusNotFound, errorInfo{Code: "ResourceNotFoundError", Message: fmt.Sprintf("The resource %s was not found", from.resource)}}
		}
		from.workspace = logstore.SeededWorkspaceID
		if !strings.EqualFold(from.resource, s.resources.WorkspaceID()) {
			reached.resourceID = from.resource
		}
	}
	if _, exists := s.store.Tables(from.workspace); !exists {
		return reached, s.unknownWorkspace(inBatch)
	}
	reached.workspaces = []string{from.workspace}
	for _, name := range additional {
		id, exists := s.workspaceOf(name)
		if !exists {
			return reached, s.unknownWorkspace(inBatch)
		}
		if !slices.ContainsFunc(reached.workspaces, func(known string) bool { return strings.EqualFold(known, id) }) {
			reached.workspaces = append(reached.workspaces, id)
		}
	}
	return reached, nil
}

// unknownWorkspace is documented for members of batches; the spelling is the
// service's.
//
// Source: https://learn.microsoft.com/azure/azure-monitor/logs/api/batch-queries
func (s *Service) unknownWorkspace(inBatch bool) *refusal {
	if inBatch || s.switches.Get(SwitchUnknownWorkspace) == "not_resolved" {
		return &refusal{http.StatusBadRequest, errorInfo{Code: "FailedToResolveResource", Message: "Resource identity could not be resovled"}} //nolint:misspell // As the service spells it.
	}
	return &refusal{http.StatusForbidden, errorInfo{
		Code: "InsufficientAccessError", Message: "The provided credentials have insufficient access to perform the requested operation",
	}}
}
