package simcore

import (
	"maps"
	"sync"
	"time"
)

// Request is one entry of the journal.
type Request struct {
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Method    string `json:"method"`
	Path      string `json:"path"`
	// Status is the HTTP status that was sent; 0 if the connection was cut.
	Status int       `json:"status"`
	Time   time.Time `json:"time"`
	// Fault is the kind of the injected fault, if there was one.
	Fault string `json:"fault,omitempty"`
}

// NewJournal returns an empty journal.
func NewJournal() *Journal { return &Journal{connections: map[string]int{}} }

// Journal records every request in the order of arrival.
type Journal struct {
	mu          sync.Mutex
	requests    []*Request
	connections map[string]int
}

func (j *Journal) begin(request Request) (finish func(status int, fault Kind)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.requests = append(j.requests, &request)
	return func(status int, fault Kind) {
		j.mu.Lock()
		defer j.mu.Unlock()
		request.Status, request.Fault = status, string(fault)
	}
}

func (j *Journal) connected(service string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.connections[service]++
}

// Requests returns the journal.
func (j *Journal) Requests() []Request {
	j.mu.Lock()
	defer j.mu.Unlock()
	requests := make([]Request, 0, len(j.requests))
	for _, request := range j.requests {
		requests = append(requests, *request)
	}
	return requests
}

// Count returns how many requests called the operation; an empty operation
// counts all requests to the service.
func (j *Journal) Count(service, operation string) int {
	count := 0
	for _, request := range j.Requests() {
		if request.Service == service && (operation == "" || request.Operation == operation) {
			count++
		}
	}
	return count
}

// Summary counts the requests by "service operation".
func (j *Journal) Summary() map[string]int {
	summary := map[string]int{}
	for _, request := range j.Requests() {
		summary[request.Service+" "+request.Operation]++
	}
	return summary
}

// Connections returns how many TCP connections each service accepted.
func (j *Journal) Connections() map[string]int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return maps.Clone(j.connections)
}

// Reset empties the journal.
func (j *Journal) Reset() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.requests, j.connections = nil, map[string]int{}
}
