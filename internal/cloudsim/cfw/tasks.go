package cfw

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

func (s *Service) listTasks(c call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	firewall, refused := s.firewall(c)
	if refused != nil {
		return *refused
	}
	query := c.URL.Query()
	page, refused := pageOf(query.Get("limit"), query.Get("offset"))
	if refused != nil {
		return *refused
	}
	now := s.core.Clock.Now()
	offset, omittedPort := s.switches.Duration("utc_offset"), s.switches.Get("omitted_port")
	records := []any{}
	for _, task := range s.inListOrder() {
		if task.firewallID == firewall.ID && task.listed(now) {
			records = append(records, task.record(now, offset, omittedPort))
		}
	}
	data := page.of(records)
	if s.switches.Get("list_shape") == "array" {
		data["project_id"] = c.projectID
		return answer{http.StatusOK, map[string]any{"data": []any{data}}}
	}
	return answer{http.StatusOK, map[string]any{"data": data}}
}

func (s *Service) inListOrder() []*task {
	ordered := slices.Clone(s.tasks)
	switch s.switches.Get("list_order") {
	case "newest_first":
		slices.Reverse(ordered)
	case "by_id":
		slices.SortFunc(ordered, func(a, b *task) int { return strings.Compare(a.id, b.id) })
	}
	return ordered
}

// find returns a task of the firewall that the service still knows.
func (s *Service) find(firewallID, taskID string, now time.Time) *task {
	for _, task := range s.tasks {
		if task.id == taskID && task.firewallID == firewallID && task.known(now) {
			return task
		}
	}
	return nil
}

func (s *Service) stopTask(c call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	firewall, refused := s.firewall(c)
	if refused != nil {
		return *refused
	}
	var request struct {
		TaskID string `json:"task_id"`
	}
	if err := json.Unmarshal(c.body, &request); err != nil {
		return refuse(codeParameter, "parameter error")
	}
	if request.TaskID == "" {
		return refuse(codeEmptyParameter, "empty param")
	}
	now := s.core.Clock.Now()
	task := s.find(firewall.ID, request.TaskID, now)
	switch {
	case task == nil:
		return refuse(codeNotFound, "operation content does not exist.")
	case task.statusAt(now) == statusRunning:
		task.stoppingAt = now
		task.stoppedAt = now.Add(s.switches.Duration("stopping_for"))
	case !task.occupies(now) && s.switches.Get("stop_of_ended") == refuseIt:
		return refuse(codeParameter, "parameter error")
	}
	return accepted(firewall)
}

func (s *Service) deleteTasks(c call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	firewall, refused := s.firewall(c)
	if refused != nil {
		return *refused
	}
	var request struct {
		TaskIDs []string `json:"task_ids"`
	}
	if err := json.Unmarshal(c.body, &request); err != nil {
		return refuse(codeParameter, "parameter error")
	}
	if len(request.TaskIDs) == 0 {
		return refuse(codeEmptyParameter, "empty param")
	}
	now := s.core.Clock.Now()
	var found []*task
	for _, id := range request.TaskIDs {
		task := s.find(firewall.ID, id, now)
		switch {
		case task == nil && s.switches.Get("delete_of_unknown") == refuseIt:
			return refuse(codeNotFound, "operation content does not exist.")
		case task != nil && task.occupies(now) && s.switches.Get("delete_of_running") == refuseIt:
			return refuse(codeParameter, "parameter error")
		case task != nil:
			found = append(found, task)
		}
	}
	for _, task := range found {
		task.deletedAt = now
		task.unlistedAt = now.Add(s.switches.Duration("deletion_visible_after"))
		task.forgottenAt = task.unlistedAt.Add(s.switches.Duration("deleted_record_kept_for"))
	}
	return accepted(firewall)
}
