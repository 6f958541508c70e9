package cfw

// Turns is what a run plans to create on one firewall, which runs one capture
// at a time.
type Turns struct {
	// Tasks is how many tasks are planned so far, Minutes how long all of them
	// may capture.
	Tasks   int
	Minutes int64
	// Equal says that an earlier one has the same name and parameters.
	Equal bool
}

// NotePlanned remembers that this run plans to create a task, which captures
// for at most so many minutes, and returns what it has planned so far.
func (c *Client) NotePlanned(firewall Firewall, request CreateRequest, minutes int64) Turns {
	firewall = c.complete(firewall)
	c.mu.Lock()
	defer c.mu.Unlock()
	done := c.writesOf(firewall)
	turns := Turns{Tasks: len(done.planned) + 1, Minutes: minutes}
	for _, earlier := range done.planned {
		turns.Minutes += earlier.minutes
		turns.Equal = turns.Equal || earlier.request == request
	}
	done.planned = append(done.planned, plannedTask{request, minutes})
	return turns
}

type plannedTask struct {
	request CreateRequest
	minutes int64
}

// forgetPlanned ends what was known of a plan when it is applied.
func (c *Client) forgetPlanned(firewall Firewall, request CreateRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	done := c.writesOf(firewall)
	for i, planned := range done.planned {
		if planned.request == request {
			done.planned = append(done.planned[:i:i], done.planned[i+1:]...)
			return
		}
	}
}
