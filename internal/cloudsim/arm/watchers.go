package arm

import (
	"net/http"
	"strings"
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

type watcherList struct {
	Value []watcherBody `json:"value"`
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
	s.answerWatchers(c, func(w *watcher) bool { return strings.EqualFold(w.group, c.parameters["group"]) })
	return nil
}

func (s *Service) listAllWatchers(c *call) *refusal {
	s.answerWatchers(c, func(*watcher) bool { return true })
	return nil
}

func (s *Service) answerWatchers(c *call, wanted func(*watcher) bool) {
	list := watcherList{Value: []watcherBody{}}
	for _, item := range s.inventory.watchers {
		if wanted(item) {
			list.Value = append(list.Value, s.renderWatcher(item))
		}
	}
	c.answer(http.StatusOK, list)
}
