package networkwatcher

import "sync"

// Origin is what this client knows of how a capture came to exist whose name
// a create needs.
type Origin int

// What is known of a capture that exists already.
const (
	// OriginElsewhere: nothing is known.
	OriginElsewhere Origin = iota
	// OriginThisRun: this client created it.
	OriginThisRun
	// OriginThisState: the run that this client serves has it in its state.
	OriginThisState
)

// known is what one run of Terraform, which is one client, has told about
// captures. Terraform tells of the state before it applies a change to it.
type known struct {
	mu      sync.Mutex
	inState map[string]bool
	planned map[string]int
	// creating are the creates that are under way.
	creating map[string]int
}

// NoteInState remembers that the state of this run has a capture.
func (c *Client) NoteInState(id PacketCaptureID) {
	c.known.mu.Lock()
	defer c.known.mu.Unlock()
	c.known.inState[fold(id.String())] = true
}

// NotePlanned remembers that this run plans to create a capture, and reports
// whether it planned to create one of the same id before.
func (c *Client) NotePlanned(id PacketCaptureID) (again bool) {
	c.known.mu.Lock()
	defer c.known.mu.Unlock()
	c.known.planned[fold(id.String())]++
	return c.known.planned[fold(id.String())] > 1
}

// forget ends what was known of a plan (when it is applied), and of a state
// (when the capture is deleted).
func (k *known) forget(id PacketCaptureID, deleted bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.planned, fold(id.String()))
	if deleted {
		delete(k.inState, fold(id.String()))
	}
}

// begin notes that a create is under way, until end is called.
func (k *known) begin(id PacketCaptureID) (end func()) {
	k.count(id, 1)
	return func() { k.count(id, -1) }
}

func (k *known) count(id PacketCaptureID, change int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.creating[fold(id.String())] += change
}

// origin says where an existing capture comes from; creates is how many creates
// under way are the caller's own.
func (c *Client) origin(id PacketCaptureID, creates int) Origin {
	c.known.mu.Lock()
	inState, creating := c.known.inState[fold(id.String())], c.known.creating[fold(id.String())]
	c.known.mu.Unlock()
	// Only now: a create that has ended since then has noted what it made.
	cache := c.cache(id.Watcher)
	cache.mu.Lock()
	defer cache.mu.Unlock()
	switch {
	case inState:
		return OriginThisState
	case creating > creates || cache.own[fold(id.Name)]:
		return OriginThisRun
	}
	return OriginElsewhere
}
