package cfw

import (
	"fmt"
	"slices"
	"time"
)

// Task is a simulated capture task as it is now, for tests and the control
// API.
type Task struct {
	ID         string `json:"taskId"`
	FirewallID string `json:"fwInstanceId"`
	Name       string `json:"name"`
	// DurationInMinutes is the longest time that it captures.
	DurationInMinutes int `json:"durationInMinutes"`
	// Status is the vendor's number.
	Status    int       `json:"status"`
	CreatedAt time.Time `json:"createdAt"`
}

// State lists the firewalls, and under "captureTasks" the tasks that are
// neither deleted nor past their retention, oldest first.
func (s *Service) State() any {
	s.mu.Lock()
	firewalls := make([]Firewall, 0, len(s.firewalls))
	for _, firewall := range s.firewalls {
		firewalls = append(firewalls, *firewall)
	}
	s.mu.Unlock()
	return map[string]any{"firewalls": firewalls, "captureTasks": s.Tasks()}
}

// Tasks returns the tasks that are neither deleted nor past their retention,
// oldest first.
func (s *Service) Tasks() []Task {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.core.Clock.Now()
	tasks := []Task{}
	for _, task := range s.tasks {
		if task.known(now) {
			tasks = append(tasks, task.shown(now))
		}
	}
	return tasks
}

func (t *task) shown(now time.Time) Task {
	return Task{ID: t.id, FirewallID: t.firewallID, Name: t.spec.name, DurationInMinutes: t.spec.duration, Status: t.statusAt(now), CreatedAt: t.createdAt}
}

// Task returns one of Tasks.
func (s *Service) Task(id string) (Task, bool) {
	for _, task := range s.Tasks() {
		if task.ID == id {
			return task, true
		}
	}
	return Task{}, false
}

// Objects implements simcore.Service: the tasks.
func (s *Service) Objects() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, task := range s.tasks {
		ids = append(ids, task.id)
	}
	return ids
}

// Delete removes a task and every trace of it.
func (s *Service) Delete(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.tasks)
	s.tasks = slices.DeleteFunc(s.tasks, func(t *task) bool { return t.id == id })
	return len(s.tasks) < before
}

// Seed describes a task that is put in without a request. Empty members get
// the values of the vendor's example.
type Seed struct {
	FirewallID        string
	Name              string
	DurationInMinutes int
	// CreatedAt defaults to an hour ago, so that the task has completed.
	CreatedAt time.Time
	// VisibleAfter hides the task from the list for that long from now on.
	VisibleAfter time.Duration
}

// AddTask puts in a task and returns its id.
func (s *Service) AddTask(seed Seed) string {
	if seed.FirewallID == "" {
		seed.FirewallID = s.FirewallID()
	}
	if seed.Name == "" {
		seed.Name = "zhuabaotest"
	}
	if seed.DurationInMinutes == 0 {
		seed.DurationInMinutes = 3
	}
	now := s.core.Clock.Now()
	if seed.CreatedAt.IsZero() {
		seed.CreatedAt = now.Add(-time.Hour)
	}
	added := s.newTask(seed.FirewallID, spec{
		name: seed.Name, duration: seed.DurationInMinutes, maxPackets: 100000, protocol: -1,
		source: address{text: "1.1.1.1"}, destination: address{text: "2.2.2.2"},
	}, seed.CreatedAt)
	added.visibleAt = now.Add(seed.VisibleAfter)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks = append(s.tasks, added)
	return added.id
}

// AddTasks puts n completed tasks of different names on the seeded firewall
// and returns their ids.
func (s *Service) AddTasks(n int) []string {
	ids := make([]string, 0, n)
	for i := range n {
		ids = append(ids, s.AddTask(Seed{Name: fmt.Sprintf("old-%d", i)}))
	}
	return ids
}

// FailTask lets a running capture fail now.
func (s *Service) FailTask(id string) bool {
	now := s.core.Clock.Now()
	return s.change(id, func(t *task) { t.failedAt = now })
}

// SetStatus makes a task show a status number, whatever happens to it.
func (s *Service) SetStatus(id string, status int) bool {
	return s.change(id, func(t *task) { t.status = &status })
}

// MarkDeleted lets the list show a task with is_deleted 1 from now on.
func (s *Service) MarkDeleted(id string) bool {
	now := s.core.Clock.Now()
	return s.change(id, func(t *task) { t.deletedAt, t.unlistedAt = now, now })
}

func (s *Service) change(id string, change func(*task)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, task := range s.tasks {
		if task.id == id {
			change(task)
			return true
		}
	}
	return false
}
