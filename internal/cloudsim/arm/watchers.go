package arm

import (
	"net/http"
	"strings"

	"github.com/cloudtap/terraform-provider-cloudtap/internal/cloudsim/arm/catalogue"
)

// watcherBody is NetworkWatcher of the published definitions.
type watcherBody struct {
	Name       string            `json:"name"`
	ID         string            `json:"id"`
	ETag       string            `json:"etag"`
	Type       string            `json:"type"`
	Location   string            `json:"location"`
	Properties watcherProperties `json:"properties"`
}

type watcherProperties struct {
	ProvisioningState   string   `json:"provisioningState"`
	RunningOperationIDs []string `json:"runningOperationIds"`
}

func (s *Service) renderWatcher(w *watcher) watcherBody {
	return watcherBody{
		Name: w.name, ID: s.casing(w.id, w.id), ETag: w.etag, Location: w.location,
		Type:       "Microsoft.Network/networkWatchers",
		Properties: watcherProperties{ProvisioningState: provisioningSucceeded, RunningOperationIDs: []string{}},
	}
}

func (s *Service) getWatcher(c *call) *refusal {
	found, refused := s.watcherOf(c)
	if refused != nil {
		return refused
	}
	c.w.Header().Set("ETag", found.etag)
	c.answer(http.StatusOK, s.renderWatcher(found))
	return nil
}

func (s *Service) listWatchers(c *call) *refusal {
	return s.answerWatchers(c, func(w *watcher) bool { return strings.EqualFold(w.group, c.parameters["group"]) })
}

func (s *Service) listAllWatchers(c *call) *refusal {
	return s.answerWatchers(c, func(*watcher) bool { return true })
}

func (s *Service) answerWatchers(c *call, wanted func(*watcher) bool) *refusal {
	list := []watcherBody{}
	for _, item := range s.inventory.watchers {
		if wanted(item) {
			list = append(list, s.renderWatcher(item))
		}
	}
	return answerNetworkList(s, c, list)
}

// firstPaged is the first api-version of Microsoft.Network in which the lists
// of network watchers and of their captures have pages: its results have a
// nextLink.
const firstPaged = "2025-07-01"

func answerNetworkList[T any](s *Service, c *call, items []T) *refusal {
	if c.version < firstPaged {
		c.answer(http.StatusOK, catalogue.List[T]{Value: items})
		return nil
	}
	return answerPage(c, items, s.switches.Int(SwitchListPageSize))
}
